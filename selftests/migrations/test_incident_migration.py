"""The migration of the incidents: applied again, beside another table, and for strangers."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from migrations import apply, migration_files

(FILE,) = [file for file in migration_files() if file.name.endswith("_incident.sql")]
ROLES = ("anon", "authenticated", "service_role")
STATE = """
SELECT pg_get_userbyid(relowner), relrowsecurity, relacl::text,
    ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 ORDER BY attnum),
    ARRAY(SELECT conname FROM pg_constraint WHERE conrelid = c.oid ORDER BY conname)
FROM pg_class AS c WHERE oid = 'public.backup_verification_incident'::regclass
"""
INSERT = """
INSERT INTO public.backup_verification_incident
VALUES ('nightly', 'slack:C1', '1.5', {status}, '{{}}', now(), now(), {runs}, {quiet_runs})
"""
USES = (
    "SELECT 1 FROM public.backup_verification_incident",
    INSERT.format(status="'failure'", runs=1, quiet_runs=0),
    "UPDATE public.backup_verification_incident SET runs = 2",
    "DELETE FROM public.backup_verification_incident",
    "TRUNCATE public.backup_verification_incident",
)


@pytest.fixture
def supabase(postgresql: psycopg.Connection) -> psycopg.Connection:
    """A transaction in which Supabase's roles exist and default privileges give them everything."""
    for role in ROLES:
        known = postgresql.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if known is None:
            postgresql.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    postgresql.execute("ALTER ROLE service_role BYPASSRLS")
    everyone = sql.SQL(", ").join(map(sql.Identifier, ROLES))
    postgresql.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(everyone))
    grant = sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO {}")
    postgresql.execute(grant.format(everyone))
    postgresql.execute(FILE.read_bytes())
    return postgresql


def become(connection: psycopg.Connection, role: str) -> None:
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def add(
    connection: psycopg.Connection, status: str = "'failure'", runs: int = 1, quiet_runs: int = 0
) -> None:
    connection.execute(INSERT.format(status=status, runs=runs, quiet_runs=quiet_runs).encode())


def test_it_applies_twice_and_keeps_the_rows(postgresql: psycopg.Connection, dsn: str) -> None:
    apply(dsn, FILE)
    add(postgresql)
    postgresql.commit()
    before = postgresql.execute(STATE.encode()).fetchall()
    postgresql.rollback()
    apply(dsn, FILE)
    assert postgresql.execute(STATE.encode()).fetchall() == before
    assert postgresql.execute(USES[0].encode()).fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("status", "runs", "quiet_runs"), [("'success'", 1, 0), ("'failure'", 0, 0), ("'failure'", 1, -1)]
)
def test_it_refuses_a_row_that_makes_no_sense(
    status: str, runs: int, quiet_runs: int, postgresql: psycopg.Connection
) -> None:
    postgresql.execute(FILE.read_bytes())
    with pytest.raises(psycopg.errors.CheckViolation):
        add(postgresql, status, runs, quiet_runs)


@pytest.mark.parametrize(
    ("table", "lacking"),
    [
        ("()", "target text not null"),
        (
            "(LIKE template INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
            "lacks: primary key (target, channel)",
        ),
    ],
)
def test_another_table_of_that_name_is_left_as_it_is(
    table: str, lacking: str, postgresql: psycopg.Connection, dsn: str
) -> None:
    apply(dsn, FILE)
    postgresql.execute("ALTER TABLE backup_verification_incident RENAME TO template")
    postgresql.execute(f"CREATE TABLE backup_verification_incident {table}".encode())
    postgresql.commit()
    with pytest.raises(psycopg.errors.DuplicateTable) as refused:
        apply(dsn, FILE)
    assert lacking in str(refused.value)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_strangers_may_do_nothing(role: str, use: str, supabase: psycopg.Connection) -> None:
    become(supabase, role)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        supabase.execute(use.encode())


def test_row_security_holds_even_when_rights_are_granted_again(supabase: psycopg.Connection) -> None:
    add(supabase)
    supabase.execute("GRANT ALL ON backup_verification_incident TO anon")
    become(supabase, "anon")
    assert supabase.execute(USES[0].encode()).fetchall() == []


def test_service_role_reads_writes_and_ends_them(supabase: psycopg.Connection) -> None:
    become(supabase, "service_role")
    for use in (USES[1], USES[0], USES[2], USES[3]):
        assert supabase.execute(use.encode()).rowcount == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        supabase.execute(USES[4].encode())


def test_it_applies_where_the_roles_are_not_known(postgresql: psycopg.Connection) -> None:
    for role in ROLES:
        if postgresql.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            postgresql.execute(f"ALTER ROLE {role} RENAME TO {role}_away".encode())
    postgresql.execute(FILE.read_bytes())
    assert postgresql.execute(STATE.encode()).fetchone() is not None


def test_it_is_one_statement(dsn: str) -> None:
    """As the Supabase CLI sends it: the extended protocol refuses two statements in one."""
    with psycopg.connect(dsn) as connection:
        connection.execute(Path(FILE).read_bytes(), prepare=True)
