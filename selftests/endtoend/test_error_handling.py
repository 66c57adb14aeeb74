"""What goes wrong, from a mistyped setting to a log that is down: never green, and nothing is lost."""

from __future__ import annotations

import json
import os
import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from restoring.sample import EXPECTATIONS

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Database, Finished, Log, Product, Slack

NO_ROW_SECURITY = "ALTER TABLE agents DISABLE ROW LEVEL SECURITY"
IMPORTS = "from collections.abc import Iterator\nimport pytest\n"
CRITICAL = "@pytest.mark.critical\n"
FIXTURE = "@pytest.fixture\ndef mine() -> Iterator[int]:\n"

ALONE = {
    "skipped": (f"{CRITICAL}def test_own(): pytest.skip('not today')", "not run", 1),
    "xfailed": (f"{CRITICAL}@pytest.mark.xfail\ndef test_own(): assert False", "failed", 1),
    "error before": (f"{FIXTURE}    raise OSError\n{CRITICAL}def test_own(mine): pass", "not run", 1),
    "error after": (
        f"{FIXTURE}    yield 1; raise OSError\n{CRITICAL}def test_own(mine): pass",
        "failed",
        1,
    ),
    "leaves pytest": (f"{CRITICAL}def test_own(): pytest.exit('enough', returncode=0)", "not run", 1),
    "warning skipped": ("@pytest.mark.warning\ndef test_own(): pytest.skip('not today')", "not run", 0),
}
TOGETHER = """
def test_passes(): pass
def test_fails(): assert 1 == 2, "one is not two"
@pytest.mark.skip(reason="not today")
def test_skipped_by_mark(): pass
@pytest.mark.xfail
def test_xpassed(): pass
def test_xfail_called(): pytest.xfail("known")
def test_no_such_fixture(nobodys): pass
def test_leaves_python(): raise SystemExit(0)
def test_a_part_fails(subtests):
    with subtests.test("x"):
        assert False
    with subtests.test("y"):
        pass
@pytest.mark.parametrize("number", [0, 1])
def test_parametrized(number): assert number
"""
TOGETHER_OUTCOMES = {
    "test_passes": "passed",
    "test_fails": "failed",
    "test_skipped_by_mark": "not run",
    "test_xpassed": "failed",
    "test_xfail_called": "failed",
    "test_no_such_fixture": "not run",
    "test_leaves_python": "failed",
    "test_a_part_fails": "failed",
    "test_parametrized[0]": "failed",
    "test_parametrized[1]": "passed",
}

UNUSABLE = {
    "nothing": ([], ["nothing to verify was named", "--backup LOCATION", "DATABASE_URL", "--sample"]),
    "two sources": (["--sample", "--backup=b.dump"], ["two sources at once", "--sample", "--backup"]),
    "a URL": (["--backup=s3://bucket/b.dump"], ["names a s3 URL", "expected a local file"]),
    "no DSN": (["--database-url=nonsense"], ["--database-url (DATABASE_URL) is no DSN", "postgresql://"]),
    "no such option": (["--sample", "--bakcup=b"], ["--bakcup"]),
    "no expectations": (
        ["--sample", "--expectations=no.toml"],
        ["no.toml: cannot be read", "--expectations"],
    ),
}
EXPECTATIONS_ERRORS = {
    "unknown key": ("[tables.a]\nmin_row = 1", ["tables.a.min_row: unknown", "min_rows, max_rows"]),
    "wrong type": ("[tables.a]\nmin_rows = 'x'", ["tables.a.min_rows", "expected a whole number", "'x'"]),
    "twice": ("[tables.a]\n[tables.'public.a']", ["tables.public.a", "named twice"]),
    "no TOML": ("tables = = 1", ["not TOML", "line 1"]),
}


def nothing_was_judged(run: Finished, log: Log, slack: Slack) -> bool:
    return not run.judged and (log.rows(), slack.messages) == ([], [])


