"""A full run, from the command line to the row, the message and the exit code."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from restoring.sample import EXPECTATIONS, SAMPLE
from settings import HOME

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Database, Finished, Log, Product, Slack

FAILURE = """🚨 BACKUP VERIFICATION FAILED

Status: FAILURE
Checks Passed: 4/6
Checks Failed: 2

Failed Checks:
• RLS Policies Active: public.agents: row security is off, so its 3 policies protect nothing; \
expected row security with a policy on each
• Database Functions Exist: missing: cleanup_old_webhook_logs(integer); expected 2 functions

Action Required: Investigate backup system immediately.
Time: {time}"""
WARNING = """⚠️ BACKUP VERIFICATION WARNING

Status: WARNING
Checks Passed: 5/6
Checks Failed: 1

Issues Found:
• Database Functions Exist: missing: cleanup_old_webhook_logs(integer); expected 2 functions

Action: Review backup system when convenient.
Time: {time}"""
NO_ROW_SECURITY = "ALTER TABLE agents DISABLE ROW LEVEL SECURITY"
NO_FUNCTION = "DROP FUNCTION cleanup_old_webhook_logs"
USUAL = {file.stem for file in (HOME / "checks").rglob("test_*_usual.py")}
LIVE = {file.stem for file in (HOME / "checks").glob("test_*.py")} - {"test_tenants_isolated"} - USUAL
ALL = {file.stem for file in (HOME / "checks").rglob("test_*.py")}
RESTORED = ALL - {"test_newest_data_recent", "test_like_last_success"} - USUAL
"""With the sample's expectations, and its reference beside it."""
BROKEN = RESTORED - {"test_definitions_match", "test_contents_match"}


