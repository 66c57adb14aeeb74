"""Which service a URL belongs to, and what each is asked: in its words, whatever was copied along."""

from urllib.parse import parse_qs, urlsplit

import pytest

from reporting.watch.services import KINDS, Ended, end_ping, kind_of, start_ping, taken

UUID = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"
RUN = "6f1f0b5e-8f0c-4a4e-9d5e-0f6f4b1f6a01"
KEY = "abcdefghij-klmnopqrstu"
HEALTHCHECKS = f"https://hc-ping.com/{UUID}"
CRONITOR = "https://cronitor.link/p/0123456789abcdef/nightly"
KUMA = "https://status.example.com/api/push/tOkEn1234?status=up&msg=OK&ping="


def ended(
    exit_status: int = 0,
    summary: str = "SUCCESS\nall passed",
    seconds: float = 61.5,
    series: str | None = RUN,
) -> Ended:
    return Ended(exit_status, summary, seconds, series)


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (HEALTHCHECKS, "healthchecks"),
        (f"https://hc-ping.com/{KEY}/nightly-restore", "healthchecks"),
        (f"https://HC-Ping.com/{UUID}", "healthchecks"),
        (f"https://eu.healthchecks.io/ping/{UUID}", "healthchecks"),
        (f"https://checks.example.com/ping/{UUID}", "healthchecks"),
        (f"http://10.0.0.1:8000/hc/ping/{UUID.upper()}/", "healthchecks"),
        (f"https://checks.example.com/ping/{KEY}/nightly", "healthchecks"),
        (CRONITOR, "cronitor"),
        ("https://cronitor.link/d3x0c1", "cronitor"),
        ("https://cronitor.io/p/key/nightly?env=production", "cronitor"),
        (KUMA, "uptime-kuma"),
        ("http://kuma:3001/sub/api/push/tOkEn", "uptime-kuma"),
        (f"  {KUMA}\n", "uptime-kuma"),
    ],
)
def test_the_service_is_told_by_the_url(url: str, kind: str) -> None:
    assert kind_of(url) == kind


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/s3cret",
        f"https://example.com/{UUID}",
        "https://nothc-ping.com/s3cret",
        "https://cronitor.link.example.com/s3cret",
        "https://example.com/?next=/api/push/s3cret",
        "https://example.com/ping/s3cret/nightly",
    ],
)
def test_an_unknown_address_has_to_be_named(url: str) -> None:
    with pytest.raises(ValueError, match="HEARTBEAT_KIND") as refused:
        kind_of(url)
    assert "s3cret" not in str(refused.value)
    assert all(kind in str(refused.value) for kind in KINDS)
    assert [kind_of(url, kind) for kind in KINDS] == list(KINDS)


