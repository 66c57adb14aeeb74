"""The check of tenants: become for real, on a live database and on a restored one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from settings import HOME

if TYPE_CHECKING:
    from selftests.checks.conftest import Judge, Verify

CHECK = "test_tenants_isolated"

FILE = HOME / "checks" / f"{CHECK}.py"
EXPECTATIONS = """
[tables.pets]
[tenancy]
tenants = "SELECT DISTINCT owner, owner FROM pets"
role = "{role}"
anonymous_role = ""
claims_setting = "app.owner"
[tenancy.tables]
pets = "owner"
"""
PETS = """
CREATE TABLE pets (id int PRIMARY KEY, owner text);
INSERT INTO pets VALUES (1, 'ada'), (2, 'ada'), (3, 'bea');
ALTER TABLE pets ENABLE ROW LEVEL SECURITY;
GRANT ALL ON pets TO {role};
CREATE POLICY own ON pets USING (owner = current_setting('app.owner', true));
"""


def test_tenants_of_a_live_database_are_apart(admin: psycopg.Connection, reader: str, judge: Judge) -> None:
    admin.execute(PETS.format(role=reader).encode())
    check = judge(EXPECTATIONS.format(role=reader))
    assert (check.outcome, check.severity, check.message) == ("passed", "critical", None)
    assert check.details == {"tables": {"public.pets": {"tenants": 2, "rows": 3}}}
    admin.execute("ALTER POLICY own ON pets USING (true)")
    check = judge(EXPECTATIONS.format(role=reader))
    assert check.message == (
        "public.pets: tenant 1 sees 2 rows of others; public.pets: tenant 2 sees 1 rows of others; "
        "expected each tenant to see its own rows alone"
    )


@pytest.mark.parametrize(("rows", "outcome"), [(2, "passed"), (1, "failed")])
def test_two_tenants_with_rows_are_the_least(
    rows: int, outcome: str, admin: psycopg.Connection, reader: str, judge: Judge
) -> None:
    admin.execute(PETS.format(role=reader).encode())
    admin.execute("DELETE FROM pets WHERE owner = 'ada' AND id > %s", [rows - 1])
    check = judge(EXPECTATIONS.format(role=reader))
    assert check.outcome == outcome
    assert (check.message or "nothing was proven of any table: ").startswith(
        "nothing was proven of any table: "
    )
    found = [each.kind for each in check.findings]
    assert found == ([] if outcome == "passed" else ["isolation-not-proven"])


def test_who_cannot_become_the_tenants_proves_nothing(
    admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    admin.execute(PETS.format(role=reader).encode())
    check = judge(EXPECTATIONS.format(role=reader), at=reader_dsn)
    assert check.outcome == "failed"
    assert "query would be affected by row-level security" in str(check.message)


def test_tenants_of_a_backup_write_nothing_for_each_other(
    admin: psycopg.Connection, reader: str, dump: Callable[..., Path], verify: Verify
) -> None:
    admin.execute(PETS.format(role=reader).encode())
    judged = verify(EXPECTATIONS.format(role=reader), FILE, "--backup", dump("-Fc"))
    check = judged.checks[CHECK]
    assert check.outcome == "passed", check.message
    proven = {"tenants": 2, "rows": 3, "refused": ["INSERT", "UPDATE", "DELETE"]}
    assert check.details == {"tables": {"public.pets": proven}}


def test_without_tenancy_it_is_absent_and_that_is_said(shared: str, verify: Verify) -> None:
    judged = verify("[tables.pets]\n", HOME / "checks", "--database-url", shared)
    assert CHECK not in judged.checks
    assert "isolation of tenants" in {entry["what"] for entry in judged.verification["not_verified"]}


SHARED = "CREATE TABLE pets ()"