def expected(wording: str, run: Finished) -> str:
    """The message to the letter, with the time of the run's own report."""
    moment = datetime.fromisoformat(run.verification["verified_at"])
    return wording.format(time=moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def assert_same(row: dict[str, Any], run: Finished) -> None:
    """The row holds what the JSON report holds; how long delivery took only the report can know."""
    told = run.verification
    times = {name: value for name, value in told["seconds"].items() if name != "deliver"}
    assert row["verification_details"] == told | {"seconds": times}
    assert row["verified_at"] == datetime.fromisoformat(told["verified_at"])
    assert abs((row["created_at"] - row["verified_at"]).total_seconds()) < 30
    for column in ("status", "checks_passed", "checks_failed"):
        assert row[column] == told[column]
    assert str(row["id"]) == told["id"]
    facts = (row["backup_id"], row["backup_age_hours"], row["backup_size_mb"])
    if told["backup"] is None:
        assert facts == (None, None, None)
    else:
        age, size = round(told["backup"]["age_hours"]), round(told["backup"]["size_bytes"] / 1024**2)
        assert facts == (told["backup"]["id"], age, size)


@pytest.mark.usefixtures("sample")
def test_success_leaves_a_row_and_sends_nothing(product: Product, log: Log, slack: Slack) -> None:
    run = product.run("checks/")
    assert run.code == 0
    assert run.verification["status"] == "success"
    assert run.outcomes == dict.fromkeys(LIVE, "passed")
    assert_same(log.row(), run)
    assert log.row()["error_details"] is None
    assert slack.messages == []
    assert f"row: {log.row()['id']} in backup_verification_log of " in run.out
    assert "SUCCESS: every check of the database passed (6 passed, 0 failed)" in run.out


def test_a_warning_alerts_and_exits_0(product: Product, live: Database, log: Log, slack: Slack) -> None:
    live.execute(NO_FUNCTION)
    run = product.run("checks/")
    assert (run.code, run.verification["status"]) == (0, "warning")
    assert slack.messages == [expected(WARNING, run)]
    assert_same(log.row(), run)
    assert log.row()["error_details"] == [
        {
            "name": "test_database_functions_exist",
            "title": "Database Functions Exist",
            "severity": "warning",
            "outcome": "failed",
            "message": "missing: cleanup_old_webhook_logs(integer); expected 2 functions",
        }
    ]
    assert "WARNING: every critical check passed, and something is odd (5 passed, 1 failed)" in run.out
    assert "SUCCESS" not in run.out


def test_a_failure_alerts_and_exits_1(product: Product, live: Database, log: Log, slack: Slack) -> None:
    live.execute(NO_ROW_SECURITY, NO_FUNCTION)
    run = product.run("checks/")
    assert (run.code, run.verification["status"]) == (1, "failure")
    assert slack.messages == [expected(FAILURE, run)]
    assert_same(log.row(), run)
    found = [(item["name"], item["severity"]) for item in log.row()["error_details"]]
    assert found == [("test_rls_policies_active", "critical"), ("test_database_functions_exist", "warning")]
    assert "FAILURE: do not rely on this (4 passed, 2 failed)" in run.out
    assert "SUCCESS" not in run.out


def test_fail_on_warning(product: Product, live: Database, log: Log, slack: Slack) -> None:
    live.execute(NO_FUNCTION)
    run = product.run("checks/", "--fail-on-warning")
    assert (run.code, run.verification["status"]) == (1, "warning")
    assert (log.row()["status"], len(slack.messages)) == ("warning", 1)


def test_no_delivery_judges_all_the_same(product: Product, live: Database, log: Log, slack: Slack) -> None:
    live.execute(NO_ROW_SECURITY)
    run = product.run("checks/", "--no-delivery")
    assert (run.code, run.verification["status"]) == (1, "failure")
    assert (log.rows(), slack.messages) == ([], [])
    assert "nothing logged and nothing sent (--no-delivery)" in run.out


def test_without_a_webhook_the_message_is_printed(product: Product, live: Database, log: Log) -> None:
    live.execute(NO_FUNCTION)
    run = product.run("checks/")
    assert (run.code, log.row()["status"]) == (0, "warning")
    shown = "\n".join(line.removeprefix("    ") for line in run.out.splitlines())
    assert expected(WARNING, run) in shown


def test_a_live_run_logs_where_it_looks_unless_told_otherwise(product: Product, log: Log) -> None:
    product.variables |= {"DATABASE_URL": log.dsn, "VERIFICATION_LOG_URL": ""}
    run = product.run("checks/")
    assert (run.code, log.row()["status"]) == (1, "failure")
    assert run.outcomes["test_critical_tables_exist"] == "failed"


@pytest.mark.parametrize(
    "arguments",
    [
        ["checks/", "-k", "connectivity"],
        ["checks/", "-m", "critical"],
        ["checks/test_database_connectivity.py"],
        ["checks/test_database_connectivity.py::test_database_connectivity"],
        ["checks/", "--deselect", "checks/test_rls_policies_active.py::test_rls_policies_active"],
        ["checks/", "--ignore=checks/test_rls_policies_active.py"],
        ["checks/", "--ignore-glob=*rls*"],
    ],
    ids=["-k", "-m", "one file", "one node", "--deselect", "--ignore", "--ignore-glob"],
)
@pytest.mark.usefixtures("sample")
def test_a_part_is_judged_and_told_to_nobody(
    product: Product, log: Log, slack: Slack, arguments: list[str]
) -> None:
    run = product.run(*arguments)
    assert (run.code, run.verification["partial"]) == (0, True)
    assert (log.rows(), slack.messages) == ([], [])
    assert "PARTIAL (success): only a part of the checks was asked for" in run.out
    assert "SUCCESS" not in run.out


def test_a_part_that_fails_exits_1(product: Product, live: Database, log: Log, slack: Slack) -> None:
    live.execute(NO_ROW_SECURITY)
    run = product.run("checks/", "-k", "rls")
    assert (run.code, run.verification["partial"]) == (1, True)
    assert (log.rows(), slack.messages) == ([], [])


@pytest.mark.parametrize("option", ["-x", "--maxfail=1"])
def test_what_a_stop_cut_off_is_not_run(
    product: Product, live: Database, log: Log, slack: Slack, option: str
) -> None:
    live.execute("DROP TABLE knowledge_base_chunks CASCADE")
    run = product.run("checks/", option)
    assert (run.code, log.row()["status"], len(slack.messages)) == (1, "failure", 1)
    never_reached = LIVE | {name for name in USUAL if (HOME / "checks" / f"{name}.py").exists()}
    assert run.outcomes == dict.fromkeys(never_reached, "not run") | {
        "test_database_connectivity": "passed",
        "test_critical_tables_exist": "failed",
    }
    assert run.messages["test_rls_policies_active"] == "it was never reached"


def test_a_stop_after_a_warning_is_a_failure(product: Product, live: Database, log: Log) -> None:
    live.execute(NO_FUNCTION)
    run = product.run("checks/", "-x")
    assert (run.code, log.row()["status"]) == (1, "failure")
    assert run.outcomes["test_rls_policies_active"] == "not run"


def test_the_sample_ends_in_success_and_says_what_to_type_next(product: Product) -> None:
    run = product.run("checks/", "--sample")
    assert (run.code, run.outcomes) == (0, dict.fromkeys(RESTORED, "passed"))
    assert f"row: {run.verification['id']} in backup_verification_log of verification_log" in run.out
    assert "    status: success\n    checks_passed: 16\n    checks_failed: 0\n" in run.out
    assert "next: pytest checks/ --sample=broken" in run.out
    assert "next: pytest checks/ --backup FILE --expectations YOURS.toml" in run.out
    assert list(run.verification["seconds"]) == ["locate", "serve", "restore", "checks", "deliver"]
    assert product.leftovers() == []


def test_the_broken_sample_ends_in_failure(product: Product, slack: Slack) -> None:
    run = product.run("checks/", "--sample=broken")
    assert (run.code, run.verification["status"]) == (1, "failure")
    assert run.outcomes == dict.fromkeys(BROKEN, "not run") | {"test_database_connectivity": "failed"}
    assert "cut short" in (run.messages["test_database_connectivity"] or "")
    assert "🚨 BACKUP VERIFICATION FAILED" in run.out
    assert slack.messages == []
    assert product.leftovers() == []


@pytest.mark.usefixtures("slack")
def test_a_backup_is_restored_judged_and_logged(product: Product, log: Log) -> None:
    run = product.run("checks/", "--backup", SAMPLE, "--expectations", EXPECTATIONS)
    assert (run.code, run.outcomes) == (0, dict.fromkeys(RESTORED, "passed"))
    assert_same(log.row(), run)
    assert log.row()["backup_id"].startswith("sample.dump#")
    assert run.verification["target"]["kind"] == "backup"
    assert run.verification["backup"]["taken_at_from"] == "header"
    assert "SUCCESS: the backup can be restored, and every check passed (16 passed, 0 failed)" in run.out


@pytest.mark.usefixtures("sample")
def test_an_option_beats_the_variables(product: Product, log: Log, archives: Path) -> None:
    arguments = ("--backup", archives / "small.dump", "--expectations", archives / "small.toml")
    run = product.run("checks/", *arguments)
    assert (run.code, run.verification["target"]["kind"]) == (0, "backup")
    assert log.row()["backup_id"].startswith("small.dump#")


@pytest.mark.usefixtures("log")
def test_variables_alone_are_enough(product: Product, archives: Path) -> None:
    product.variables["BACKUP_LOCATION"] = str(archives / "small.dump")
    run = product.run(VERIFICATION_EXPECTATIONS=str(archives / "small.toml"))
    assert (run.code, run.verification["status"]) == (0, "success")


@pytest.mark.usefixtures("sample")
def test_from_another_folder(product: Product, log: Log) -> None:
    checks, product.home = product.home / "checks", product.folder
    search = f"{checks.parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    run = product.run(checks, PYTHONPATH=search)
    assert (run.code, log.row()["status"]) == (0, "success")


@pytest.mark.parametrize(("sample", "code"), [("whole", 0), ("broken", 1)])
def test_an_ordinary_user_verifies_as_root_does(ordinary: Product, sample: str, code: int) -> None:
    run = ordinary.run("checks/", f"--sample={sample}")
    assert run.code == code, run.out + run.err
    assert run.outcomes == dict.fromkeys(BROKEN if code else RESTORED, "not run" if code else "passed") | {
        "test_database_connectivity": "failed" if code else "passed"
    }
    assert ordinary.leftovers() == []
