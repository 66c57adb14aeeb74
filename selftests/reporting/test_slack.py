"""Delivery against real servers: what is tried again, what is final, and what is never said."""

import logging
import re
import socket
import struct
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from reporting.attempts import ATTEMPTS
from reporting.slack import MessageRefused, post

LAST_PART = "cCcCcCcCcCcCcCcCcCcCcCcC"
PATH = f"/services/T0AAAAAAA/B0BBBBBBB/{LAST_PART}"
PAYLOAD = {"text": "🚨 &lt;b&gt; é"}


@pytest.fixture
def pauses() -> list[float]:
    return []


def refusal(url: str, pauses: list[float], limit: float = 10) -> str:
    """What is said when the message is not delivered; it and its traceback hold no secret."""
    with pytest.raises(MessageRefused) as refused:
        post(url, PAYLOAD, pause=pauses.append, limit=limit)
    shown = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert LAST_PART not in shown
    assert "/services/" not in shown
    assert refused.value.__context__ is None
    assert str(refused.value).isprintable()
    return str(refused.value)


def answering(server: HTTPServer, *answers: Response) -> str:
    for answer in answers:
        server.expect_ordered_request(PATH, method="POST", json=PAYLOAD).respond_with_response(answer)
    return server.url_for(PATH)


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[float]]]:
    """A server that reads each request and then does as told; also the times of its requests."""
    times: list[float] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            times.append(time.monotonic())
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    def converse(connection: socket.socket) -> None:
        with connection:
            received = b""
            while not received.endswith(b"}"):
                received += connection.recv(65536)
            try:
                talk(connection)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}", times
        listener.shutdown(socket.SHUT_RDWR)


def test_payload_arrives_as_json(httpserver: HTTPServer, pauses: list[float]) -> None:
    post(answering(httpserver, Response("ok")), PAYLOAD, pause=pauses.append)
    request, _ = httpserver.log[0]
    assert request.content_type == "application/json"
    assert (len(httpserver.log), pauses) == (1, [])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "ok"),
        (200, "OK\n"),
        (200, ""),
        (204, ""),
        (201, "ok"),
        (200, '{"ok":true}'),
        (200, '{"success": true}'),
    ],
)
def test_acknowledged_message_is_delivered(
    httpserver: HTTPServer, pauses: list[float], status: int, body: str
) -> None:
    post(answering(httpserver, Response(body, status)), PAYLOAD, pause=pauses.append)
    assert (len(httpserver.log), pauses) == (1, [])


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (400, "invalid_payload", "the message was refused: 400 invalid_payload"),
        (403, "action_prohibited", "the message was refused: 403 action_prohibited"),
        (404, "channel_not_found\n", "the message was refused: 404 channel_not_found"),
        (410, "channel_is_archived", "the message was refused: 410 channel_is_archived"),
        (404, f"<html>no {PATH}</html>", "the message was refused: 404"),
        (404, "x" * 41, "the message was refused: 404"),
        (404, "Not Found", "the message was refused: 404"),
        (418, "", "the message was refused: 418"),
        (302, "ok", "the webhook answered 302, a redirect, which is not followed"),
        (
            200,
            "<html>Log in</html>",
            "the webhook answered 200, but said something other than ok: check SLACK_WEBHOOK_URL",
        ),
        (
            200,
            "no_service",
            "the webhook answered 200, but said no_service: check SLACK_WEBHOOK_URL",
        ),
        (
            200,
            '{"ok":false,"error":"invalid_auth"}',
            "the webhook answered 200, but said invalid_auth: check SLACK_WEBHOOK_URL",
        ),
    ],
)
def test_final_answer_is_not_asked_again(
    httpserver: HTTPServer, pauses: list[float], status: int, body: str, sentence: str
) -> None:
    answer = Response(body, status, headers={"Location": "/elsewhere"} if status == 302 else None)
    assert refusal(answering(httpserver, answer), pauses) == sentence
    assert (len(httpserver.log), pauses) == (1, [])


