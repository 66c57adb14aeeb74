"""The three functions of the log: what they say, and that each index serves one of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from migrations import migrate

INDEXES = {
    "SELECT * FROM public.get_latest_backup_verification()": {
        "backup_verification_log_verified_at_idx",
        "backup_verification_log_success_idx",
        "backup_verification_log_backup_id_idx",
    },
    "SELECT * FROM public.get_backup_verification_history(1)": {"backup_verification_log_verified_at_idx"},
    "SELECT public.cleanup_old_backup_verification_logs()": {"backup_verification_log_created_at_idx"},
}
HISTORY = "SELECT verified_at FROM public.get_backup_verification_history({})"
FULL_LOG = """
    INSERT INTO public.backup_verification_log
        (verified_at, created_at, backup_id, status, checks_passed, verification_details)
    SELECT at, at, 'backup ' || n / 60, CASE n % 20 WHEN 3 THEN 'failure' ELSE 'success' END, 6,
        '{"version": 1}'
    FROM generate_series(0, 99999) AS n, LATERAL (SELECT now() - n * interval '80 s') AS t (at);
    ANALYZE public.backup_verification_log;
    LOAD 'auto_explain';
    SET auto_explain.log_min_duration = 0;
    SET auto_explain.log_nested_statements = on;
    SET auto_explain.log_format = json;
    SET client_min_messages = log;
"""


@pytest.fixture
def log(postgresql: psycopg.Connection, dsn: str) -> psycopg.Connection[dict[str, Any]]:
    """A connection to a database with an empty log."""
    migrate(dsn)
    postgresql.row_factory = dict_row  # type: ignore[assignment]
    return postgresql  # type: ignore[return-value]


def add(
    log: psycopg.Connection[dict[str, Any]],
    days_ago: float,
    status: str = "success",
    backup_id: str | None = None,
    **columns: object,
) -> datetime:
    """Adds a row verified and written so long ago; returns its time."""
    at = datetime.now(UTC) - timedelta(days=days_ago)
    values = {"created_at": at, **columns, "at": at, "status": status, "backup_id": backup_id}
    log.execute(
        """INSERT INTO backup_verification_log (verified_at, created_at, status, backup_id)
        VALUES (%(at)s, %(created_at)s, %(status)s, %(backup_id)s)""",
        values,
    )
    return at


def latest(log: psycopg.Connection[dict[str, Any]]) -> dict[str, Any] | None:
    return log.execute("SELECT * FROM public.get_latest_backup_verification()").fetchone()


def history(log: psycopg.Connection[dict[str, Any]], arguments: str) -> list[datetime]:
    return [row["verified_at"] for row in log.execute(HISTORY.format(arguments).encode())]


def cleaned_up(log: psycopg.Connection[dict[str, Any]]) -> int:
    row = log.execute("SELECT public.cleanup_old_backup_verification_logs() AS n").fetchone()
    assert row
    return int(row["n"])


def test_latest_of_an_empty_log_is_no_row(log: psycopg.Connection[dict[str, Any]]) -> None:
    assert latest(log) is None


def test_latest_is_the_one_verified_last(log: psycopg.Connection[dict[str, Any]]) -> None:
    succeeded = add(log, 2, "success", "monday")
    first = add(log, 1, "warning", "tuesday")
    last = add(log, 0.5, "failure", "tuesday")
    add(log, 3, "success", "sunday")
    found = latest(log)
    assert found
    assert (found["verified_at"], found["status"]) == (last, "failure")
    assert found["last_success_at"] == succeeded
    assert found["backup_first_verified_at"] == first


def test_latest_tells_of_no_success_and_no_backup(log: psycopg.Connection[dict[str, Any]]) -> None:
    add(log, 1, "failure")
    found = latest(log)
    assert found
    assert found["last_success_at"] is None
    assert found["backup_first_verified_at"] is None


def test_latest_has_every_column_of_the_table(log: psycopg.Connection[dict[str, Any]]) -> None:
    add(log, 1)
    row = log.execute("SELECT * FROM backup_verification_log").fetchone()
    found = latest(log)
    assert row
    assert found
    assert {name: found[name] for name in row} == row


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [("", 3), ("30", 3), ("31", 4), ("2", 2), ("days => 1", 1), ("0", 0), ("NULL", 3)],
)
def test_history_goes_back_so_many_days(
    arguments: str, expected: int, log: psycopg.Connection[dict[str, Any]]
) -> None:
    times = [add(log, days) for days in (0.9, 1.9, 29.9, 30.1)]
    assert history(log, arguments) == times[:expected]


@pytest.mark.parametrize(("days", "expected"), [(-1, 0), (-(2**31), 0), (36501, 2), (2**31 - 1, 2)])
def test_history_bears_any_number(
    days: int, expected: int, log: psycopg.Connection[dict[str, Any]]
) -> None:
    times = [add(log, 1), add(log, 36499)]
    assert history(log, str(days)) == times[:expected]


def test_cleanup_takes_what_is_older_than_90_days(log: psycopg.Connection[dict[str, Any]]) -> None:
    kept = [add(log, 0), add(log, 89.999)]
    for days in (90.001, 91, 4000):
        add(log, days)
    assert cleaned_up(log) == 3
    assert history(log, "36500") == kept
    assert cleaned_up(log) == 0


def test_cleanup_goes_by_the_clock_of_the_database(
    log: psycopg.Connection[dict[str, Any]],
) -> None:
    written_late = add(log, 100, created_at=datetime.now(UTC))
    assert cleaned_up(log) == 0
    assert history(log, "101") == [written_late]


@pytest.mark.parametrize("call", INDEXES)
def test_functions_need_no_search_path(call: str, log: psycopg.Connection[dict[str, Any]]) -> None:
    add(log, 0.5)
    add(log, 100)
    log.execute("SAVEPOINT before")
    expected = log.execute(call.encode()).fetchall()
    log.execute("ROLLBACK TO before")
    log.execute("""
        CREATE SCHEMA decoy;
        CREATE TABLE decoy.backup_verification_log (LIKE public.backup_verification_log);
        CREATE FUNCTION decoy.now() RETURNS timestamptz LANGUAGE sql
            AS $$ SELECT NULL::timestamptz $$;
        SET search_path = decoy, pg_catalog
    """)
    assert log.execute(call.encode()).fetchall() == expected != []


def test_each_index_serves_a_function_at_100_000_rows(
    log: psycopg.Connection[dict[str, Any]],
) -> None:
    """Read off the plans that ran inside the functions, which auto_explain reports."""
    log.execute(FULL_LOG)
    notices: list[str] = []
    log.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    for call, indexes in INDEXES.items():
        notices.clear()
        log.execute(call.encode())
        scans = [scan for notice in notices for scan in scans_of(notice)]
        assert {scan["Index Name"] for scan in scans} == indexes, call


def scans_of(notice: str) -> list[dict[str, Any]]:
    """The nodes of a reported plan that read the log."""
    plan = json.loads(notice[notice.index("{") :])["Plan"]
    return [node for node in nodes(plan) if "Scan" in node["Node Type"] and _reads_log(node)]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def _reads_log(node: dict[str, Any]) -> bool:
    return "backup_verification_log" in node.get("Relation Name", "") + node.get("Index Name", "")
