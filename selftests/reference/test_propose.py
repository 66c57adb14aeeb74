"""Proposed expectations: understood by our own reader, and true of the database they were read off."""

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from expectations import read_expectations
from reference.propose import MOST_TABLES, Candidate, choose, floor_of, propose
from settings import HOME

POLICY = {"command": "*", "permissive": True, "using": "false", "roles": []}
MADE_BY = """
CREATE TABLE pets (id int PRIMARY KEY, "whose pet" text);
CREATE TABLE "od""d" (id int REFERENCES pets);
INSERT INTO pets SELECT i, 'owner ' || i % 3 FROM generate_series(1, 100) AS i;
CREATE FUNCTION "Walk"(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION walked() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
"""
PROTECTED = """
ALTER TABLE pets ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pets USING ("whose pet" = current_setting('app.owner', true));
"""


def candidate(name: str, *, protected: bool = False, estimate: int = 0, references: int = 0) -> Candidate:
    return Candidate("public", name, protected, references, estimate, [POLICY] if protected else [], [])


def test_tables_are_chosen_by_weight_those_with_policies_first() -> None:
    many = [candidate(f"t{at:02}", estimate=at) for at in range(MOST_TABLES)]
    kept = candidate("kept", protected=True)
    pointed_at = candidate("pointed_at", estimate=10, references=9)
    chosen = [table.name for table in choose([*many, pointed_at, kept])]
    assert chosen[:3] == ["kept", "pointed_at", "t19"]
    assert len(chosen) == MOST_TABLES


@pytest.mark.parametrize(("rows", "floor"), [(0, 0), (1, 1), (2, 1), (10, 9), (1_000_000, 900_000)])
def test_a_floor_is_a_little_below_what_is_there(rows: int, floor: int) -> None:
    assert floor_of(rows) == floor


def test_without_a_table_nothing_is_proposed(dsn: str) -> None:
    with pytest.raises(ValueError, match="no table of this database can be read"):
        propose(dsn)


def test_without_policies_each_table_has_a_reason_to_be_replaced(
    dsn: str, postgresql: psycopg.Connection, tmp_path: Path
) -> None:
    postgresql.execute(MADE_BY.encode())
    postgresql.commit()
    file = tmp_path / "proposed.toml"
    file.write_text(propose(dsn), encoding="utf-8")
    read = read_expectations(file)
    assert [(t.full_name, t.min_rows, t.row_security) for t in read.tables] == [
        ("public.pets", 90, False),
        ('public.od"d', 0, False),
    ]
    assert read.functions == ('public."Walk"(integer, text)',)
    assert read.tenancy is None


def test_what_is_proposed_is_true_of_its_database(
    dsn: str, postgresql: psycopg.Connection, tmp_path: Path
) -> None:
    role = f"keeper_{postgresql.info.dbname}"
    postgresql.execute(f"CREATE ROLE {role}; {MADE_BY}{PROTECTED} GRANT SELECT ON pets TO {role}".encode())
    postgresql.commit()
    try:
        file = tmp_path / "proposed.toml"
        file.write_text(propose(dsn), encoding="utf-8")
        read = read_expectations(file)
        assert [(table.full_name, table.row_security) for table in read.tables] == [("public.pets", True)]
        assert read.tenancy is not None
        assert dict(read.tenancy.tables) == {"public.pets": "whose pet"}
        command = [sys.executable, "-m", "pytest", "checks/", "--database-url", dsn, "--no-delivery"]
        command += ["--expectations", str(file), "-p", "no:cacheprovider", "--json-report-file=none"]
        done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout
        assert re.search(r"Tenants Isolated +critical +passed", done.stdout)
    finally:
        postgresql.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())
        postgresql.commit()
