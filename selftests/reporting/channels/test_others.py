"""Messages by apprise to real servers: words, incidents, failures, and nothing of an address said."""

from __future__ import annotations

import email
import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from reporting.channels.others import NOT_INSTALLED, deliver_others, installed, notice_of
from reporting.delivered import Delivered
from reporting.links import NONE, Links
from reporting.message import alert
from reporting.verification import Verification
from selftests.reporting.channels.listeners import Proxy, https_proxy, mail_server
from selftests.reporting.channels.made import failing, success, verification
from settings import HOME

TOKEN = "c4n4ryc4n4ryc4n4ryc4n4ryc4n4ry12"
KEY = "12345678-1234-1234-1234-123456789012"
FEW = "public.users: 3 rows, expected at least 10"
HOSTS = ("events.pagerduty.com", "events.eu.pagerduty.com", "api.opsgenie.com", "api.atlassian.com")
PAGERDUTY = "POST https://events.pagerduty.com/v2/enqueue"


def deliver(run: Verification, *urls: str, seconds: float = 30, links: Links = NONE) -> Delivered:
    result = Delivered()
    deliver_others(run, urls, links, result, seconds=seconds)
    assert TOKEN not in "\n".join(result.lines)
    return result


@pytest.fixture
def hook(httpserver: HTTPServer) -> str:
    """An address of apprise's, whose server takes everything."""
    httpserver.expect_request(f"/{TOKEN}", method="POST").respond_with_data("fine")
    return f"json://me:{TOKEN}@127.0.0.1:{httpserver.port}/{TOKEN}"


@pytest.fixture
def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Stands where the services would that have one address for all."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    with https_proxy(authority, *HOSTS) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        yield proxy


def bodies(httpserver: HTTPServer) -> list[dict[str, str]]:
    return [json.loads(request.get_data()) for request, _ in httpserver.log]


def test_the_message_arrives_in_slacks_words(httpserver: HTTPServer, hook: str) -> None:
    links = Links("https://example.com/s", "https://example.com/R.md")
    result = deliver(failing(FEW), hook, links=links)
    (body,) = bodies(httpserver)
    title, _, rest = (alert(failing(FEW), links) or "").partition("\n\n")
    assert (body["title"], body["message"], body["type"]) == (f"{title}: nightly", rest, "failure")
    assert result.lines == ["notify: sent by NOTIFY_URLS number 1 (json)"]
    assert result.complete


def test_a_warning_is_one(httpserver: HTTPServer, hook: str) -> None:
    deliver(failing(FEW, severity="warning"), hook)
    assert [body["type"] for body in bodies(httpserver)] == ["warning"]


def test_a_success_is_not_told_where_nothing_is_open(httpserver: HTTPServer, hook: str) -> None:
    assert deliver(success(), hook).lines == []
    assert bodies(httpserver) == []


def test_mail_has_its_subject_and_its_text(httpserver: HTTPServer) -> None:
    run = failing("public.<b>: 3 rows & 1 < 2")
    with mail_server() as (port, mails):
        result = deliver(run, f"mailto://127.0.0.1:{port}/?from=me@example.com&to=you@example.com")
    assert result.complete, result.lines
    mail = email.message_from_string(mails[0], policy=default)
    assert mail["Subject"] == "🚨 BACKUP VERIFICATION FAILED: nightly"
    assert mail["To"] == "you@example.com"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "• Row Counts: public.<b>: 3 rows & 1 < 2" in plain.get_content()
    marked = mail.get_body(("html",))
    assert marked is None or "public.&lt;b&gt;: 3 rows &amp; 1 &lt; 2" in marked.get_content()


