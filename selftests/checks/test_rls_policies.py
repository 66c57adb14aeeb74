"""The check of row security: on, with policies that tell rows apart, and without a way around them."""

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

CHECK = "test_rls_policies_active"

ONE = "[tables.pets]\n"
ON = "ALTER TABLE pets ENABLE ROW LEVEL SECURITY;"
OFF = "ALTER TABLE pets DISABLE ROW LEVEL SECURITY;"
FORCED = "ALTER TABLE pets FORCE ROW LEVEL SECURITY;"
TENANT = "CREATE POLICY tenant ON pets USING (false);"
ADDING = 'CREATE POLICY "Adding a pet" ON pets FOR INSERT WITH CHECK (false);'
NAMES = ("Mixed Case", "quo\"te'", "naïve 日本", "100%s {}", "back\\slash", "select")
NAMESAKES = """
CREATE TABLE {0} ();
ALTER TABLE {0} ENABLE ROW LEVEL SECURITY;
CREATE POLICY {0} ON {0} USING (false);
"""
SHARED = "".join(sql.SQL(NAMESAKES).format(sql.Identifier(name)).as_string() for name in NAMES)
EXPECTED = "expected row security with a policy on each"
UNTOLD = "a function that is not told of the row decides; allow the policy by name if it is meant to"


@pytest.mark.parametrize(
    ("made_by", "policies"),
    [
        (ON + TENANT, ["tenant"]),
        (ON + TENANT + ADDING, ["Adding a pet", "tenant"]),
        (ON + ADDING, ["Adding a pet"]),
        (FORCED + ON + TENANT, ["tenant"]),
    ],
)
@pytest.mark.parametrize("sort", ["", "PARTITION BY HASH (i)"])
def test_on_with_a_policy_passes(
    made_by: str, policies: list[str], sort: str, admin: psycopg.Connection, judge: Judge
) -> None:
    admin.execute(f"CREATE TABLE pets (i int) {sort}; {made_by}".encode())
    check = judge(ONE)
    assert (check.outcome, check.severity, check.message) == ("passed", "critical", None)
    assert check.details == {"policies": {"public.pets": policies}, "exempt": {}}


@pytest.mark.parametrize(
    ("made_by", "found"),
    [
        ("", "row security is off and there is no policy"),
        (FORCED, "row security is off and there is no policy"),
        (ON, "row security is on and there is no policy"),
        (ON + TENANT + "DROP POLICY tenant ON pets", "row security is on and there is no policy"),
        (TENANT, "row security is off, so its 1 policy protects nothing"),
        (TENANT + ADDING, "row security is off, so its 2 policies protect nothing"),
        (ON + TENANT + OFF, "row security is off, so its 1 policy protects nothing"),
        (TENANT + FORCED, "row security is off, so its 1 policy protects nothing"),
    ],
)
def test_anything_less_is_named_as_what_it_is(
    made_by: str, found: str, admin: psycopg.Connection, judge: Judge
) -> None:
    admin.execute(f"CREATE TABLE pets (); {made_by}".encode())
    check = judge(ONE)
    assert (check.outcome, check.message) == ("failed", f"public.pets: {found}; {EXPECTED}")
    kind = "row-security-off" if " is off" in found else "policy-missing"
    assert [each.kind for each in check.findings] == [kind]


def test_policies_that_protect_nothing_are_recorded(admin: psycopg.Connection, judge: Judge) -> None:
    admin.execute(f"CREATE TABLE pets (); {TENANT}".encode())
    assert judge(ONE).details == {"policies": {"public.pets": ["tenant"]}, "exempt": {}}


@pytest.mark.parametrize(
    ("made_by", "found"),
    [
        ("SELECT 1", "not there"),
        ("CREATE VIEW pets AS SELECT 1", "row security is off and there is no policy"),
        ("CREATE MATERIALIZED VIEW pets AS SELECT 1", "row security is off and there is no policy"),
        ("CREATE SEQUENCE pets", "row security is off and there is no policy"),
    ],
)
def test_what_is_no_table_is_not_protected(
    made_by: str, found: str, admin: psycopg.Connection, judge: Judge
) -> None:
    admin.execute(made_by.encode())
    check = judge(ONE)
    assert (check.outcome, check.message) == ("failed", f"public.pets: {found}; {EXPECTED}")


def test_every_table_is_judged_by_itself(admin: psycopg.Connection, judge: Judge) -> None:
    """A policy of another table, or of its namesake in another schema, does not count."""
    admin.execute("CREATE SCHEMA archive; CREATE TABLE archive.pets ()")
    admin.execute(f"CREATE TABLE pets (); {ON}{TENANT}".encode())
    admin.execute("CREATE TABLE owners (); ALTER TABLE owners ENABLE ROW LEVEL SECURITY")
    check = judge('[tables.pets]\n[tables.owners]\n[tables."archive.pets"]\n[tables.visits]\n')
    assert check.message == (
        "public.owners: row security is on and there is no policy; "
        "archive.pets: row security is off and there is no policy; "
        f"public.visits: not there; {EXPECTED}"
    )
    found = [each.kind for each in check.findings]
    assert found == ["policy-missing", "row-security-off", "table-missing"]
    policies = {"public.pets": ["tenant"], "public.owners": [], "archive.pets": []}
    assert check.details == {"policies": policies, "exempt": {}}