@pytest.mark.parametrize(
    "url", ["", "s3cret", "ftp://h/s3cret", "https://", "https://h/s3 cret", "https://[::1/s3cret"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^HEARTBEAT_URL is not an http or https URL$"):
        kind_of(url, "cronitor")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="expected healthchecks, cronitor or uptime-kuma"):
        kind_of(KUMA, "kuma")


@pytest.mark.parametrize(
    ("url", "named"), [(KUMA, "cronitor"), (CRONITOR, "uptime-kuma"), (HEALTHCHECKS, "cronitor")]
)
def test_a_name_that_the_address_contradicts_is_refused(url: str, named: str) -> None:
    # Asked in Cronitor's words, Uptime Kuma would take a failure for "up".
    with pytest.raises(ValueError, match="correct one"):
        kind_of(url, named)


def test_healthchecks_is_told_by_path_run_id_and_body() -> None:
    start, end = (
        start_ping("healthchecks", HEALTHCHECKS, RUN),
        end_ping("healthchecks", HEALTHCHECKS, ended()),
    )
    assert start is not None
    assert (start.method, start.url, start.body) == ("POST", f"{HEALTHCHECKS}/start?rid={RUN}", b"")
    assert (end.method, end.url, end.body) == (
        "POST",
        f"{HEALTHCHECKS}/0?rid={RUN}",
        b"SUCCESS\nall passed",
    )


@pytest.mark.parametrize(
    ("status", "path"), [(0, "/0"), (1, "/1"), (11, "/11"), (255, "/255"), (256, "/fail"), (-9, "/fail")]
)
def test_healthchecks_takes_exit_statuses_of_one_byte(status: int, path: str) -> None:
    assert urlsplit(end_ping("healthchecks", HEALTHCHECKS, ended(status)).url).path == f"/{UUID}{path}"


def test_without_a_start_that_arrived_no_run_id_is_named() -> None:
    # A success with another run id than the last start's leaves Healthchecks waiting for that run's end.
    assert end_ping("healthchecks", HEALTHCHECKS, ended(series=None)).url == f"{HEALTHCHECKS}/0"


def test_a_slug_keeps_its_query() -> None:
    url = f"https://hc-ping.com/{KEY}/nightly/?create=1"
    start = start_ping("healthchecks", url, RUN)
    assert start is not None
    assert start.url == f"https://hc-ping.com/{KEY}/nightly/start?create=1&rid={RUN}"


def test_cronitor_is_told_by_its_query() -> None:
    start = start_ping("cronitor", CRONITOR + "?env=production", RUN)
    end = end_ping("cronitor", CRONITOR, ended(10, "no server & no disk"))
    assert start is not None
    assert (start.method, start.body, end.method, end.body) == ("GET", None, "GET", None)
    said = query(start.url)
    host = said.pop("host")
    assert len(host[0]) > 0
    assert said == {"env": ["production"], "state": ["run"], "series": [RUN]}
    assert query(end.url) == {
        "state": ["fail"],
        "status_code": ["10"],
        "message": ["no server & no disk"],
        "host": host,
        "series": [RUN],
    }
    assert query(end_ping("cronitor", CRONITOR, ended()).url)["state"] == ["complete"]


@pytest.mark.parametrize(
    "copied", ["/complete", "/run/", "?state=complete", "/complete?state=complete&message=x"]
)
@pytest.mark.parametrize("base", [CRONITOR, "https://cronitor.link/d3x0c1"])
def test_a_state_that_was_copied_with_cronitors_url_says_nothing(base: str, copied: str) -> None:
    url = end_ping("cronitor", base + copied, ended(1)).url
    assert url.startswith(base + "?")
    assert query(url)["state"] == ["fail"]


def test_a_monitor_of_cronitor_may_be_named_like_a_state() -> None:
    assert (
        urlsplit(end_ping("cronitor", "https://cronitor.link/p/key/run", ended()).url).path == "/p/key/run"
    )


def test_uptime_kuma_knows_no_start_and_takes_one_status() -> None:
    assert start_ping("uptime-kuma", KUMA, RUN) is None
    end = end_ping("uptime-kuma", KUMA + "&x=1", ended(1, "FAILURE"))
    assert end.method == "GET"
    assert query(end.url) == {
        "x": ["1"],
        "status": ["down"],
        "msg": ["exit code 1: FAILURE"],
        "ping": ["61500"],
    }
    assert query(end_ping("uptime-kuma", KUMA, ended()).url)["status"] == ["up"]


@pytest.mark.parametrize(("seconds", "ping"), [(0.0004, "0"), (86400.0, "86400000"), (86400.001, "")])
def test_uptime_kuma_is_told_of_no_more_than_a_day(seconds: float, ping: str) -> None:
    # It refuses a ping that says more, and with it the news.
    assert query(end_ping("uptime-kuma", KUMA, ended(seconds=seconds)).url)["ping"] == [ping]


def test_a_long_summary_is_cut_between_characters() -> None:
    long = "é" * 20_000
    body = end_ping("healthchecks", HEALTHCHECKS, ended(1, long)).body or b""
    assert 9_900 < len(body) <= 10_000
    assert body.decode().strip("é") == "…"
    for kind, url in (("cronitor", CRONITOR), ("uptime-kuma", KUMA)):
        assert len(end_ping(kind, url, ended(1, long)).url) < 4_500


def test_a_summary_that_just_fits_is_whole() -> None:
    assert end_ping("healthchecks", HEALTHCHECKS, ended(0, "x" * 10_000)).body == b"x" * 10_000


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("healthchecks", "OK", True),
        ("healthchecks", "Created", True),
        ("healthchecks", "OK (not found)", False),
        ("healthchecks", "OK (rate limited)", False),
        ("healthchecks", "<html>Log in</html>", False),
        ("cronitor", "", True),
        ("uptime-kuma", '{"ok":true}', True),
        ("uptime-kuma", '{"ok":false,"msg":"Monitor not found or not active."}', False),
        ("uptime-kuma", "<html>ok</html>", False),
    ],
)
def test_a_ping_counts_as_taken_by_the_services_own_answer(kind: str, text: str, expected: bool) -> None:
    assert taken(kind, text) is expected


def test_no_url_is_shown() -> None:
    assert "hc-ping" not in repr(start_ping("healthchecks", HEALTHCHECKS, RUN))
