"""A run: settings in, one verdict out, delivered once or, for a part of the suite, not at all."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from database import Reach
from expectations import Expectations
from migrations import migrate
from reporting.outcomes import PROPERTY
from reporting.redaction import Redactor
from reporting.run import Run
from reporting.verification import Outcome, Severity
from restoring.aim import Aim
from restoring.backup import find_backup
from restoring.problems import Problem
from restoring.sample import SAMPLE
from restoring.stage import Omission
from settings import Settings

CANARY = "c4n4ry-of-a-password"
NODE = "checks/test_database_connectivity.py::test_database_connectivity"
EXPECTED = Expectations(Path("expectations.toml"), (), functions=("book",))
NOWHERE = "host=127.0.0.1 port=1 user=u dbname=log"
NOT_SENT = "nothing logged and nothing sent"

Make = Callable[..., Run]
"""Takes settings by their names, and `expected`; a run that is closed when the test is over."""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as stack:

        def making(expected: Expectations = EXPECTED, **chosen: Any) -> Run:
            settings = Settings(spool=tmp_path / "spool", **chosen)
            run = Run(settings, expected, Redactor.of(CANARY), lambda line: None)
            return stack.enter_context(closing(run))

        yield making


def judge(run: Run, outcome: Outcome = "passed", severity: Severity = "critical", **said: Any) -> None:
    """Announces a check, and has it report unless it did not run."""
    run.outcomes.expect(NODE, severity)
    if outcome != "not run":
        text = json.dumps({"severity": severity} | said)
        place = (NODE, 1, "test_database_connectivity")
        properties = [(PROPERTY, text)]
        run.outcomes.take(
            pytest.TestReport(NODE, place, {}, outcome, None, "call", user_properties=properties)
        )


def logged(postgresql: psycopg.Connection) -> list[Any]:
    return postgresql.execute("SELECT id, status FROM public.backup_verification_log").fetchall()


def test_what_is_only_recorded_changes_no_verdict(make: Make) -> None:
    run = make(database_url="host=db", no_delivery=True, fail_on_warning=True)
    judge(run)
    run.outcomes.expect("checks/test_info.py::test_info", "info")
    assert run.conclude() == 0


def test_a_verdict_can_be_had_without_delivery(
    dsn: str, postgresql: psycopg.Connection, make: Make
) -> None:
    migrate(dsn)
    run = make(database_url=dsn, log_database_url=dsn, no_delivery=True)
    judge(run, details={"database": "shop", "server_version": "18.6"})
    assert run.report() is None
    assert run.conclude() == 0
    assert run.delivered.lines == [f"{NOT_SENT} (--no-delivery)"]
    assert logged(postgresql) == []
    report = run.report()
    assert report is not None
    assert (report["status"], report["checks_passed"], report["backup"]) == ("success", 1, None)
    assert report["target"] | {"location": ""} == {
        "kind": "database",
        "location": "",
        "database": "shop",
        "server_version": "18.6",
        "name": f"{postgresql.info.dbname}@localhost",
    }
    assert set(report["seconds"]) == {"checks", "deliver"}


def test_a_verdict_is_logged_under_its_own_id(dsn: str, postgresql: psycopg.Connection, make: Make) -> None:
    migrate(dsn)
    run = make(database_url=dsn, log_database_url=dsn)
    judge(run, "failed", message="bad")
    assert run.conclude() == 1
    assert run.verification is not None
    assert logged(postgresql) == [(uuid.UUID(run.verification.id), "failure")]
    assert run.delivered.complete
    assert run.verification.id in run.delivered.lines[0]


def test_a_row_that_cannot_be_written_is_kept(dsn: str, tmp_path: Path, make: Make) -> None:
    run = make(database_url=dsn, log_database_url=NOWHERE)
    judge(run)
    assert run.conclude() == 11
    (kept,) = (tmp_path / "spool").glob("*.json")
    assert run.verification is not None
    assert json.loads(kept.read_text())["id"] == run.verification.id


@pytest.mark.parametrize(
    ("outcome", "severity", "code", "code_on_warning"),
    [
        ("passed", "critical", 0, 0),
        ("failed", "critical", 1, 1),
        ("not run", "critical", 1, 1),
        ("failed", "warning", 0, 1),
        ("not run", "warning", 0, 1),
        ("passed", "info", 1, 1),
    ],
)
def test_the_exit_code_follows_the_outcome(
    outcome: Outcome, severity: Severity, code: int, code_on_warning: int, make: Make
) -> None:
    for fail_on_warning, expected in ((False, code), (True, code_on_warning)):
        run = make(database_url="host=db", no_delivery=True, fail_on_warning=fail_on_warning)
        judge(run, outcome, severity)
        assert run.conclude() == expected


@pytest.mark.parametrize("there", [True, False], ids=["empty", "missing"])
def test_no_check_makes_up_for_a_backup_that_did_not_come_back(
    there: bool, tmp_path: Path, make: Make
) -> None:
    file = tmp_path / "nightly.dump"
    if there:
        file.touch()
    run = make(backup=file, no_delivery=True)
    judge(run)
    assert (run.reach.problem or "").startswith("the restore failed: ")
    assert run.conclude() == 1


def test_a_machine_that_cannot_serve_is_told_from_a_bad_backup(tmp_path: Path, make: Make) -> None:
    run = make(no_delivery=True)
    run.aim = Aim("nightly.dump", Reach(None, True, problem="no programs"), cannot_verify=True)
    judge(run, "failed")
    assert run.conclude() == 10


def test_a_part_of_the_suite_is_neither_logged_nor_sent(
    dsn: str, postgresql: psycopg.Connection, make: Make
) -> None:
    migrate(dsn)
    run = make(database_url=dsn, log_database_url=dsn)
    run.partial = True
    judge(run)
    assert run.conclude() == 0
    assert run.delivered.lines == [f"{NOT_SENT}, since this is a part of the suite"]
    assert logged(postgresql) == []
    assert (run.report() or {})["partial"] is True


def test_a_backup_is_sought_once(tmp_path: Path, make: Make) -> None:
    (tmp_path / "empty.dump").touch()
    run = make(backup=tmp_path / "empty.dump")
    aim = run.open()
    (tmp_path / "empty.dump").unlink()
    assert run.open() is aim
    assert run.reach is aim.reach


def test_what_came_from_outside_is_cleaned(make: Make) -> None:
    run = make(no_delivery=True, backup=Path("nightly.dump"))
    omission = Omission(f"extension {CANARY}", f"no {CANARY} here")
    harmless = Problem("harmless", "ROLE", f"role {CANARY}", f"{CANARY} exists", "the server brings it")
    run.aim = Aim(f"/backups/{CANARY}.dump", Reach(None, True), omissions=[omission], harmless=[harmless])
    judge(run, "failed", message=f"no {CANARY}", details={"place": CANARY})
    run.conclude()
    text = json.dumps(run.report())
    assert CANARY not in text
    assert text.count("***") == 8


def test_what_is_looked_at_by_no_check_is_told(make: Make) -> None:
    expected = Expectations(Path("expectations.toml"), ())
    run = make(expected, no_delivery=True, database_url="host=db")
    run.unmet = {"backup", "tenancy", "calls"}
    run.conclude()
    assert [item["what"] for item in (run.report() or {})["not_verified"]] == [
        "that functions answer",
        "isolation of tenants",
        "functions",
    ]


def test_a_row_stays_a_row_however_much_was_left_out(make: Make) -> None:
    run = make(no_delivery=True)
    omissions = [Omission(f"extension {n}", "not here") for n in range(205)]
    harmless = [Problem("harmless", "ROLE", f"role {n}", "exists") for n in range(205)]
    run.aim = Aim("nightly.dump", Reach(None, True), omissions=omissions, harmless=harmless)
    run.conclude()
    report = run.report() or {}
    assert len(report["harmless"]) == 200
    assert len(report["not_verified"]) == 201
    assert report["not_verified"][-1] == {"what": "5 more", "why": "only the first are listed"}


@pytest.mark.parametrize("from_trailer", [False, True])
def test_the_facts_of_a_backup_are_those_of_its_aim(from_trailer: bool, make: Make) -> None:
    run = make(backup=SAMPLE)
    assert run.backup_facts() is None
    backup = find_backup(SAMPLE)
    taken_at = datetime.now(UTC) - timedelta(hours=3)
    run.aim = Aim(str(SAMPLE), Reach(None, True), backup=backup, taken_at=taken_at)
    run.aim.from_trailer = from_trailer
    facts = run.backup_facts()
    assert facts is not None
    assert (facts.id, facts.format, facts.taken_at) == (backup.id, "custom", taken_at)
    assert facts.taken_at_from == ("trailer" if from_trailer else "header")
    assert facts.age_hours == pytest.approx(3, abs=0.01)
    assert facts.size_bytes == SAMPLE.stat().st_size