def test_names_call_nobody(httpserver: HTTPServer, hook: str) -> None:
    found = "@everyone, <!channel>, <@U1>, @here; a@b.example, x < @ y"
    deliver(failing(found), hook)
    assert (
        "@\u200beveryone, <\u200b!channel>, <\u200b@\u200bU1>, @\u200bhere; a@b.example, x < @ y"
        in bodies(httpserver)[0]["message"]
    )


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_refused_is_missed_and_the_others_are_told(
    httpserver: HTTPServer, hook: str, status: int
) -> None:
    answer = Response("no", status, {"Location": f"/{TOKEN}"})
    httpserver.expect_request("/refusing").respond_with_response(answer)
    result = deliver(failing(FEW), f"json://127.0.0.1:{httpserver.port}/refusing?retry=0", hook)
    assert result.lines == [
        f"notify: not sent by NOTIFY_URLS number 1 (json): it answered {status}",
        "notify: sent by NOTIFY_URLS number 2 (json)",
    ]
    assert not result.complete


def test_what_may_pass_is_tried_again(httpserver: HTTPServer) -> None:
    answers = iter([Response("busy", 503), Response("busy", 503)])
    httpserver.expect_request("/hook").respond_with_handler(lambda _: next(answers, Response("fine")))
    assert deliver(failing(FEW), f"json://127.0.0.1:{httpserver.port}/hook").complete
    assert len(bodies(httpserver)) == 3


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        (f"json://127.0.0.1:1/{TOKEN}?retry=0", "1 (json): no connection"),
        (f"nosuch://{TOKEN}", "1 (nosuch): apprise does not understand the address"),
        (f"pagerduty://{TOKEN}", "1 (pagerduty): apprise does not understand the address"),
        (f"pagerduty://a@{TOKEN}?region={TOKEN}", "1 (pagerduty): apprise does not understand the address"),
        (TOKEN, "1: apprise does not understand the address"),
        (
            f"mailto://me:{TOKEN}@127.0.0.1:1?from=me@b.example&to=a@b.example&retry=0",
            "1 (mailto): no connection",
        ),
    ],
)
def test_what_cannot_be_reached_is_said_without_its_address(
    url: str, refusal: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(1):
        result = deliver(failing(FEW), url)
    assert result.lines == [f"notify: not sent by NOTIFY_URLS number {refusal}"]
    out, err = capfd.readouterr()
    assert (caplog.records, out, err) == ([], "", "")


def test_nothing_is_logged_of_what_is_sent(hook: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(1):
        deliver(failing(FEW), hook)
        logging.getLogger("apprise").warning("of somebody else")
    logged = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert logged == ["of somebody else"]


def test_one_that_never_answers_is_left_behind(httpserver: HTTPServer, hook: str) -> None:
    over = threading.Event()

    def hold(_: Request) -> Response:
        over.wait(20)
        return Response("late")

    httpserver.expect_request("/never").respond_with_handler(hold)
    try:
        result = deliver(
            failing(FEW),
            f"json://127.0.0.1:{httpserver.port}/never?rto=20",
            "json://h.invalid?retry=0",
            seconds=1.5,
        )
    finally:
        over.set()
    assert result.lines == [
        "notify: not sent by NOTIFY_URLS number 1 (json): no answer in time",
        "notify: not sent by NOTIFY_URLS number 2 (json): no connection",
    ]


def test_one_that_is_left_behind_does_not_keep_the_process() -> None:
    """Which ends with its own work, an hour before the other side would have answered."""
    program = """
import sys
from reporting.channels.others import deliver_others
from reporting.delivered import Delivered
from reporting.links import NONE
from selftests.reporting.channels.made import failing
result = Delivered()
deliver_others(failing("few"), sys.argv[1:], NONE, result, seconds=1)
print(*result.lines)
"""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"json://127.0.0.1:{silent.getsockname()[1]}/{TOKEN}?rto=3600"
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-c", program, url],
            cwd=HOME,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.stdout == "notify: not sent by NOTIFY_URLS number 1 (json): no answer in time\n"
    assert (done.returncode, TOKEN in done.stderr) == (0, False)


def test_pagerduty_has_one_incident_that_the_next_success_resolves(proxy: Proxy) -> None:
    url = f"pagerduty://{TOKEN}@{TOKEN}"
    warning = failing(FEW, severity="warning")
    for run in (failing(FEW), warning, success()):
        assert deliver(run, url).complete
    first, second, last = (asked.body for asked in proxy.asked)
    assert {asked.what for asked in proxy.asked} == {PAGERDUTY}
    assert {body["dedup_key"] for body in (first, second, last)} == {"backup-verification-nightly"}
    assert {body["routing_key"] for body in (first, second, last)} == {TOKEN}
    assert [body["event_action"] for body in (first, second, last)] == ["trigger", "trigger", "resolve"]
    assert [body["payload"]["severity"] for body in (first, second)] == ["critical", "warning"]
    assert first["payload"]["summary"].startswith("🚨 BACKUP VERIFICATION FAILED: nightly")


def test_pagerdutys_summary_stays_within_what_it_takes(proxy: Proxy) -> None:
    deliver(failing(*[FEW * 20] * 30), f"pagerduty://{TOKEN}@{TOKEN}?region=eu")
    assert proxy.asked[0].what == "POST https://events.eu.pagerduty.com/v2/enqueue"
    assert 200 < len(proxy.asked[0].body["payload"]["summary"]) <= 1024


@pytest.mark.parametrize(
    ("schema", "alerts"),
    [
        ("opsgenie", "https://api.opsgenie.com/v2/alerts"),
        ("jira", "https://api.atlassian.com/jsm/ops/integration/v2/alerts"),
    ],
)
def test_opsgenie_has_one_alert_that_the_next_success_closes(
    proxy: Proxy, schema: str, alerts: str
) -> None:
    url = f"{schema}://{TOKEN}/#team"
    run = verification(failing(FEW).checks, name="night ly")
    assert deliver(run, url).complete
    assert deliver(verification([], name="night ly"), url).lines == [
        f"notify: resolved by NOTIFY_URLS number 1 ({schema})"
    ]
    opened, closed = proxy.asked
    alias = opened.body["alias"]
    assert (opened.what, closed.what) == (
        f"POST {alerts}",
        f"POST {alerts}/{alias}/close?identifierType=alias",
    )
    assert {asked.headers["authorization"] for asked in proxy.asked} == {f"GenieKey {TOKEN}"}
    assert alias.startswith("backup-verification-night-ly-")


def test_a_close_that_is_refused_is_missed(proxy: Proxy) -> None:
    proxy.status = "422 No"
    result = deliver(success(), f"opsgenie://{TOKEN}")
    assert result.lines == ["notify: not resolved by NOTIFY_URLS number 1 (opsgenie): it answered 422"]
    assert not result.complete


def test_goalert_closes_what_it_opened(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v2/generic/incoming", method="POST").respond_with_data("", 204)
    for run in (failing(FEW), success()):
        assert deliver(run, f"goalert://127.0.0.1:{httpserver.port}/{KEY}").complete
    opened, closed = bodies(httpserver)
    assert (opened["dedup"], closed["dedup"]) == ("backup-verification-nightly",) * 2
    assert (opened.get("action"), closed["action"]) == (None, "close")


def test_many_at_once_are_all_told(httpserver: HTTPServer, hook: str) -> None:
    assert len(deliver(failing(FEW), *[hook] * 8).lines) == 8
    assert len(bodies(httpserver)) == 8


def test_the_title_is_one_line() -> None:
    run = verification(failing(FEW).checks, name="a\nb\x00")
    assert notice_of(run, NONE).title == "🚨 BACKUP VERIFICATION FAILED: a b"


def test_without_apprise_it_is_said_how_it_is_installed() -> None:
    """In a process that has none."""
    program = """
import sys
sys.modules["apprise"] = None
from reporting.channels import others
from reporting.delivered import Delivered
from selftests.reporting.channels.made import failing
result = Delivered()
others.deliver_others(failing("few"), ["json://127.0.0.1"], others.Links(), result)
print(others.installed(), result.complete, *result.lines)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True, check=False
    )
    assert done.stdout == f"False False notify: not sent: {NOT_INSTALLED}\n", done.stderr
    assert installed()