def test_a_table_is_left_out_only_for_a_reason(admin: psycopg.Connection, judge: Judge) -> None:
    admin.execute("CREATE TABLE pets (); CREATE TABLE breeds ()")
    exempt = '[tables.breeds]\nrow_security = false\nreason = "the same for every tenant"\n'
    check = judge(ONE + exempt)
    expected = f"public.pets: row security is off and there is no policy; {EXPECTED}"
    assert (check.outcome, check.message) == ("failed", expected)
    admin.execute((ON + TENANT).encode())
    check = judge(ONE + exempt)
    assert check.outcome == "passed"
    assert check.details["exempt"] == {"public.breeds": "the same for every tenant"}
    assert check.details["policies"] == {"public.pets": ["tenant"]}


def test_without_a_reason_nothing_is_verified(pytester: pytest.Pytester, dsn: str) -> None:
    expectations = pytester.path / "expected.toml"
    expectations.write_text("[tables.pets]\nrow_security = false\n")
    file = HOME / "checks" / f"{CHECK}.py"
    options = ("-p", "no:cacheprovider", "--expectations", expectations, "--database-url", dsn)
    result = pytester.runpytest_inprocess(file, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*tables.pets.reason: expected a reason for row_security = false")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_hold_anything_but_a_dot(name: str, shared: str, judge: Judge) -> None:
    check = judge(f"[tables.{json.dumps(name, ensure_ascii=False)}]\n", at=shared)
    assert (check.outcome, check.details["policies"]) == ("passed", {f"public.{name}": [name]})


def test_no_grant_is_needed_to_look(admin: psycopg.Connection, reader_dsn: str, judge: Judge) -> None:
    admin.execute(f"CREATE TABLE pets (); {ON}{TENANT}".encode())
    assert judge(ONE, at=reader_dsn).outcome == "passed"


def test_policies_come_back_from_a_backup(
    admin: psycopg.Connection, dump: Callable[..., Path], verify: Verify
) -> None:
    admin.execute(f"CREATE TABLE pets (); CREATE TABLE owners (); {ON}{TENANT}".encode())
    file = HOME / "checks" / f"{CHECK}.py"
    check = verify(ONE + "[tables.owners]\n", file, "--backup", dump("-Fc")).checks[CHECK]
    assert check.message == f"public.owners: row security is off and there is no policy; {EXPECTED}"
    assert check.details["policies"] == {"public.pets": ["tenant"], "public.owners": []}


def allow(name: str) -> str:
    return f'[[row_security.allowed]]\nobject = "{name}"\nreason = "the shop window"\n'


@pytest.mark.parametrize(
    ("made_by", "found", "name"),
    [
        ("CREATE POLICY wide ON pets USING (true)", "the policy opens every row to ", "public.pets.wide"),
        (
            "CREATE VIEW open AS SELECT * FROM pets; GRANT SELECT ON open TO PUBLIC",
            "the view shows PUBLIC",
            "public.open",
        ),
        (
            "CREATE FUNCTION open() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'",
            "the SECURITY DEFINER function can be called by PUBLIC",
            "public.open()",
        ),
    ],
)
def test_a_way_around_is_named_unless_it_is_allowed(
    made_by: str, found: str, name: str, admin: psycopg.Connection, judge: Judge
) -> None:
    admin.execute(f"CREATE TABLE pets (i int); {ON}{TENANT}{made_by}".encode())
    check = judge(ONE)
    assert check.outcome == "failed"
    assert str(check.message).startswith(f"{name}: {found}")
    assert str(check.message).endswith(f"; {EXPECTED}")
    allowed = judge(ONE + allow(name))
    assert allowed.outcome == "passed"
    assert allowed.details["allowed"] == {name: "the shop window"}
    assert judge(ONE + allow(f"{name}_too")).outcome == "failed"


def test_row_security_is_forced_where_that_is_expected(admin: psycopg.Connection, judge: Judge) -> None:
    admin.execute(f"CREATE TABLE pets (i int); {ON}{TENANT}".encode())
    check = judge(ONE + "force_row_security = true\n")
    assert "public.pets: row security does not hold for its owner" in str(check.message)
    assert [each.kind for each in check.findings] == ["row-security-not-forced"]
    admin.execute(FORCED.encode())
    assert judge(ONE + "force_row_security = true\n").outcome == "passed"


def test_a_command_that_was_granted_and_no_policy_opens_is_recorded(
    admin: psycopg.Connection, reader: str, judge: Judge
) -> None:
    admin.execute(
        f"CREATE TABLE pets (i int); {ON}{ADDING} GRANT SELECT, INSERT ON pets TO {reader}".encode()
    )
    check = judge(ONE)
    assert check.outcome == "passed"
    assert check.details["without_policy"] == {"public.pets": [f"{reader}: SELECT"]}


def test_what_cannot_be_told_is_listed(
    admin: psycopg.Connection, dump: Callable[..., Path], verify: Verify
) -> None:
    """A function decides that is not told of the row; and a backup of one database has no roles."""
    chief = "CREATE FUNCTION chief() RETURNS boolean LANGUAGE sql AS 'SELECT false';"
    policy = "CREATE POLICY chief ON pets USING (chief())"
    admin.execute(f"CREATE TABLE pets (i int); {ON}{chief}{policy}".encode())
    judged = verify(ONE, HOME / "checks" / f"{CHECK}.py", "--backup", dump("-Fc"))
    assert judged.checks[CHECK].outcome == "passed"
    assert {
        ("policy public.pets.chief", UNTOLD),
        ("roles that no policy holds for", "a backup of one database tells no role's attributes"),
    } <= {(entry["what"], entry["why"]) for entry in judged.verification["not_verified"]}
