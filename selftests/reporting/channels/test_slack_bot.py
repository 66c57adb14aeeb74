"""chat.postMessage against a real server: what is sent, what is tried again, what is never said."""

from __future__ import annotations

import json
import socket
import traceback
from typing import TYPE_CHECKING

import pytest
from werkzeug import Response

from reporting.attempts import ATTEMPTS
from reporting.channels.slack_bot import Bot, ThreadRefused
from reporting.slack import MessageRefused
from selftests.reporting.channels.made import TOKEN, refusal

if TYPE_CHECKING:
    from selftests.reporting.channels.conftest import Api

PLAIN = {"channel": "C0123456789", "unfurl_links": False, "unfurl_media": False}


def refused(bot: Bot, thread: str | None = None) -> str:
    """What is said of a message that was not taken; it and its traceback hold no token."""
    with pytest.raises(MessageRefused) as caught:
        bot.post("hello", thread=thread)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(bot)
    assert TOKEN not in shown
    assert "c4n4ry" not in shown
    return str(caught.value)


def test_a_message_begins_a_thread(api: Api) -> None:
    assert api.bot().post("<!channel> & hello") == "1700000000.000001"
    assert api.asked == [PLAIN | {"text": "&lt;!channel&gt; &amp; hello"}]
    assert api.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert api.headers[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize("loud", [False, True])
def test_a_reply_stands_in_its_thread(api: Api, loud: bool) -> None:
    assert api.bot().post("more", thread="1.5", loud=loud) == "1.5"
    assert api.asked == [PLAIN | {"text": "more", "thread_ts": "1.5", "reply_broadcast": loud}]


@pytest.mark.parametrize(
    ("body", "stamp"),
    [
        ('{"ok":true}', None),
        ('{"ok":true,"ts":7}', None),
        ('{"ok": true, "channel": "C1", "ts": "1.25", "message": {"text": "' + "x" * 30_000, "1.25"),
        ('{"ok": true, "channel": "C1", "message": {"text": "' + "x" * 30_000, None),
    ],
)
def test_a_message_is_taken_even_where_its_place_is_not_told(
    api: Api, body: str, stamp: str | None
) -> None:
    api.says(Response(body))
    assert api.bot().post("hello") == stamp
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("invalid_auth", "Slack refused it: invalid_auth; check SLACK_BOT_TOKEN"),
        ("not_in_channel", "Slack refused it: not_in_channel; invite the app to the channel: /invite @app"),
        (
            "channel_not_found",
            "Slack refused it: channel_not_found; name the channel's id by --slack-channel "
            "(SLACK_CHANNEL), and invite the app to the channel",
        ),
        ("msg_too_long", "Slack refused it: msg_too_long"),
        ("made_up", "Slack refused it: made_up"),
        (f"no {TOKEN}", "Slack refused it: it answered 200, but not as Slack does; check SLACK_API_URL"),
    ],
)
def test_an_error_is_final_and_says_what_to_do(api: Api, error: str, sentence: str) -> None:
    api.says(refusal(error))
    assert refused(api.bot()) == sentence
    assert (len(api.asked), api.pauses) == (1, [])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Response("ok"), "Slack refused it: it answered 200, but not as Slack does; check SLACK_API_URL"),
        (Response("[]"), "Slack refused it: it answered 200, but not as Slack does; check SLACK_API_URL"),
        (
            Response("[" * 15_000),
            "Slack refused it: it answered 200, but not as Slack does; check SLACK_API_URL",
        ),
        (Response("", 302, {"Location": "/elsewhere"}), "Slack refused it: it answered 302"),
        (Response('{"ok":true,"ts":"1.5"}', 404), "Slack refused it: it answered 404"),
        (
            Response('{"ok":false,"error":"invalid_auth"}', 401),
            "Slack refused it: invalid_auth; check SLACK_BOT_TOKEN",
        ),
    ],
)
def test_what_is_no_yes_is_a_no(api: Api, answer: Response, sentence: str) -> None:
    api.says(answer)
    assert refused(api.bot()) == sentence
    assert (len(api.asked), api.pauses) == (1, [])


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "ratelimited", "service_unavailable"])
def test_an_error_that_may_pass_is_tried_again(api: Api, error: str) -> None:
    api.says(refusal(error), refusal(error))
    assert api.bot().post("hello") == "1700000000.000003"
    assert (len(api.asked), api.pauses) == (3, [1, 2])


def test_a_limit_is_kept(api: Api) -> None:
    body = json.dumps({"ok": False, "error": "ratelimited"})
    api.says(Response(body, 429, {"Retry-After": "7"}), Response("", 503))
    assert api.bot().post("hello") == "1700000000.000003"
    assert api.pauses == [7, 2]


def test_what_does_not_pass_is_given_up(api: Api) -> None:
    api.says(*[refusal("internal_error")] * ATTEMPTS)
    assert refused(api.bot()) == "Slack did not take it in 4 attempts: internal_error"
    assert api.pauses == [1, 2, 4]


def test_a_reply_that_is_refused_for_good_is_told_from_one_that_may_pass(api: Api) -> None:
    api.says(refusal("thread_not_found"), *[refusal("internal_error")] * ATTEMPTS)
    with pytest.raises(ThreadRefused, match="thread_not_found"):
        api.bot().post("hello", thread="1.5")
    with pytest.raises(MessageRefused) as caught:
        api.bot().post("hello", thread="1.5")
    assert not isinstance(caught.value, ThreadRefused)


def test_nothing_listening_is_said(api: Api) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    bot = api.bot(api_url=f"http://127.0.0.1:{port}/api")
    assert refused(bot) == "Slack did not take it in 4 attempts: ConnectionError"


@pytest.mark.parametrize("url", ["", "slack.com/api", "ftp://slack.com/api", "https://[::1/api"])
def test_what_is_no_web_address_is_refused(api: Api, url: str) -> None:
    said = "Slack's address is not an http or https URL: correct SLACK_API_URL"
    assert refused(api.bot(api_url=url)) == said


@pytest.mark.parametrize("token", ["", "xoxb-c4n4ry c4n4ry", "xoxb-c4n4ry\nX: y", "xoxb-é"])
def test_what_is_no_token_is_refused(api: Api, token: str) -> None:
    bot = Bot(token, "C0123456789", api.url)
    assert refused(bot) == "the token holds what no token does: check SLACK_BOT_TOKEN"


def test_the_line_end_of_a_secret_file_does_no_harm(api: Api) -> None:
    Bot(f"{TOKEN}\n", "C0123456789\n", f"{api.url}/\n").post("hello")
    assert api.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert api.asked[0]["channel"] == "C0123456789"
