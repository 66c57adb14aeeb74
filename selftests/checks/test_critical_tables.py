"""The check of the critical tables: missing, not a table, and not readable are told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from selftests.checks.conftest import Judge

CHECK = "test_critical_tables_exist"

ONE = "[tables.pets]\n"
THREE = "[tables.pets]\n[tables.owners]\n[tables.visits]\n"
NAMES = (
    "Mixed Case",
    'quo"te',
    "apo'strophe",
    "naïve 日本 🐕",
    "100%s",
    "{}",
    "back\\slash",
    "select",
    "x" * 63,
)
SHARED = "CREATE TABLE pets ();" + "".join(
    sql.SQL("CREATE TABLE {} ();").format(sql.Identifier(name)).as_string() for name in NAMES
)
READ_ALL = "expected 3 tables that can be read"
FOREIGN = """
CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE pets (name text) SERVER elsewhere
"""


@pytest.mark.parametrize(
    ("made_by", "kind"),
    [
        ("CREATE TABLE pets ()", "table"),
        ("CREATE UNLOGGED TABLE pets ()", "table"),
        ("CREATE TABLE pets (i int) PARTITION BY HASH (i)", "partitioned table"),
        ("CREATE TABLE old (i int); CREATE TABLE pets () INHERITS (old)", "table"),
    ],
)
def test_a_table_of_any_sort_is_a_table(
    made_by: str, kind: str, admin: psycopg.Connection, judge: Judge
) -> None:
    admin.execute(made_by.encode())
    check = judge(ONE)
    assert (check.outcome, check.severity, check.message) == ("passed", "critical", None)
    assert check.details == {"kinds": {"public.pets": kind}}


@pytest.mark.parametrize(
    ("made_by", "kind"),
    [
        ("CREATE VIEW pets AS SELECT 1", "view"),
        ("CREATE MATERIALIZED VIEW pets AS SELECT 1", "materialized view"),
        (FOREIGN, "foreign table"),
        ("CREATE SEQUENCE pets", "sequence"),
        ("CREATE TABLE t (i int); CREATE INDEX pets ON t (i)", "index"),
        ("CREATE TYPE pets AS (i int)", "composite type"),
    ],
)
def test_what_only_bears_the_name_is_no_table(
    made_by: str, kind: str, admin: psycopg.Connection, judge: Judge
) -> None:
    admin.execute(made_by.encode())
    check = judge(ONE)
    assert check.outcome == "failed"
    assert check.message == f"public.pets: {kind}, expected a table; expected 1 tables that can be read"
    assert check.details == {"kinds": {"public.pets": kind}}


def test_one_too_few_is_named(admin: psycopg.Connection, judge: Judge) -> None:
    admin.execute("CREATE TABLE pets (); CREATE TABLE visits (); CREATE TABLE one_too_many ()")
    check = judge(THREE)
    assert (check.outcome, check.message) == ("failed", f"public.owners: missing; {READ_ALL}")
    assert check.details["kinds"] == {"public.pets": "table", "public.visits": "table"}
    admin.execute("CREATE TABLE owners ()")
    assert judge(THREE).outcome == "passed"


def test_all_missing_are_named(shared: str, judge: Judge) -> None:
    check = judge("[tables.beds]\n[tables.owners]\n[tables.visits]\n", at=shared)
    expected = "public.beds: missing; public.owners: missing; public.visits: missing; " + READ_ALL
    assert (check.outcome, check.message, check.details) == ("failed", expected, {"kinds": {}})


def test_the_three_ways_to_fail_are_told_apart(
    admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    admin.execute("CREATE TABLE pets (); CREATE VIEW owners AS SELECT 1")
    admin.execute(f"GRANT SELECT ON owners TO {reader}".encode())
    check = judge(THREE, at=reader_dsn)
    assert check.message == (
        "public.visits: missing; public.owners: view, expected a table; "
        f"public.pets: not readable by this role; {READ_ALL}"
    )
    found = [each.kind for each in check.findings]
    assert found == ["table-missing", "table-not-a-table", "table-unreadable"]


@pytest.mark.parametrize(
    ("grant", "outcome"),
    [
        ("GRANT SELECT ON closed.pets TO {}", "failed"),
        ("GRANT USAGE ON SCHEMA closed TO {}", "failed"),
        (
            "GRANT USAGE ON SCHEMA closed TO {0}; GRANT INSERT, UPDATE, DELETE ON closed.pets TO {0}",
            "failed",
        ),
        ("GRANT USAGE ON SCHEMA closed TO {0}; GRANT SELECT (name) ON closed.pets TO {0}", "failed"),
        ("GRANT USAGE ON SCHEMA closed TO {0}; GRANT SELECT ON closed.pets TO {0}", "passed"),
        ("GRANT pg_read_all_data TO {}", "passed"),
    ],
)
def test_reading_takes_both_the_schema_and_the_whole_table(
    grant: str, outcome: str, admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    admin.execute("CREATE SCHEMA closed; CREATE TABLE closed.pets (name text, chip text)")
    admin.execute(grant.format(reader).encode())
    check = judge('[tables."closed.pets"]\n', at=reader_dsn)
    assert check.outcome == outcome
    if outcome == "failed":
        assert check.message == "closed.pets: not readable by this role; expected 1 tables that can be read"
    assert check.details == {"kinds": {"closed.pets": "table"}}


def test_a_table_in_another_schema_does_not_stand_in(
    admin: psycopg.Connection, dsn: str, judge: Judge
) -> None:
    admin.execute("CREATE SCHEMA archive; CREATE TABLE archive.pets ()")
    place = make_conninfo(dsn, options="-c search_path=archive")
    check = judge('[tables.pets]\n[tables."archive.pets"]\n', at=place)
    assert check.message == "public.pets: missing; expected 2 tables that can be read"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_hold_anything_but_a_dot(name: str, shared: str, judge: Judge) -> None:
    check = judge(f"[tables.{json.dumps(name, ensure_ascii=False)}]\n", at=shared)
    assert (check.outcome, check.details) == ("passed", {"kinds": {f"public.{name}": "table"}})


@pytest.mark.parametrize("name", ["Pets", "PETS", "pets ", "pet", "petss", "x" * 64])
def test_a_name_is_taken_to_the_letter(name: str, shared: str, judge: Judge) -> None:
    check = judge(f'[tables."{name}"]\n', at=shared)
    assert check.message == " ".join(f"public.{name}: missing; expected 1 tables that can be read".split())


def test_a_locked_table_is_still_a_table(
    admin: psycopg.Connection, locked: Callable[[str], None], judge: Judge
) -> None:
    admin.execute("CREATE TABLE pets ()")
    locked("pets")
    check = judge(ONE)
    assert check.outcome == "passed"
    assert check.seconds < 2
