"""The check of the row counts: each bound at exactly plus and minus one, counted and estimated."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from settings import HOME

if TYPE_CHECKING:
    from selftests.checks.conftest import Judge, Verify

CHECK = "test_row_counts_reasonable"
FILE = HOME / "checks" / f"{CHECK}.py"

NAMES = ("Mixed Case", "quo\"te'", "naïve 日本", "100%s {}", "back\\slash", "select")
# Of the 100 rows that the planner knows of in `stale`, half are gone.
SHARED = """
CREATE TABLE pets AS SELECT generate_series(1, 5) AS i;
CREATE TABLE stale AS SELECT generate_series(1, 100) AS i;
ANALYZE stale;
DELETE FROM stale WHERE i > 50;
CREATE VIEW pets_view AS TABLE pets;
CREATE MATERIALIZED VIEW pets_kept AS TABLE pets;
CREATE SEQUENCE pets_sequence;
CREATE TYPE pets_type AS (i int);
""" + "".join(sql.SQL("CREATE TABLE {} AS SELECT 1;").format(sql.Identifier(n)).as_string() for n in NAMES)
PARTITIONED = """
CREATE TABLE pets (i int) PARTITION BY RANGE (i);
CREATE TABLE low PARTITION OF pets FOR VALUES FROM (0) TO (100);
CREATE TABLE high PARTITION OF pets FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (i);
CREATE TABLE higher PARTITION OF high FOR VALUES FROM (100) TO (200);
INSERT INTO pets SELECT generate_series(0, 199);
ANALYZE pets
"""


def fill(admin: psycopg.Connection, rows: int, table: str = "pets") -> None:
    admin.execute(f"CREATE TABLE {table} AS SELECT generate_series(1, {rows}) AS i".encode())


def up_to(limit: int, table: str = "pets") -> str:
    return f"[database]\ncount_up_to = {limit}\n[tables.{table}]\n"


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ("min_rows = 4", None),
        ("min_rows = 5", None),
        ("min_rows = 6", "public.pets: 5 rows, expected at least 6"),
        ("max_rows = 4", "public.pets: 5 rows, expected at most 4"),
        ("max_rows = 5", None),
        ("max_rows = 6", None),
        ("min_rows = 5\nmax_rows = 5", None),
        ("min_rows = 0\nmax_rows = 0", "public.pets: 5 rows, expected at most 0"),
        ("", None),
    ],
)
def test_bounds_include_themselves(bounds: str, message: str | None, shared: str, judge: Judge) -> None:
    check = judge(f"[tables.pets]\n{bounds}\n", at=shared)
    assert (check.severity, check.message) == ("warning", message)
    assert check.outcome == ("failed" if message else "passed")
    assert check.details == {"rows": {"public.pets": 5}, "estimated": []}


@pytest.mark.parametrize(
    ("rows", "bounds", "message"),
    [
        (0, "", "public.organizations: 0 rows, expected at least 1"),
        (1, "", None),
        (0, "min_rows = 0", None),
        (1, "min_rows = 2", "public.organizations: 1 rows, expected at least 2"),
        (0, "max_rows = 0", None),
    ],
)
def test_organizations_are_expected_to_hold_one(
    rows: int, bounds: str, message: str | None, admin: psycopg.Connection, judge: Judge
) -> None:
    fill(admin, rows, "organizations")
    check = judge(f"[tables.organizations]\n{bounds}\n")
    assert (check.outcome, check.message) == ("failed" if message else "passed", message)


def test_any_other_table_may_be_empty(admin: psycopg.Connection, judge: Judge) -> None:
    admin.execute("CREATE SCHEMA archive")
    for table in ("pets", "archive.organizations"):
        fill(admin, 0, table)
    check = judge('[tables.pets]\n[tables."archive.organizations"]\n')
    assert check.outcome == "passed"
    assert check.details["rows"] == {"public.pets": 0, "archive.organizations": 0}


def test_every_finding_is_told_and_every_table_counted(admin: psycopg.Connection, judge: Judge) -> None:
    fill(admin, 0, "organizations")
    fill(admin, 7, "pets")
    fill(admin, 2, "owners")
    tables = "[tables.organizations]\n[tables.visits]\n[tables.pets]\nmax_rows = 6\n[tables.owners]\n"
    check = judge(tables)
    assert check.message == (
        "public.organizations: 0 rows, expected at least 1; "
        "public.visits: not there, expected at least 0 rows; "
        "public.pets: 7 rows, expected at most 6"
    )
    found = [each.kind for each in check.findings]
    assert found == ["rows-below-least", "table-missing", "rows-above-most"]
    rows = {"public.organizations": 0, "public.visits": None, "public.pets": 7, "public.owners": 2}
    assert check.details == {"rows": rows, "estimated": []}


@pytest.mark.parametrize("name", ["pets_sequence", "pets_type", "no_pets"])
def test_where_nothing_can_be_counted_nothing_is_there(name: str, shared: str, judge: Judge) -> None:
    check = judge(f"[tables.{name}]\nmin_rows = 3\n", at=shared)
    assert check.message == f"public.{name}: not there, expected at least 3 rows"
    assert check.details == {"rows": {f"public.{name}": None}, "estimated": []}


@pytest.mark.parametrize(
    ("limit", "rows", "estimated"),
    [(99, 100, ["public.stale"]), (100, 50, []), (101, 50, []), (0, 100, ["public.stale"])],
)
def test_a_live_table_above_the_limit_is_estimated(
    limit: int, rows: int, estimated: list[str], shared: str, judge: Judge
) -> None:
    check = judge(up_to(limit, "stale"), at=shared)
    assert check.outcome == "passed"
    assert check.details == {"rows": {"public.stale": rows}, "estimated": estimated}


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ("min_rows = 100", None),
        ("min_rows = 101", "public.stale: 100 rows, expected at least 101"),
        ("max_rows = 100", None),
        ("max_rows = 99", "public.stale: 100 rows, expected at most 99"),
    ],
)
def test_an_estimate_is_judged_by_the_same_bounds(
    bounds: str, message: str | None, shared: str, judge: Judge
) -> None:
    assert judge(up_to(99, "stale") + bounds + "\n", at=shared).message == message


def test_only_the_large_tables_are_estimated(shared: str, judge: Judge) -> None:
    check = judge(up_to(99, "stale") + "[tables.pets]\n[tables.visits]\n", at=shared)
    rows = {"public.stale": 100, "public.pets": 5, "public.visits": None}
    assert check.details == {"rows": rows, "estimated": ["public.stale"]}


@pytest.mark.parametrize("emptied", ["TRUNCATE pets", "BEGIN; TRUNCATE pets; COMMIT", "VACUUM pets"])
def test_a_table_that_was_emptied_is_counted(emptied: str, admin: psycopg.Connection, judge: Judge) -> None:
    fill(admin, 100)
    admin.execute("ANALYZE pets")
    admin.execute("DELETE FROM pets")
    admin.execute(emptied.encode())
    check = judge(up_to(99) + "min_rows = 1\n")
    assert check.message == "public.pets: 0 rows, expected at least 1"


def test_statistics_that_came_without_the_rows_are_not_believed(
    admin: psycopg.Connection, judge: Judge
) -> None:
    """What pg_dump --statistics writes down of the source, which a dump without data restores too."""
    fill(admin, 0)
    statistics = "'schemaname', 'public', 'relname', 'pets', 'relpages', 10000, 'reltuples', 2000000::real"
    admin.execute(f"SELECT pg_restore_relation_stats({statistics})".encode())
    claimed = admin.execute("SELECT reltuples FROM pg_class WHERE relname = 'pets'").fetchall()
    assert claimed == [(2_000_000,)]
    check = judge("[tables.pets]\nmin_rows = 1\n")
    assert check.message == "public.pets: 0 rows, expected at least 1"
    assert check.details["estimated"] == []


def test_an_estimate_follows_the_size_of_today(admin: psycopg.Connection, judge: Judge) -> None:
    page_of = 226
    fill(admin, page_of)
    admin.execute("ANALYZE pets")
    admin.execute(f"INSERT INTO pets SELECT generate_series(1, {3 * page_of})".encode())
    assert judge(up_to(4 * page_of - 1)).details["rows"] == {"public.pets": 4 * page_of}
    assert judge(up_to(4 * page_of - 1)).details["estimated"] == ["public.pets"]


@pytest.mark.parametrize(("limit", "rows", "estimated"), [(80, 81, ["public.pets"]), (81, 5, [])])
def test_a_table_never_analysed_is_taken_by_its_size(
    limit: int, rows: int, estimated: list[str], shared: str, judge: Judge
) -> None:
    check = judge(up_to(limit), at=shared)
    assert check.details == {"rows": {"public.pets": rows}, "estimated": estimated}


@pytest.mark.parametrize(("limit", "estimated"), [(199, ["public.pets"]), (200, [])])
def test_partitions_are_added_up_once(
    limit: int, estimated: list[str], admin: psycopg.Connection, judge: Judge
) -> None:
    admin.execute(PARTITIONED)
    check = judge(up_to(limit) + "min_rows = 200\nmax_rows = 200\n")
    assert check.outcome == "passed"
    assert check.details == {"rows": {"public.pets": 200}, "estimated": estimated}


@pytest.mark.parametrize("name", ["pets_view", "pets_kept"])
def test_views_are_counted_for_the_record(name: str, shared: str, judge: Judge) -> None:
    assert judge(f"[tables.{name}]\n", at=shared).details["rows"] == {f"public.{name}": 5}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_hold_anything_but_a_dot(name: str, shared: str, judge: Judge) -> None:
    check = judge(f"[tables.{json.dumps(name, ensure_ascii=False)}]\nmin_rows = 1\n", at=shared)
    assert (check.outcome, check.details["rows"]) == ("passed", {f"public.{name}": 1})


def test_what_may_not_be_read_is_not_counted(
    admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    fill(admin, 5)
    check = judge("[tables.pets]\n", at=reader_dsn)
    assert (check.outcome, check.message) == ("failed", "permission denied for table pets")
    admin.execute(f"GRANT SELECT ON pets TO {reader}".encode())
    assert judge("[tables.pets]\n", at=reader_dsn).details["rows"] == {"public.pets": 5}


def test_rows_that_row_security_would_hide_are_no_count(
    admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    fill(admin, 5)
    admin.execute(f"ALTER TABLE pets ENABLE ROW LEVEL SECURITY; GRANT SELECT ON pets TO {reader}".encode())
    check = judge("[tables.pets]\n", at=reader_dsn)
    expected = 'query would be affected by row-level security policy for table "pets"'
    assert (check.outcome, check.message) == ("failed", expected)
    admin.execute(f"ALTER ROLE {reader} BYPASSRLS".encode())
    assert judge("[tables.pets]\n", at=reader_dsn).details["rows"] == {"public.pets": 5}


def test_a_locked_table_is_given_up_soon(
    admin: psycopg.Connection, locked: Callable[[str], None], judge: Judge
) -> None:
    fill(admin, 5)
    locked("pets")
    check = judge("[tables.pets]\n")
    assert (check.outcome, check.message) == ("failed", "canceling statement due to lock timeout")
    assert 2 <= check.seconds < 8


def test_a_restored_database_is_counted_to_the_last_row(
    admin: psycopg.Connection, dump: Callable[..., Path], verify: Verify
) -> None:
    """Whatever the limit; a table that the backup lacks is named, and the others are counted."""
    admin.execute(PARTITIONED)
    fill(admin, 5, "owners")
    expectations = up_to(0) + "min_rows = 201\n[tables.owners]\nmin_rows = 5\n[tables.visits]\n"
    (check,) = verify(expectations, FILE, "--backup", dump("-Fc")).checks.values()
    assert check.message == (
        "public.pets: 200 rows, expected at least 201; public.visits: not there, expected at least 0 rows"
    )
    rows = {"public.pets": 200, "public.owners": 5, "public.visits": None}
    assert check.details == {"rows": rows, "estimated": []}
