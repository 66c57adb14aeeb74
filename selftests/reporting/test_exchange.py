"""One request: what is sent, what comes back, and that nothing takes longer than its limit."""

import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from reporting.exchange import LONGEST_BODY, ask, usable

CANARY = "c4n4ry"


@pytest.mark.parametrize(
    ("url", "is_usable"),
    [
        ("https://example.com/x", True),
        ("http://me:secret@127.0.0.1:9091", True),
        ("ftp://example.com", False),
        ("https://", False),
        ("https://[half", False),
        ("https://example.com:0/", False),
        ("https://example.com:port/", False),
        ("https://example.com/a b", False),
        ("https://example.com/\n", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_what_can_be_asked(url: str, is_usable: bool) -> None:
    assert usable(url) is is_usable


def test_what_is_given_is_sent(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x", method="PUT").respond_with_data("taken", 202, {"Retry-After": "7"})
    url = httpserver.url_for("/x?q=1").replace("//", f"//me:{CANARY}@")
    answer = ask(url, method="PUT", data=b"body", headers={"X-Own": "1"}, limit=5)
    (request,) = [request for request, _ in httpserver.log]
    assert (request.get_data(), request.headers["X-Own"], request.args["q"]) == (b"body", "1", "1")
    assert request.authorization is not None
    assert (request.authorization.username, request.authorization.password) == ("me", CANARY)
    assert (answer.status, answer.text, answer.retry_after) == (202, "taken", "7")
    assert answer.complete


def test_json_is_sent_as_such(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x", json={"a": 1}).respond_with_data("ok")
    assert ask(httpserver.url_for("/x"), json={"a": 1}, limit=5).status == 200


def test_what_netrc_holds_is_sent_nowhere(
    httpserver: HTTPServer, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text(f"machine {httpserver.host} login me password {CANARY}\n")
    monkeypatch.setenv("NETRC", str(netrc))
    httpserver.expect_request("/x").respond_with_data("ok")
    ask(httpserver.url_for("/x"), limit=5)
    assert "Authorization" not in httpserver.log[0][0].headers


def test_a_redirect_is_an_answer(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("", 302, {"Location": httpserver.url_for("/y")})
    assert ask(httpserver.url_for("/x"), limit=5).status == 302
    assert len(httpserver.log) == 1


def test_a_long_body_is_not_read_to_its_end(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data(b"x" * (LONGEST_BODY * 3))
    assert len(ask(httpserver.url_for("/x"), limit=5).body) == LONGEST_BODY


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/{CANARY}"


def test_silence_ends_at_the_limit(silent: str) -> None:
    begun = time.monotonic()
    answer = ask(silent, limit=0.5)
    assert time.monotonic() - begun < 5
    assert (answer.status, answer.problem) == (None, "no answer in time")


def test_a_server_that_drips_ends_at_the_limit(httpserver: HTTPServer) -> None:
    over = threading.Event()

    def drip(_: Request) -> Response:
        return Response((b"x" for _ in iter(lambda: over.wait(0.1), True)), 200)

    httpserver.expect_request("/x").respond_with_handler(drip)
    answer = ask(httpserver.url_for("/x"), limit=0.5)
    over.set()
    assert (answer.status, answer.complete) == (200, False)


@pytest.mark.parametrize(
    ("url", "malformed"), [("http://127.0.0.1:1/", False), ("http://[half/", True), ("nothing", True)]
)
def test_nothing_is_raised_and_nothing_is_told_of_the_url(url: str, malformed: bool) -> None:
    answer = ask(url + CANARY, limit=5)
    assert (answer.status, answer.malformed) == (None, malformed)
    assert CANARY not in answer.problem


def test_nothing_is_logged(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request(f"/{CANARY}").respond_with_data("ok")
    assert ask(httpserver.url_for(f"/{CANARY}"), limit=5).status == 200
    own = [record for record in caplog.records if record.name.startswith("urllib3")]
    assert own == []
