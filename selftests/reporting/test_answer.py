"""Answers of a webhook: delivered, to be asked again, or final, and what is told of each."""

from typing import Any

import pytest

from reporting.answer import LONGEST_PAUSE, Answer

URL = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/tokentoken"
LOGIN = b"<html>Log in</html>"


def answer(status: int | None, body: bytes = b"", **more: Any) -> Answer:
    more.setdefault("complete", True)
    return Answer(status, body=body, **more)


@pytest.mark.parametrize(
    ("given", "delivered"),
    [
        (answer(200, b"ok"), True),
        (answer(200, b"OK\n"), True),
        (answer(204), True),
        (answer(200, b'{"ok": true}'), True),
        (answer(200, b'{"success":true, "id": 1}'), True),
        (answer(200, b"ok", complete=False), True),
        (answer(200, complete=False), False),
        (answer(200, b'{"ok": false}'), False),
        (answer(200, LOGIN), False),
        (answer(302, b"ok"), False),
        (answer(404, b"ok"), False),
        (Answer(), False),
    ],
)
def test_a_message_is_delivered_when_the_answer_says_so(given: Answer, delivered: bool) -> None:
    assert given.delivered is delivered


@pytest.mark.parametrize(
    ("given", "may_pass"),
    [
        (Answer(), True),
        (answer(429), True),
        (answer(500), True),
        (answer(599), True),
        (answer(200, complete=False), True),
        (answer(200, LOGIN), False),
        (answer(302), False),
        (answer(404), False),
        (answer(600), False),
        (Answer(malformed=True), False),
    ],
)
def test_what_may_pass_is_told_from_what_is_final(given: Answer, may_pass: bool) -> None:
    assert given.may_pass is may_pass


@pytest.mark.parametrize(
    ("asked", "attempt", "seconds"),
    [
        ("7", 1, 7),
        (" 7 ", 1, 7),
        ("0", 3, 0),
        ("86400", 1, LONGEST_PAUSE),
        ("", 1, 1),
        ("", 3, 4),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 2, 2),
        ("-1", 2, 2),
    ],
)
def test_the_pause_is_what_is_asked_for_within_reason(asked: str, attempt: int, seconds: float) -> None:
    assert answer(429, retry_after=asked).pause_after(attempt) == seconds


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (answer(404, b"no_service"), "the message was refused: 404 no_service"),
        (answer(404, b"tokentoken"), "the message was refused: 404"),
        (answer(400, LOGIN), "the message was refused: 400"),
        (
            answer(429, b"rate_limited"),
            "the message could not be delivered in 4 attempts: 429 rate_limited",
        ),
        (Answer(), "the message could not be delivered in 4 attempts: no answer in time"),
        (
            answer(200, complete=False),
            "the message could not be delivered in 4 attempts: 200, without an end",
        ),
        (
            answer(200, b'{"ok":false,"error":"invalid_auth"}'),
            "the webhook answered 200, but said invalid_auth: check SLACK_WEBHOOK_URL",
        ),
        (answer(302), "the webhook answered 302, a redirect, which is not followed"),
        (
            Answer(malformed=True, problem="InvalidURL"),
            "the webhook cannot be asked (InvalidURL): check SLACK_WEBHOOK_URL and the proxy",
        ),
    ],
)
def test_the_sentence_gives_the_reason_and_nothing_of_the_url(given: Answer, sentence: str) -> None:
    assert given.sentence(4, URL) == sentence
