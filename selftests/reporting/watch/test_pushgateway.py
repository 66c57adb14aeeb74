"""Pushes to a Pushgateway: a real one where there is one, and answers that no gateway gives on request."""

import base64
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Response

from reporting.delivered import Delivered
from reporting.redaction import Redactor
from reporting.verification import Verification
from reporting.watch.metrics import LAST_SUCCESS, exposition, families
from reporting.watch.pushgateway import deliver_pushgateway, group_url

Verified = Callable[..., Verification]

LATER = datetime(2026, 1, 29, 5, tzinfo=UTC)
PUSHED = ["metrics: pushed to the Pushgateway"]
CANARY = "c4n4ry-gateway"
GROUP = "/metrics/job/backup_verification/target/nightly"


def push(verification: Verification, url: str, *secrets: str) -> Delivered:
    result = Delivered()
    deliver_pushgateway(verification, url, Redactor.of(url, *secrets), result, pause=lambda seconds: None)
    assert not any(CANARY in line for line in result.lines)
    return result


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("nightly", "target/nightly"),
        ("app@db.example.com:5432", "target/app%40db.example.com%3A5432"),
        ("a/b", "target@base64/YS9i"),
        ("", "target@base64/="),
        ("..", "target@base64/Li4="),
        ("Προμηθεύς", "target@base64/zqDPgc6_zrzOt864zrXPjc-C"),
        ("a b?c#d", "target@base64/YSBiP2MjZA=="),
    ],
)
def test_every_name_has_its_group(target: str, label: str) -> None:
    assert (
        group_url("http://gateway:9091", target)
        == f"http://gateway:9091/metrics/job/backup_verification/{label}"
    )


@pytest.mark.parametrize(
    "url", ["https://u:p@gateway/sub/", "https://u:p@gateway/sub", " https://u:p@gateway/sub\n"]
)
def test_a_prefix_and_a_password_stay(url: str) -> None:
    assert group_url(url, "nightly") == f"https://u:p@gateway/sub{GROUP}"


def test_the_text_is_posted(httpserver: HTTPServer, verified: Verified) -> None:
    httpserver.expect_request(GROUP, method="POST").respond_with_data("")
    assert push(verified(), httpserver.url_for("")).lines == PUSHED
    ((request, _),) = httpserver.log
    assert request.data == exposition(families(verified().as_dict()))
    assert request.content_type == "text/plain; version=0.0.4; charset=utf-8"


def test_the_password_goes_as_basic_authentication_alone(
    httpserver: HTTPServer, verified: Verified
) -> None:
    httpserver.expect_request(GROUP).respond_with_data("", 202)
    url = httpserver.url_for("").replace("http://", f"http://me:{CANARY}%2F@")
    assert push(verified(), url).complete
    ((request, _),) = httpserver.log
    assert (
        request.headers["Authorization"] == "Basic " + base64.b64encode(f"me:{CANARY}/".encode()).decode()
    )
    assert CANARY not in request.url


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(httpserver: HTTPServer, verified: Verified, status: int) -> None:
    for answer in (Response("", status, {"Retry-After": "0"}), Response("")):
        httpserver.expect_ordered_request(GROUP).respond_with_response(answer)
    assert push(verified(), httpserver.url_for("")).lines == PUSHED


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, "pushed metrics are\ninvalid", "it answered 400: pushed metrics are invalid"),
        (400, "", "it answered 400"),
        (400, f"no {CANARY}", "it answered 400: no ***"),
        (401, f"no {CANARY}", "it answered 401"),
        (404, "", "it answered 404"),
        (302, "", "it answered 302"),
    ],
)
def test_what_is_final_is_said_once(
    httpserver: HTTPServer, verified: Verified, status: int, body: str, said: str
) -> None:
    httpserver.expect_request(GROUP).respond_with_data(body, status)
    result = push(verified(), httpserver.url_for(""), CANARY)
    assert result.lines == [f"metrics: not pushed to the Pushgateway: {said}"]
    assert (result.complete, len(httpserver.log)) == (False, 1)


def test_a_gateway_that_asks_for_time_gets_it_within_reason(
    httpserver: HTTPServer, verified: Verified
) -> None:
    httpserver.expect_request(GROUP).respond_with_data("", 503, {"Retry-After": "30"})
    result, pauses = Delivered(), list[float]()
    deliver_pushgateway(verified(), httpserver.url_for(""), Redactor.of(), result, pauses.append)
    assert result.lines == ["metrics: not pushed to the Pushgateway: it answered 503"]
    assert (len(httpserver.log), pauses) == (1, [])


def test_nobody_there_is_said(verified: Verified) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = push(verified(), f"http://me:{CANARY}@127.0.0.1:{port}")
    assert result.lines == ["metrics: not pushed to the Pushgateway: ConnectionError"]
    assert not result.complete


@pytest.mark.parametrize("url", ["", "gateway:9091", f"ftp://me:{CANARY}@gateway"])
def test_what_is_no_web_address_is_said(verified: Verified, url: str) -> None:
    result = push(verified(), url)
    assert result.lines == ["metrics: not pushed: PUSHGATEWAY_URL is not an http or https URL"]
    assert not result.complete


def held(gateway: str, target: str) -> dict[str, list[dict[str, Any]]]:
    """What a Pushgateway holds of a target, by metric."""
    assert requests.get(f"{gateway}/metrics", timeout=10).status_code == 200
    groups = requests.get(f"{gateway}/api/v1/metrics", timeout=10).json()["data"]
    (group,) = [group for group in groups if group["labels"].get("target") == target]
    assert group["last_push_successful"] is True
    return {
        name: each["metrics"]
        for name, each in group.items()
        if isinstance(each, dict) and "metrics" in each
    }


def seconds_of_success(gateway: str, target: str) -> float:
    ((metric),) = held(gateway, target)[LAST_SUCCESS]
    return float(metric["value"])


@pytest.mark.parametrize("target", ["nightly", "a/b é", "app@db.example.com:5432"])
def test_a_real_gateway_keeps_the_success_through_failures(
    pushgateway: str, verified: Verified, failed: Verified, target: str
) -> None:
    assert push(verified(target), pushgateway).lines == PUSHED
    assert push(failed(target, verified_at=LATER), pushgateway).lines == PUSHED
    assert seconds_of_success(pushgateway, target) == verified().verified_at.timestamp()
    status = {
        each["labels"]["status"]: each["value"]
        for each in held(pushgateway, target)["backup_verification_status"]
    }
    assert status == {"success": "0", "warning": "0", "failure": "1"}
    assert push(verified(target, verified_at=LATER), pushgateway).lines == PUSHED
    assert seconds_of_success(pushgateway, target) == LATER.timestamp()


def test_a_real_gateway_refuses_another_password(pushgateway: str, verified: Verified) -> None:
    port = urlsplit(pushgateway).port
    result = push(verified(), f"http://pusher:wrong@127.0.0.1:{port}")
    assert result.lines == ["metrics: not pushed to the Pushgateway: it answered 401"]
