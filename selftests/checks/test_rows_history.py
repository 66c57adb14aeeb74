"""test_rows_usual: each way to lose rows, the last value that is tolerated and the next, and a real run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from migrations.__main__ import main as migrate
from reporting.verification import CheckResult
from selftests.checks.of_history import document, documents, result, said
from settings import HOME

if TYPE_CHECKING:
    from selftests.checks.conftest import Verify

CHECK = "test_rows_usual"
WEEKS = [10_000.0] * 42


def counted(rows: float, estimated: bool = False) -> CheckResult:
    names = ["public.t"] if estimated else []
    return result("test_row_counts_reasonable", rows={"public.t": rows}, estimated=names)


@pytest.mark.parametrize("rows", [9_549, 9_999, 10_000, 10_001, 12_000, 19_000])
def test_the_usual_passes_and_its_band_is_recorded(rows: int) -> None:
    told = said(CHECK, documents(counted, WEEKS), counted(rows))
    assert (told.message, told.kinds, told.absent, told.unverified) == (None, [], False, [])
    assert told.details == {
        "usual": {"rows public.t": {"low": 9547.96, "median": 10_000.0, "high": 19_100.9}}
    }


@pytest.mark.parametrize("rows", [0, 7_000, 9_547, 19_101, 1_000_000])
def test_what_is_out_of_the_band_is_found(rows: int) -> None:
    told = said(CHECK, documents(counted, WEEKS), counted(rows))
    since = datetime.now(UTC).date() - timedelta(days=42)
    assert told.kinds == ["rows-unusual"]
    assert told.message == (
        f"public.t: {rows:,} rows, usual 9,548 rows to 19,101 rows (median 10,000 rows, since {since}); "
        "expected what is usual"
    )


def test_erosion_is_a_kind_of_its_own() -> None:
    eroding = [10_000.0] * 30 + [10_000 * 0.99**day for day in range(1, 13)]
    told = said(CHECK, documents(counted, eroding), counted(8_700))
    assert told.kinds == ["rows-eroded"]
    assert told.message is not None
    assert (
        "public.t: 8,700 rows, 13 % fewer than 10,000 rows, lost little by little since 20" in told.message
    )


@pytest.mark.parametrize(("days", "absent"), [(0, True), (6, True), (7, False), (8, False)])
def test_seven_days_are_needed(days: int, absent: bool) -> None:
    told = said(CHECK, documents(counted, [10.0] * days), counted(10))
    assert (told.absent, told.message) == (absent, None)
    why = "fewer than 7 earlier days have a successful verification of it in the log"
    assert told.unverified == ([("what is usual: rows public.t", why)] if absent else [])


def test_ten_looks_at_one_day_are_one() -> None:
    today = [document(0, counted(10)) for _ in range(10)]
    assert said(CHECK, today, counted(10)).absent
    lost_today = [*documents(counted, WEEKS), *(document(0, counted(5_000)) for _ in range(9))]
    assert said(CHECK, lost_today, counted(5_000)).kinds == ["rows-unusual"]


def test_a_new_table_leaves_the_others_judged() -> None:
    both = result("test_row_counts_reasonable", rows={"public.t": 1, "public.new": 1}, estimated=[])
    told = said(CHECK, documents(counted, WEEKS), both)
    assert [what for what, _ in told.unverified] == ["what is usual: rows public.new"]
    assert told.kinds == ["rows-unusual"]


def test_estimates_prove_nothing() -> None:
    told = said(CHECK, documents(counted, WEEKS), counted(1, estimated=True))
    assert (told.absent, told.unverified) == (True, [("what is usual", "this run has not measured it")])
    estimates = documents(lambda rows: counted(rows, estimated=True), WEEKS)
    assert said(CHECK, estimates, counted(10_000)).absent


def test_counts_that_were_not_taken_are_not_verified() -> None:
    told = said(CHECK, documents(counted, WEEKS))
    assert (told.absent, told.unverified) == (True, [("what is usual", "this run has not measured it")])


@pytest.mark.parametrize(("rows", "code_line"), [(100, None), (60, "public.pets: 60 rows, usual 93 rows")])
def test_a_real_run_reads_the_log(
    rows: int, code_line: str | None, admin: psycopg.Connection, dsn: str, verify: Verify
) -> None:
    assert migrate([dsn], {}) == 0
    admin.execute(f"CREATE TABLE pets AS SELECT generate_series(1, {rows})".encode())
    for days_ago in range(1, 9):
        earlier = document(days_ago, result(FOUND, rows={"public.pets": 100}, estimated=[]))
        earlier["target"] = {"kind": "database", "database": "pets", "name": "pets-live"}
        admin.execute(
            "INSERT INTO backup_verification_log (verified_at, status, verification_details) "
            "VALUES (%s, 'success', %s)",
            (earlier["verified_at"], json.dumps(earlier)),
        )
    files = [HOME / "checks" / f"{name}.py" for name in (FOUND, CHECK)]
    judged = verify("[tables.pets]\n", *files, "--database-url", dsn, "--target", "pets")
    check = judged.checks[CHECK]
    assert check.outcome == ("failed" if code_line else "passed")
    assert (check.message or "").startswith(code_line or "")


FOUND = "test_row_counts_reasonable"