def test_reason_that_repeats_the_token_is_not_said(httpserver: HTTPServer, pauses: list[float]) -> None:
    httpserver.expect_request("/hooks/abcdefghij").respond_with_data("abcdefghij", 404)
    said = refusal(httpserver.url_for("/hooks/abcdefghij"), pauses)
    assert said == "the message was refused: 404"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(httpserver: HTTPServer, pauses: list[float], status: int) -> None:
    url = answering(httpserver, Response("busy", status), Response("", status), Response("ok"))
    post(url, PAYLOAD, pause=pauses.append)
    assert (len(httpserver.log), pauses) == (3, [1, 2])


@pytest.mark.parametrize(("body", "said"), [("rate_limited", "429 rate_limited"), ("Too many!", "429")])
def test_what_does_not_pass_is_given_up(
    httpserver: HTTPServer, pauses: list[float], body: str, said: str
) -> None:
    url = answering(httpserver, *[Response(body, 429)] * (ATTEMPTS + 1))
    assert refusal(url, pauses) == f"the message could not be delivered in 4 attempts: {said}"
    assert (len(httpserver.log), pauses) == (ATTEMPTS, [1, 2, 4])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("30", 30),
        ("31", 30),
        ("9" * 5000, 30),
        ("-5", 1),
        ("nan", 1),
        ("1e9", 1),
        ("", 1),
        ("Wed, 28 Jan 2026 05:00:00 GMT", 1),
        ("²", 1),
    ],
)
def test_pause_is_what_the_server_asks_for_within_reason(
    httpserver: HTTPServer, pauses: list[float], header: str, seconds: float
) -> None:
    busy = Response("", 429, headers={"Retry-After": header})
    post(answering(httpserver, busy, Response("ok")), PAYLOAD, pause=pauses.append)
    assert pauses == [seconds]


def test_pauses_are_really_made(httpserver: HTTPServer) -> None:
    busy = Response("", 429, headers={"Retry-After": "1"})
    began = time.monotonic()
    post(answering(httpserver, busy, Response("ok")), PAYLOAD)
    assert time.monotonic() - began >= 1


