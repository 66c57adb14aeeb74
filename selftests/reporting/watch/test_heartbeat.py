"""Heartbeats over real HTTP: in their order, in time, and without a word of their URL."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from reporting.watch import heartbeat
from reporting.watch.heartbeat import Heartbeat

CANARY = "c4n4ry-5bf6"
RUN = "6f1f0b5e-8f0c-4a4e-9d5e-0f6f4b1f6a01"
PATH = f"/ping/{CANARY}"


SECONDS = 1.0
"""A tenth of what a run gives it."""


def told(server: HTTPServer) -> list[str]:
    return [f"{request.method} {request.full_path.rstrip('?')}" for request, _ in server.log]


def run(url: str, kind: str = "healthchecks", exit_status: int = 0) -> list[str]:
    beat = Heartbeat(url, kind, RUN, SECONDS)
    beat.start()
    return beat.end(exit_status, "the summary")


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"


def test_start_and_end_arrive_in_their_order(httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"{PATH}/start").respond_with_data("OK")
    httpserver.expect_request(f"{PATH}/1").respond_with_data("OK")
    assert run(httpserver.url_for(PATH), exit_status=1) == [
        "heartbeat: healthchecks was told of exit code 1"
    ]
    assert told(httpserver) == [f"POST {PATH}/start?rid={RUN}", f"POST {PATH}/1?rid={RUN}"]
    assert httpserver.log[1][0].data == b"the summary"


def test_a_start_that_is_slow_is_waited_for_before_the_end_is_told(httpserver: HTTPServer) -> None:
    def slow(request: Request) -> Response:
        time.sleep(0.3)
        return Response("OK")

    httpserver.expect_request(f"{PATH}/start").respond_with_handler(slow)
    httpserver.expect_request(f"{PATH}/0").respond_with_data("OK")
    beat = Heartbeat(httpserver.url_for(PATH), "healthchecks", RUN, SECONDS)
    begun = time.monotonic()
    beat.start()
    assert time.monotonic() - begun < 0.2
    assert beat.end(0, "") == ["heartbeat: healthchecks was told of exit code 0"]
    assert told(httpserver) == [f"POST {PATH}/start?rid={RUN}", f"POST {PATH}/0?rid={RUN}"]


def test_an_end_without_a_start_is_told(httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"{PATH}/4").respond_with_data("OK")
    lines = Heartbeat(httpserver.url_for(PATH), "healthchecks", RUN, SECONDS).end(4, "usage")
    assert lines == ["heartbeat: healthchecks was told of exit code 4"]
    assert told(httpserver) == [f"POST {PATH}/4"]


def test_a_start_that_was_lost_takes_its_run_id_with_it(httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"{PATH}/start").respond_with_data("no", 403)
    httpserver.expect_request(f"{PATH}/0").respond_with_data("OK")
    assert run(httpserver.url_for(PATH)) == [
        "heartbeat: healthchecks was not told that the run started: it answered 403",
        "heartbeat: healthchecks was told of exit code 0",
    ]
    assert told(httpserver)[-1] == f"POST {PATH}/0"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(httpserver: HTTPServer, status: int) -> None:
    for answer in (Response("", status), Response("OK")):
        httpserver.expect_ordered_request(f"{PATH}/0").respond_with_response(answer)
    assert Heartbeat(httpserver.url_for(PATH), "healthchecks", RUN, SECONDS).end(0, "") == [
        "heartbeat: healthchecks was told of exit code 0"
    ]
    assert len(httpserver.log) == 2


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, f"no {CANARY}", "it answered 404"),
        (200, "OK (not found)", "it answered 200, but did not take it: correct HEARTBEAT_URL"),
        (302, "", "it answered 302, a redirect, which is not followed: correct HEARTBEAT_URL"),
    ],
)
def test_what_is_final_is_told_once_and_in_words_of_our_own(
    httpserver: HTTPServer, status: int, body: str, said: str
) -> None:
    httpserver.expect_request(f"{PATH}/1").respond_with_data(body, status, {"Location": f"/{CANARY}"})
    lines = Heartbeat(httpserver.url_for(PATH), "healthchecks", RUN, SECONDS).end(1, "")
    assert lines == [f"heartbeat: healthchecks was not told how the run ended: {said}"]
    assert len(httpserver.log) == 1


def test_uptime_kuma_hears_of_the_end_alone(httpserver: HTTPServer) -> None:
    httpserver.expect_request(
        "/api/push/x", query_string={"status": "down", "msg": "exit code 2: the summary", "ping": "0"}
    ).respond_with_json({"ok": True})
    httpserver.expect_request("/api/push/x").respond_with_json({"ok": True})
    lines = run(httpserver.url_for("/api/push/x?status=up&msg=OK&ping="), "uptime-kuma", 2)
    assert lines == ["heartbeat: uptime-kuma was told of exit code 2"]
    ((request, _),) = httpserver.log
    assert (request.method, request.args.getlist("status")) == ("GET", ["down"])


def test_cronitor_hears_of_start_and_end(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/p/key/nightly").respond_with_data("")
    assert run(httpserver.url_for("/p/key/nightly"), "cronitor") == [
        "heartbeat: cronitor was told of exit code 0"
    ]
    assert [request.args["state"] for request, _ in httpserver.log] == ["run", "complete"]
    assert {request.args["series"] for request, _ in httpserver.log} == {RUN}


def test_a_service_that_never_answers_costs_a_few_seconds() -> None:
    with silent_server() as url:
        begun = time.monotonic()
        lines = run(url, exit_status=1)
        assert time.monotonic() - begun < SECONDS + 1
    started, ended = lines
    assert started.startswith("heartbeat: healthchecks was not told that the run started: ")
    assert ended.startswith("heartbeat: healthchecks was not told how the run ended: ")


def test_the_whole_of_it_has_its_limit() -> None:
    assert heartbeat.SECONDS <= 10


@pytest.mark.parametrize("url", ["http://nowhere.invalid", "http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_a_service_that_is_not_there_is_said_without_its_url(url: str) -> None:
    lines = run(f"{url}/{CANARY}", exit_status=1)
    assert len(lines) == 2
    assert not any(CANARY in line or "127.0.0.1" in line for line in lines)


def test_a_host_that_can_be_none_is_said() -> None:
    (line,) = Heartbeat(f"http://a..b/{CANARY}", "healthchecks", RUN, SECONDS).end(0, "")
    assert line.startswith("heartbeat: healthchecks was not told how the run ended: ")
    assert CANARY not in line


def test_an_unknown_url_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="HEARTBEAT_KIND"):
        Heartbeat(f"https://example.com/{CANARY}", None, RUN)


def test_nothing_shows_the_url(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request(f"{PATH}/start").respond_with_data("OK")
    beat = Heartbeat(httpserver.url_for(PATH), "healthchecks", RUN, SECONDS)
    with caplog.at_level(logging.DEBUG):
        beat.start()
        lines = beat.end(1, "")
    logged = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    shown = "\n".join([*lines, *logged, *capfd.readouterr(), repr(beat)])
    assert CANARY not in shown


def test_no_thread_of_a_heartbeat_keeps_the_process() -> None:
    with silent_server() as url:
        Heartbeat(url, "healthchecks", RUN).start()
        ours = [thread for thread in threading.enumerate() if "MainThread" not in thread.name]
        assert all(thread.daemon for thread in ours)
