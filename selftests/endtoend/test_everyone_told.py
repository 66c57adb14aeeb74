"""Everything that a run can tell somebody, told at once by real runs to what really listens."""

from __future__ import annotations

import html
import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Database, Finished, Log, Product

CANARY = "c4n4ryc4n4ryc4n4ry"
BEAT = "/ping/11111111-2222-3333-4444-555555555555"


class Everybody:
    """One server in the place of all services; it takes, or refuses, whatever it is told."""

    def __init__(self, server: HTTPServer, product: Product) -> None:
        self.server, self.product = server, product
        self.product.variables |= {
            "HEARTBEAT_URL": server.url_for(f"{BEAT}?key={CANARY}"),
            "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
            "SLACK_CHANNEL": "C0123456789",
            "SLACK_API_URL": server.url_for("/api"),
            "NOTIFY_URLS": f"json://me:{CANARY}@127.0.0.1:{server.port}/notify-{CANARY}",
            "PUSHGATEWAY_URL": f"http://me:{CANARY}@127.0.0.1:{server.port}/gateway",
            "VERIFICATION_METRICS_FILE": str(product.folder / "backup.prom"),
            "VERIFICATION_PAGE_URL": "https://status.example.com/backups/",
            "VERIFICATION_TARGET": "shop",
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(product.folder / "summary.md"),
            "GITHUB_WORKSPACE": str(product.home),
        }

    def answer(self, status: int = 200) -> None:
        def take(request: Request) -> Response:
            if request.path.startswith("/api"):
                return Response(json.dumps({"ok": status == 200, "ts": "1.2", "error": "not_authed"}))
            return Response("OK", status)

        self.server.clear_all_handlers()
        self.server.expect_request(_Anything()).respond_with_handler(take)

    def asked(self, words: str) -> list[Request]:
        return [request for request, _ in self.server.log if words in request.path]

    @property
    def beats(self) -> list[str]:
        return [request.path.removeprefix(BEAT) for request in self.asked(BEAT)]

    def written(self, name: str) -> str:
        return (self.product.folder / name).read_text()