@pytest.mark.parametrize(("text", "outcome", "code"), ALONE.values(), ids=ALONE)
@pytest.mark.usefixtures("sample")
def test_one_check_that_did_not_pass_is_no_success(
    copy: Product, log: Log, text: str, outcome: str, code: int
) -> None:
    copy.add_check("test_own.py", IMPORTS + text)
    run = copy.run("checks/")
    assert (run.code, run.outcomes["test_own"]) == (code, outcome)
    status = "failure" if code else "warning"
    assert (log.row()["status"], run.verification["status"]) == (status, status)
    unreached = 3 if "pytest.exit" in text else 0  # what judges the run comes last
    assert log.row()["checks_passed"] + log.row()["checks_failed"] == 7 + unreached
    assert "SUCCESS" not in run.out


@pytest.mark.usefixtures("sample")
def test_a_check_counts_as_passed_only_when_it_passed(copy: Product, log: Log) -> None:
    copy.add_check("test_own.py", f"{IMPORTS}pytestmark = pytest.mark.critical\n{TOGETHER}")
    run = copy.run("checks/")
    assert {name: run.outcomes[name] for name in TOGETHER_OUTCOMES} == TOGETHER_OUTCOMES
    assert run.messages["test_fails"] == "one is not two"
    assert (run.code, log.row()["status"]) == (1, "failure")
    assert (log.row()["checks_passed"], log.row()["checks_failed"]) == (8, 8)


@pytest.mark.usefixtures("sample")
def test_a_failing_info_check_counts_in_neither_number(copy: Product, log: Log, slack: Slack) -> None:
    copy.add_check("test_own.py", IMPORTS + "@pytest.mark.info\ndef test_own(): assert False")
    run = copy.run("checks/")
    assert (run.code, run.outcomes["test_own"], slack.messages) == (0, "failed", [])
    row = log.row()
    assert (row["status"], row["checks_passed"], row["checks_failed"]) == ("success", 6, 0)


@pytest.mark.parametrize(
    ("marks", "found"),
    [("", "none"), ("@pytest.mark.warning\n@pytest.mark.critical\n", "critical, warning")],
)
@pytest.mark.usefixtures("sample")
def test_a_check_has_one_severity(copy: Product, log: Log, slack: Slack, marks: str, found: str) -> None:
    copy.add_check("test_own.py", f"{IMPORTS}{marks}def test_own(): pass")
    run = copy.run("checks/")
    assert run.code == 4
    assert f"checks/test_own.py: test_own has the severities: {found}; expected exactly one" in run.err
    assert nothing_was_judged(run, log, slack)


@pytest.mark.parametrize(
    "text",
    [
        "def test_own(:\n",
        f"{IMPORTS}{CRITICAL}@pytest.mark.parametrize('x', [])\ndef test_own(x): pass\n",
    ],
    ids=["syntax error", "no parameter"],
)
@pytest.mark.usefixtures("sample")
def test_a_collection_error_verifies_nothing(copy: Product, log: Log, slack: Slack, text: str) -> None:
    copy.add_check("test_own.py", text)
    run = copy.run("checks/")
    assert run.code == 2
    assert "checks/test_own.py" in run.out
    assert nothing_was_judged(run, log, slack)


@pytest.mark.usefixtures("sample", "log")
def test_a_collection_error_that_is_passed_over_is_no_success(copy: Product) -> None:
    copy.add_check("test_own.py", "def test_own(:\n")
    run = copy.run("checks/", "--continue-on-collection-errors")
    assert run.code != 0
    assert "SUCCESS" not in run.out


@pytest.mark.usefixtures("sample", "log")
def test_a_file_that_skips_itself_is_no_success(copy: Product) -> None:
    copy.add_check(
        "test_own.py", f"{IMPORTS}pytest.importorskip('nowhere')\n{CRITICAL}def test_own(): pass"
    )
    run = copy.run("checks/")
    assert run.code != 0
    assert "SUCCESS" not in run.out


@pytest.mark.usefixtures("sample")
def test_nothing_collected_exits_5(product: Product, log: Log, slack: Slack) -> None:
    run = product.run("checks/", "-k", "nothing_has_this_name")
    assert run.code == 5
    assert nothing_was_judged(run, log, slack)


