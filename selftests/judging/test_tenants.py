"""Becoming tenants of a real database: whole, and undone in every way."""

from dataclasses import replace

import psycopg
import pytest

from expectations import Tenancy
from judging.tenants import Proof, prove

TENANTS = "SELECT org, json_build_object('sub', user_id, 'role', 'authenticated') FROM members -- 100%;"
TENANCY = Tenancy(TENANTS, {"public.notes": "org"})
OWN = """
CREATE FUNCTION my_org() RETURNS int STABLE SECURITY DEFINER LANGUAGE sql
    AS 'SELECT org FROM public.members WHERE user_id = auth.uid()';
CREATE POLICY own ON notes TO authenticated USING (org = my_org());
"""
HEALTHY = {"public.notes": {"tenants": 2, "rows": 10, "refused": ["INSERT", "UPDATE", "DELETE"]}}
KEEPER = """
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.org := my_org(); RETURN new; END';
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION keep();
CREATE POLICY adding ON notes FOR INSERT TO authenticated WITH CHECK (true);
"""


KINDS = {
    " can ": "write-accepted",
    "of others": "tenant-sees-others",
    "anon sees": "stranger-sees-rows",
    "of its": "tenant-misses-own",
    "cannot read": "tenant-misses-own",
}


def proved(project: psycopg.Connection, made_by: str = "SELECT 1", tenancy: Tenancy = TENANCY) -> Proof:
    """The superuser's own transaction reads everything, becomes anybody, and is what it was afterwards."""
    project.execute((OWN + made_by).encode())
    before = project.execute("SELECT array_agg(n ORDER BY n) FROM notes AS n").fetchone()
    proof = prove(project, project, tenancy)
    assert project.execute("SELECT array_agg(n ORDER BY n) FROM notes AS n").fetchone() == before
    return proof


def test_whole_tenants_are_proven_to_be_apart(project: psycopg.Connection) -> None:
    proof = proved(project)
    assert (proof.findings, proof.gaps, proof.proven, proof.nothing) == ([], [], HEALTHY, "")


@pytest.mark.parametrize(
    ("made_by", "findings"),
    [
        (
            "ALTER POLICY own ON notes USING (true)",
            ["tenant 1 sees 5 rows of others", "tenant 2 sees 5 rows of others"],
        ),
        (
            "ALTER POLICY own ON notes USING (org = my_org() AND org <> 10)",
            ["tenant 1 sees 0 of its 5 rows"],
        ),
        ("ALTER POLICY own ON notes USING (org = my_org() AND id > 2)", ["tenant 1 sees 4 of its 5 rows"]),
        ("DROP POLICY own ON notes", ["tenant 1 sees 0 of its 5 rows", "tenant 2 sees 0 of its 5 rows"]),
        ("ALTER TABLE notes DISABLE ROW LEVEL SECURITY", ["anon sees 10 rows"]),
        ("ALTER ROLE authenticated BYPASSRLS", ["tenant 2 sees 5 rows of others"]),
        ("CREATE POLICY p ON notes FOR SELECT TO anon USING (auth.role() = 'anon')", ["anon sees 10 rows"]),
        (
            "CREATE POLICY p ON notes FOR INSERT TO authenticated WITH CHECK (true)",
            ["tenant 1 can INSERT rows for tenant 2"],
        ),
        (
            "CREATE POLICY p ON notes FOR INSERT WITH CHECK (true);"
            "ALTER TABLE notes ADD CHECK (org IS NULL) NOT VALID",
            ["tenant 1 can INSERT rows for tenant 2"],
        ),
        (
            "CREATE POLICY p ON notes FOR UPDATE TO authenticated USING (true)",
            ["tenant 1 can UPDATE rows of others"],
        ),
        (
            "CREATE POLICY p ON notes FOR UPDATE TO authenticated USING (org = my_org()) WITH CHECK (true)",
            ["tenant 1 can UPDATE its rows so that they are tenant 2's"],
        ),
        (
            "REVOKE EXECUTE ON FUNCTION my_org FROM PUBLIC",
            ["tenant 1 cannot read it: permission denied for"],
        ),
    ],
)
def test_what_was_undone_is_found(made_by: str, findings: list[str], project: psycopg.Connection) -> None:
    found = proved(project, made_by).findings
    for finding in findings:
        (line,) = (line for line in found if line.startswith(f"public.notes: {finding}"))
        assert line.kind == next(kind for words, kind in KINDS.items() if words in line)