class _Anything(str):
    """A path that equals every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


@pytest.fixture
def everybody(product: Product, httpserver: HTTPServer) -> Everybody:
    everybody = Everybody(httpserver, product)
    everybody.answer()
    return everybody


@pytest.fixture
def lacking(product: Product, sample: Database) -> Path:
    """Expectations of which a critical table is not there."""
    file = Path(product.variables["VERIFICATION_EXPECTATIONS"])
    file.write_text(file.read_text() + "\n[tables.invoices]\n")
    return file


def secrets_in(run: Finished, product: Product, log: Log) -> bool:
    files = [file for file in product.folder.iterdir() if file.is_file()]
    told = [run.out, run.err, str(log.rows()), *(file.read_text(errors="replace") for file in files)]
    return any(CANARY in text for text in told)


def test_a_failure_is_told_to_everybody(
    product: Product, everybody: Everybody, log: Log, lacking: Path
) -> None:
    run = product.run("checks/", f"--page={product.folder / 'page.html'}")
    identity = run.verification["id"]
    assert run.code == 1
    assert everybody.beats == ["/start", "/1"]
    (ended,) = [request for request in everybody.asked(BEAT) if request.path.endswith("/1")]
    assert ended.args["rid"] == identity
    assert ended.get_data().decode().startswith("FAILURE: do not rely on this (")
    (thread,) = everybody.asked("chat.postMessage")
    assert thread.headers["Authorization"] == f"Bearer xoxb-{CANARY}"
    said = thread.get_json()["text"]
    assert "public.invoices: missing" in said
    assert f"Page: https://status.example.com/backups/#run-{identity}" in said
    assert "public.invoices: missing" in everybody.asked("/notify")[0].get_json()["message"]
    (pushed,) = everybody.asked("/gateway")
    assert b'backup_verification_status{status="failure",target="shop-live"} 1.0' in pushed.get_data()
    assert 'table="public.agents",target="shop-live"} 48.0' in everybody.written("backup.prom")
    assert "public.invoices" in html.unescape(everybody.written("summary.md"))
    assert f"run-{identity}" in everybody.written("page.html")
    assert "::error file=checks/test_critical_tables_exist.py,line=" in run.out
    assert "RUNBOOK.md#table-missing" in run.out
    assert not secrets_in(run, product, log)


@pytest.mark.usefixtures("sample")
def test_a_success_beats_and_is_measured_and_says_nothing_else(
    product: Product, everybody: Everybody, log: Log
) -> None:
    run = product.run("checks/")
    assert run.code == 0
    assert everybody.beats == ["/start", "/0"]
    assert not everybody.asked("chat.postMessage")
    assert not everybody.asked("/notify")
    assert len(everybody.asked("/gateway")) == 1
    assert "::error" not in run.out


def test_what_refuses_everything_costs_the_delivery_and_never_the_verdict(
    product: Product, everybody: Everybody, log: Log, sample: Database
) -> None:
    everybody.answer(403)
    run = product.run("checks/")
    assert (run.code, run.verification["status"]) == (11, "success")
    assert "metrics: not pushed to the Pushgateway: " in run.out
    assert "heartbeat: healthchecks was not told how the run ended: it answered 403" in run.out
    assert log.row()["status"] == "success"
    assert not secrets_in(run, product, log)


@pytest.mark.usefixtures("sample")
def test_a_watchdog_that_refuses_changes_nothing(
    product: Product, httpserver: HTTPServer, log: Log
) -> None:
    everybody = Everybody(httpserver, product)
    everybody.answer(403)
    for name in ("PUSHGATEWAY_URL", "SLACK_BOT_TOKEN", "SLACK_CHANNEL", "NOTIFY_URLS"):
        product.variables.pop(name)
    assert product.run("checks/").code == 0
    assert everybody.beats == ["/start", "/0"]


@pytest.mark.parametrize("option", ["--no-delivery", "-k connectivity"])
@pytest.mark.usefixtures("sample")
def test_what_delivers_nothing_beats_nowhere(
    product: Product, everybody: Everybody, log: Log, option: str
) -> None:
    run = product.run("checks/", *option.split(" ", 1))
    assert run.code == 0
    assert everybody.server.log == []
    assert not (product.folder / "backup.prom").exists()
    assert not (product.folder / "summary.md").exists()


def test_the_sample_is_told_to_nobody(product: Product, everybody: Everybody) -> None:
    run = product.run("checks/", "--sample", f"--page={product.folder / 'page.html'}")
    assert run.code == 0
    assert everybody.server.log == []
    assert not (product.folder / "backup.prom").exists()
    assert "Yes" in everybody.written("page.html")


@pytest.mark.usefixtures("sample")
def test_a_run_that_cannot_begin_is_a_failure_to_the_watchdog(
    product: Product, everybody: Everybody
) -> None:
    file = Path(product.variables["VERIFICATION_EXPECTATIONS"])
    file.write_text(file.read_text() + "\n[tabels.orders]\n")
    run = product.run("checks/")
    assert run.code == 4
    assert everybody.beats == ["/4"]
    assert b"tabels: unknown" in everybody.asked(BEAT)[0].get_data()


def test_a_check_that_cannot_be_read_is_a_failure_to_the_watchdog(
    copy: Product, everybody: Everybody, sample: Database
) -> None:
    copy.add_check("test_odd.py", "import nothing_of_this_name\n")
    run = copy.run("checks/")
    assert run.code == 2
    assert everybody.beats == ["/2"]
    assert b"nothing was verified" in everybody.asked(BEAT)[0].get_data()


def test_a_run_that_is_ended_is_a_failure_to_the_watchdog(
    copy: Product, everybody: Everybody, sample: Database
) -> None:
    nap = "import pytest, time\n@pytest.mark.critical\ndef test_nap(): time.sleep(60)\n"
    copy.add_check("test_nap.py", nap)
    running = copy.start("checks/")
    running.until(lambda: "/start" in everybody.beats)
    running.end(signal.SIGTERM)
    assert running.finish().code == 2
    assert everybody.beats == ["/start", "/2"]