@pytest.mark.usefixtures("sample")
def test_an_internal_error_exits_3(copy: Product, log: Log, slack: Slack) -> None:
    (copy.home / "faulty.py").write_text("def pytest_runtest_protocol():\n    raise OSError('faulty')\n")
    run = copy.run("checks/", "-p", "faulty")
    assert run.code == 3
    assert nothing_was_judged(run, log, slack)


@pytest.mark.parametrize("option", ["--setup-only", "--collect-only"])
@pytest.mark.usefixtures("sample")
def test_only_looking_tells_nobody(product: Product, log: Log, slack: Slack, option: str) -> None:
    run = product.run("checks/", option)
    assert (log.rows(), slack.messages) == ([], [])
    assert "SUCCESS" not in run.out


@pytest.mark.parametrize(("arguments", "words"), UNUSABLE.values(), ids=UNUSABLE)
def test_settings_that_cannot_be_used_exit_4(
    product: Product, log: Log, slack: Slack, arguments: list[str], words: list[str]
) -> None:
    run = product.run("checks/", *arguments)
    assert run.code == 4
    assert [word for word in words if word not in run.err] == []
    assert nothing_was_judged(run, log, slack)


@pytest.mark.usefixtures("sample", "log")
def test_two_variables_are_two_sources(product: Product, archives: Path) -> None:
    run = product.run("checks/", BACKUP_LOCATION=str(archives / "small.dump"))
    assert run.code == 4
    assert "two sources at once: --backup (BACKUP_LOCATION) and --database-url (DATABASE_URL)" in run.err


@pytest.mark.parametrize(("text", "words"), EXPECTATIONS_ERRORS.values(), ids=EXPECTATIONS_ERRORS)
@pytest.mark.usefixtures("sample")
def test_expectations_that_cannot_be_used_exit_4(
    product: Product, log: Log, slack: Slack, text: str, words: list[str]
) -> None:
    file = product.folder / "mine.toml"
    file.write_text(text)
    run = product.run("checks/", "--expectations", file)
    assert run.code == 4
    assert [word for word in [str(file), *words] if word not in run.err] == []
    assert nothing_was_judged(run, log, slack)


def test_a_missing_backup_is_a_failure(product: Product, log: Log, slack: Slack) -> None:
    run = product.run("checks/", "--backup", product.folder / "none.dump")
    assert (run.code, log.row()["status"], len(slack.messages)) == (1, "failure", 1)
    assert "there is no backup at" in slack.messages[0]
    assert log.row()["backup_id"] is None


def test_an_unreadable_backup_could_not_be_verified(ordinary: Product, slack: Slack) -> None:
    file = ordinary.folder / "locked.dump"
    file.touch(mode=0o000)
    run = ordinary.run("checks/", "--backup", file)
    assert (run.code, run.verification["status"], len(slack.messages)) == (10, "failure", 1)
    assert "cannot be read: Permission denied" in slack.messages[0]


def test_when_the_restore_fails_the_rest_is_not_run_at_once(
    product: Product, log: Log, slack: Slack
) -> None:
    page = product.folder / "page.dump"
    page.write_text("<!DOCTYPE html><html><body>Not found</body></html>\n")
    run = product.run("checks/", "--backup", page, "--expectations", EXPECTATIONS)
    assert (run.code, log.row()["status"], len(slack.messages)) == (1, "failure", 1)
    first, *others = run.outcomes.values()
    assert (first, set(others), len(others) > 5) == ("failed", {"not run"}, True)
    assert (run.messages["test_database_connectivity"] or "").startswith("the restore failed: ")
    assert set(run.messages.values()) >= {"the database cannot be looked at"}
    assert run.verification["seconds"]["checks"] < 2


