"""Runs spread over processes by xdist: one restore, one verdict, one row, one message."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from restoring.sample import EXPECTATIONS, SAMPLE

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Database, Log, Product, Slack

DIES = """
import os, signal
import pytest

@pytest.mark.{severity}
def test_own():
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def with_xdist() -> None:
    pytest.importorskip("xdist", reason="only runs with pytest-xdist are spread")


def test_a_backup_is_restored_once_and_told_once(product: Product, log: Log, slack: Slack) -> None:
    expectations = product.folder / "mine.toml"
    expectations.write_text(EXPECTATIONS.read_text().replace("min_rows = 20", "min_rows = 25"))
    running = product.start("checks/", "-n2", "--backup", SAMPLE, "--expectations", expectations)
    servers: set[Path] = set()
    while running.process.poll() is None:
        servers.update(product.leftovers())
        time.sleep(0.01)
    run = running.finish()
    assert len(servers) == 1
    assert (run.code, run.verification["status"]) == (0, "warning")
    assert len(log.row()["verification_details"]["checks"]) == 17
    assert len(slack.messages) == 1
    assert run.verification["backup"]["id"] == log.row()["backup_id"]
    assert product.leftovers() == []


def test_the_verdict_is_that_of_one_process(product: Product, live: Database, log: Log) -> None:
    live.execute("ALTER TABLE agents DISABLE ROW LEVEL SECURITY", "DROP FUNCTION cleanup_old_webhook_logs")
    alone, spread = product.run("checks/"), product.run("checks/", "-n2")
    assert (alone.code, spread.code) == (1, 1)
    assert alone.outcomes == spread.outcomes
    assert alone.messages == spread.messages
    assert alone.verification["checks_passed"] == spread.verification["checks_passed"] == 4
    assert len(log.rows()) == 2


def test_success_is_success(product: Product, sample: Database, log: Log, slack: Slack) -> None:
    run = product.run("checks/", "-n2")
    assert (run.code, run.verification["status"], log.row()["status"]) == (0, "success", "success")
    assert (slack.messages, run.verification["partial"]) == ([], False)
    assert sample.dsn not in run.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["checks/", "-k", "connectivity"],
        ["checks/", "--ignore=checks/test_rls_policies_active.py"],
        ["checks/test_database_connectivity.py"],
    ],
    ids=["-k", "--ignore", "one file"],
)
@pytest.mark.usefixtures("sample")
def test_a_part_is_told_to_nobody(product: Product, log: Log, slack: Slack, arguments: list[str]) -> None:
    run = product.run(*arguments, "-n2")
    assert (log.rows(), slack.messages) == ([], [])
    assert run.verification["partial"] is True
    assert "SUCCESS" not in run.out


@pytest.mark.parametrize(
    ("severity", "status", "code"), [("critical", "failure", 1), ("warning", "warning", 0)]
)
@pytest.mark.usefixtures("sample")
def test_a_worker_killed_in_a_check_is_no_success(
    copy: Product, log: Log, severity: str, status: str, code: int
) -> None:
    copy.add_check("test_own.py", DIES.format(severity=severity))
    run = copy.run("checks/", "-n2")
    assert (run.code, run.outcomes["test_own"]) == (code, "failed")
    assert (log.row()["status"], log.row()["checks_failed"]) == (status, 1)
    assert "SUCCESS" not in run.out


@pytest.mark.parametrize("text", ["def test_own(:\n", "def test_own(): pass\n"], ids=["syntax", "severity"])
@pytest.mark.usefixtures("sample")
def test_a_collection_error_verifies_nothing(copy: Product, log: Log, slack: Slack, text: str) -> None:
    copy.add_check("test_own.py", text)
    run = copy.run("checks/", "-n2")
    assert run.code not in (0, 1, 11)
    assert "test_own.py" in run.out + run.err
    assert (log.rows(), slack.messages) == ([], [])
    assert "SUCCESS" not in run.out


def test_unusable_settings_exit_4_at_once(product: Product) -> None:
    run = product.run("checks/", "-n2", "--sample", "--backup=x")
    assert run.code == 4
    assert "two sources at once" in run.err


def test_without_a_restore_the_rest_is_not_run(product: Product, log: Log, archives: Path) -> None:
    run = product.run("checks/", "-n2", "--backup", archives / "small.dump", "--pg-bin", archives)
    assert (run.code, log.row()["status"]) == (10, "failure")
    assert {name for name, outcome in run.outcomes.items() if outcome != "not run"} == {
        "test_database_connectivity"
    }