def test_nothing_listening_is_tried_again(pauses: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = refusal(f"http://127.0.0.1:{port}{PATH}", pauses)
    assert said == "the message could not be delivered in 4 attempts: ConnectionError"
    assert pauses == [1, 2, 4]


def test_unknown_host_is_tried_again(pauses: list[float]) -> None:
    said = refusal(f"https://nowhere.invalid{PATH}", pauses)
    assert said.startswith("the message could not be delivered in 4 attempts: ")


def test_certificate_that_is_none_is_named(httpserver: HTTPServer, pauses: list[float]) -> None:
    url = httpserver.url_for(PATH).replace("http://", "https://")
    said = refusal(url, pauses)
    assert said == "the message could not be delivered in 4 attempts: SSLError"


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(connection: socket.socket) -> None:
    connection.recv(1)


def trickle_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def trickle_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def hang_before_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
    connection.recv(1)


@pytest.mark.parametrize(
    ("talk", "said"),
    [
        (reset, "ConnectionError"),
        (hang, "no answer in time"),
        (trickle_headers, "no answer in time"),
        (trickle_body, "200, without an end"),
        (hang_before_body, "200, without an end"),
    ],
)
def test_server_that_never_answers_does_not_hold_up(
    talk: Callable[[socket.socket], None], said: str, pauses: list[float]
) -> None:
    with raw_server(talk) as (url, times):
        began = time.monotonic()
        sentence = refusal(url, pauses, limit=0.4)
        assert time.monotonic() - began < 5
    assert sentence == f"the message could not be delivered in 4 attempts: {said}"
    assert (len(times), pauses) == (ATTEMPTS, [1, 2, 4])


def test_message_after_a_reset_is_delivered(pauses: list[float]) -> None:
    resets = iter([reset])

    def talk(connection: socket.socket) -> None:
        for act in resets:
            return act(connection)
        return connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nok")

    with raw_server(talk) as (url, times):
        post(url, PAYLOAD, pause=pauses.append)
    assert (len(times), pauses) == (2, [1])


def test_final_status_is_final_without_its_body(pauses: list[float]) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 900\r\n\r\n")
        connection.recv(1)

    with raw_server(talk) as (url, times):
        assert refusal(url, pauses, limit=0.5) == "the message was refused: 404"
    assert (len(times), pauses) == (1, [])


def test_acknowledgement_without_an_end_is_enough(pauses: list[float]) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nok")
        connection.recv(1)

    with raw_server(talk) as (url, times):
        post(url, PAYLOAD, pause=pauses.append, limit=0.5)
    assert (len(times), pauses) == (1, [])


def test_endless_body_is_not_read_to_its_end(pauses: list[float]) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with raw_server(talk) as (url, _):
        began = time.monotonic()
        assert refusal(url, pauses) == "the message was refused: 400"
        assert time.monotonic() - began < 5


def test_the_whole_delivery_has_an_end(httpserver: HTTPServer, pauses: list[float]) -> None:
    busy = Response("", 503, headers={"Retry-After": "30"})
    said = refusal(answering(httpserver, *[busy] * ATTEMPTS), pauses)
    assert said == "the message could not be delivered in 3 attempts: 503"
    assert pauses == [30, 30]


@pytest.mark.parametrize(
    "url",
    [
        "",
        LAST_PART,
        PATH,
        f"//hooks.slack.com{PATH}",
        f"ftp://hooks.slack.com{PATH}",
        f"file://{PATH}",
        f"https://{PATH}",
        f"https://[::1{PATH}",
        f"https://hooks.slack.com:99999{PATH}",
        f"https://hooks.slack.com:port{PATH}",
        f"https://hooks.slack.com{PATH}\nx",
        f"https://hooks slack.com{PATH}",
        f"'https://hooks.slack.com{PATH}'",
    ],
)
def test_what_is_no_web_address_is_refused(url: str, pauses: list[float]) -> None:
    said = refusal(url, pauses)
    assert said == "the webhook is not an http or https URL: correct SLACK_WEBHOOK_URL"
    assert pauses == []


@pytest.mark.parametrize("host", ["a..b", "*.example", "x" * 70 + ".example"])
def test_host_that_cannot_be_one_is_refused_at_once(host: str, pauses: list[float]) -> None:
    said = refusal(f"https://{host}{PATH}", pauses)
    assert re.fullmatch(r"the webhook cannot be asked \(\w+\): check SLACK_WEBHOOK_URL and the proxy", said)
    assert pauses == []


def test_line_end_of_a_secret_file_does_no_harm(httpserver: HTTPServer, pauses: list[float]) -> None:
    post(answering(httpserver, Response("ok")) + "\n", PAYLOAD, pause=pauses.append)
    assert len(httpserver.log) == 1


def test_password_of_a_netrc_file_is_not_sent(
    httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text(f"machine {httpserver.host} login me password hunter22\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    post(answering(httpserver, Response("ok")), PAYLOAD)
    request, _ = httpserver.log[0]
    assert "Authorization" not in request.headers


def test_password_in_the_url_is_sent_and_not_said(httpserver: HTTPServer, pauses: list[float]) -> None:
    url = answering(httpserver, Response("ok"), Response("hunter22", 403))
    url = url.replace("http://", "http://me:hunter22@")
    post(url, PAYLOAD)
    request, _ = httpserver.log[0]
    assert request.headers["Authorization"] == "Basic bWU6aHVudGVyMjI="
    assert refusal(url, pauses) == "the message was refused: 403"


def test_proxy_of_the_environment_is_used(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    httpserver.expect_request(PATH).respond_with_data("ok")
    monkeypatch.setenv("http_proxy", httpserver.url_for(""))
    post(f"http://hooks.invalid{PATH}", PAYLOAD)
    assert len(httpserver.log) == 1


def test_nothing_is_logged_that_names_the_path(
    httpserver: HTTPServer, pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    def malformed(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nno header\r\n\r\n")

    with caplog.at_level(logging.DEBUG):
        post(answering(httpserver, Response("ok")), PAYLOAD)
        with raw_server(malformed) as (url, _):
            refusal(url, pauses)
        logging.getLogger("urllib3.connectionpool").debug("of somebody else")
    logged = [record.getMessage() for record in caplog.records if "urllib3" in record.name]
    assert logged == ["of somebody else"]