def test_a_live_database_that_is_down_is_a_failure(product: Product, slack: Slack) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    run = product.run("checks/", DATABASE_URL=f"host=127.0.0.1 port={port} user=u dbname=d")
    assert (run.code, len(slack.messages)) == (1, 1)
    assert list(run.outcomes.values()) == ["failed", *["not run"] * 5]
    assert "the database cannot be reached" in slack.messages[0]
    (spooled,) = product.spool.iterdir()
    assert json.loads(spooled.read_text())["status"] == "failure"
    assert f"Kept as {spooled}" in run.out


def test_without_server_programs_nothing_could_be_verified(
    product: Product, log: Log, slack: Slack, archives: Path
) -> None:
    run = product.run("checks/", "--backup", archives / "small.dump", "--pg-bin", archives)
    assert (run.code, log.row()["status"], len(slack.messages)) == (10, "failure", 1)
    assert f"could not verify: no server programs in {archives}" in slack.messages[0]


@pytest.mark.usefixtures("sample", "slack")
def test_a_row_without_a_table_is_spooled_and_written_by_the_next_run(
    product: Product, dsn: str, log: Log
) -> None:
    log.execute("DROP TABLE public.backup_verification_log CASCADE")
    first = product.run("checks/")
    assert (first.code, first.verification["status"]) == (11, "success")
    assert "the table public.backup_verification_log is missing" in first.out
    assert "run python -m migrations" in first.out
    assert [file.suffix for file in product.spool.iterdir()] == [".json"]
    assert product.start_python("-m", "migrations", dsn).finish().code == 0
    second = product.run("checks/")
    assert (second.code, list(product.spool.iterdir())) == (0, [])
    found = {str(row["id"]) for row in log.rows()}
    assert found == {first.verification["id"], second.verification["id"]}
    assert len(log.rows()) == 2


def test_a_failed_check_beats_a_spooled_row(
    product: Product, live: Database, log: Log, slack: Slack
) -> None:
    live.execute(NO_ROW_SECURITY)
    log.execute("DROP TABLE public.backup_verification_log CASCADE")
    run = product.run("checks/")
    assert (run.code, len(list(product.spool.iterdir())), len(slack.messages)) == (1, 1, 1)


def test_a_refused_message_leaves_the_row(product: Product, live: Database, log: Log, slack: Slack) -> None:
    live.execute("DROP FUNCTION cleanup_old_webhook_logs")
    slack.answer("no_service", 404)
    run = product.run("checks/")
    assert (run.code, log.row()["status"], len(slack.messages)) == (11, "warning", 1)
    assert "message: not sent: the message was refused: 404 no_service; it would have been:" in run.out
    assert "⚠️ BACKUP VERIFICATION WARNING" in run.out


def test_row_and_message_failing_together_are_both_told(product: Product, live: Database, log: Log) -> None:
    live.execute("DROP FUNCTION cleanup_old_webhook_logs")
    log.execute("DROP TABLE public.backup_verification_log CASCADE")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    run = product.run("checks/", SLACK_WEBHOOK_URL=f"http://127.0.0.1:{port}/services/T/B/x")
    assert (run.code, len(list(product.spool.iterdir()))) == (11, 1)
    assert "could not be delivered in 4 attempts" in run.out
    assert "Kept as " in run.out


@pytest.mark.usefixtures("sample")
def test_a_spool_that_cannot_be_kept_either_is_told(product: Product, log: Log) -> None:
    log.execute("DROP TABLE public.backup_verification_log CASCADE")
    run = product.run("checks/", "--spool", os.devnull)
    assert run.code == 11
    assert "row: neither written" in run.out
    assert "--spool" in run.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--sample", "--backup=x"], 4), (["--sample", "--bakcup=x"], 4), (["--sample", "--sample=best"], 4)],
    ids=["two sources", "no such option", "no such choice"],
)
def test_yesterdays_reports_do_not_outlive_a_refused_run(
    product: Product, arguments: list[str], code: int
) -> None:
    (product.folder / "report.json").write_text('{"exitcode": 0}')
    product.junit.write_text("<testsuites/>")
    run = product.run("checks/", f"--junitxml={product.junit}", *arguments)
    assert run.code == code
    assert (run.report, product.junit.exists()) == (None, False)