def test_deleting_for_another_is_found(project: psycopg.Connection) -> None:
    """The policy for SELECT has to let the tenant see what it deletes."""
    proof = proved(project, "ALTER POLICY own ON notes USING (true)")
    assert "public.notes: tenant 1 can DELETE rows of tenant 2" in proof.findings


def test_a_trigger_that_puts_the_tenant_right_is_no_finding(project: psycopg.Connection) -> None:
    proof = proved(project, KEEPER)
    assert proof.findings == []
    whys = [why for _, why in proof.gaps]
    assert whys == ["INSERT: UniqueViolation (23505)"], (
        "the trigger comes first, and what it did is not seen"
    )


@pytest.mark.parametrize(
    ("made_by", "tenancy", "why"),
    [
        ("DELETE FROM notes", TENANCY, "0 of the tenants that tenancy.tenants names own rows there"),
        (
            "SELECT 1",
            replace(TENANCY, tenants=TENANTS.replace("--", "WHERE org = 10 --")),
            "names 1 tenants",
        ),
        (
            "SELECT 1",
            replace(TENANCY, tenants="SELECT org, '{}' FROM members"),
            "names 0 tenants with claims",
        ),
        ("REVOKE SELECT ON notes FROM authenticated", TENANCY, "authenticated was not granted to read it"),
        ("SELECT 1", replace(TENANCY, role="nobody_here"), "nobody_here was not granted to read it"),
    ],
)
def test_what_proves_nothing_is_no_proof(
    made_by: str, tenancy: Tenancy, why: str, project: psycopg.Connection
) -> None:
    proof = proved(project, made_by, tenancy)
    assert (proof.findings, proof.proven) == ([], {})
    assert proof.nothing.startswith("nothing was proven of any table: ")
    assert why in proof.nothing


@pytest.mark.parametrize(
    ("tenancy", "finding"),
    [
        (
            replace(TENANCY, tenants="SELECT nothing"),
            'tenancy.tenants: the query fails: column "nothing" does',
        ),
        (replace(TENANCY, tables={"public.notes": "firm"}), "public.notes: not there with the column firm"),
        (replace(TENANCY, tables={"public.gone": "org"}), "public.gone: not there with the column org"),
    ],
)
def test_expectations_that_do_not_fit_are_findings(
    tenancy: Tenancy, finding: str, project: psycopg.Connection
) -> None:
    found = proved(project, tenancy=tenancy).findings[0]
    assert found.startswith(finding)
    assert found.kind == "isolation-not-proven"


def test_what_was_not_granted_is_said_and_the_rest_proven(project: psycopg.Connection) -> None:
    proof = proved(project, "REVOKE INSERT, DELETE ON notes FROM authenticated")
    why = ("writes for another tenant in public.notes", "authenticated was not granted INSERT, DELETE")
    assert (proof.findings, proof.gaps) == ([], [why])
    assert proof.proven["public.notes"]["refused"] == ["UPDATE"]


def test_on_a_live_database_nothing_is_written(project: psycopg.Connection) -> None:
    project.execute("SET LOCAL row_security = off")
    proof = proved(project, "SET TRANSACTION READ ONLY")
    shown = project.execute("SELECT current_user = session_user, current_setting('row_security')")
    assert shown.fetchone() == (True, "off")
    gap = ("writes for another tenant in public.notes", "the database is only read")
    assert (proof.findings, proof.gaps) == ([], [gap])
    assert proof.proven == {"public.notes": {"tenants": 2, "rows": 10}}


def test_no_row_and_no_tenant_is_in_what_is_said(project: psycopg.Connection) -> None:
    """A tenant that is a text, in claims that cannot be read."""
    secret = "SELECT org, 'no json but ' || 'S3CRET' FROM members"
    proof = proved(project, tenancy=replace(TENANCY, tenants=secret))
    assert proof.findings
    assert "S3CRET" not in str(proof)
