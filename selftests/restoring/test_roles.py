"""Roles are found where statements name them, as the catalogue spells them, and nowhere else."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import psycopg
import pytest
from psycopg import sql

from restoring.archive import read_archive
from restoring.roles import roles_in, roles_named

ALL_ROLES = "SELECT array_agg(rolname::text) FROM pg_roles"
ODD_NAMES = (
    'my "odd" role', "Upper", "to", "all", "current_user", "user", ";", "a, b", "x' y", "(", ")",
    "$$", "--", "/*", "grüße", "É", "a.b", "GRANT x TO y",
)  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "roles"),
    [
        ('GRANT SELECT ON TABLE public.t TO a, B, "C" WITH GRANT OPTION;', "a|b|C"),
        ("GRANT SELECT(id, name), UPDATE ON TABLE t TO a GRANTED BY b", "a|b"),
        ('GRANT ALL ON FUNCTION f("to" integer, x text) TO a', "a"),
        ("GRANT ALL ON SCHEMA role TO GROUP a, GROUP b", "a|b"),
        ("REVOKE GRANT OPTION FOR ALL ON SCHEMA s FROM a CASCADE", "a"),
        ("REVOKE ALL ON t FROM PUBLIC;\nREVOKE ALL ON t FROM a;\nGRANT ALL ON t TO b", "a|b"),
        ("SET SESSION AUTHORIZATION a; GRANT ALL ON t TO b; RESET SESSION AUTHORIZATION;", "a|b"),
        ('GRANT a, "B" TO c WITH ADMIN OPTION, INHERIT TRUE GRANTED BY d', "a|B|c|d"),
        ("REVOKE ADMIN OPTION FOR a FROM b", "a|b"),
        ("REVOKE a FROM b", "a|b"),
        ("ALTER DEFAULT PRIVILEGES FOR ROLE a, b IN SCHEMA s GRANT SELECT ON TABLES TO c", "a|b|c"),
        ("ALTER DEFAULT PRIVILEGES FOR USER a REVOKE ALL ON TYPES FROM PUBLIC", "a"),
        ('CREATE POLICY "to all" ON s.t AS RESTRICTIVE TO a, "b c" USING (true)', "a|b c"),
        ("CREATE POLICY p ON t TO a USING ((x = 'y) TO z') OR (y IN ( SELECT b TO c)))", "a"),
        ("CREATE POLICY p ON t TO a USING (((x) AND y TO b) OR z TO c)", "a"),
        ("CREATE POLICY p ON t USING ((x = ' TO z')) WITH CHECK (true)", ""),
        ("CREATE POLICY p ON t TO PUBLIC, a", "a"),
        ("CREATE USER MAPPING FOR \"A\" SERVER s OPTIONS (user 'x', password 'FOR y')", "A"),
        ("CREATE USER MAPPING IF NOT EXISTS FOR USER SERVER s", ""),
        ("CREATE ROLE admin WITH LOGIN IN ROLE a, b", "admin|a|b"),
        ("CREATE USER a PASSWORD 'TO b'", "a"),
        ("ALTER ROLE a SET search_path TO b, c", "a"),
        ("ALTER ROLE ALL SET work_mem TO '1MB'", ""),
        ("ALTER ROLE a IN DATABASE d SET role TO 'b'", "a"),
        ("ALTER TABLE ONLY s.t OWNER TO a", "a"),
        ("ALTER FUNCTION f(owner integer) OWNER TO CURRENT_USER", ""),
        ('ALTER LARGE OBJECT 4242 OWNER TO "A b"', "A b"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (((x)::text = 'OWNER TO a'::text))", ""),
        ("CREATE SCHEMA IF NOT EXISTS s AUTHORIZATION a", "a"),
        ("CREATE DATABASE d WITH TEMPLATE = template0 OWNER = a ENCODING = 'UTF8'", "a"),
        ("CREATE TABLESPACE t OWNER a LOCATION '/x'", "a"),
        ("SET SESSION AUTHORIZATION 'A''b'", "A'b"),
        ("SET SESSION AUTHORIZATION DEFAULT", ""),
        ("SET LOCAL ROLE a", "a"),
        ("SET role TO 'a'", "a"),
        ("SET ROLE NONE", ""),
        ("SET search_path TO a, b", ""),
        ("COMMENT ON ROLE a IS 'ON ROLE b'", "a"),
        ("COMMENT ON COLUMN role.to_whom IS 'x'", ""),
        ("SECURITY LABEL FOR p ON ROLE a IS 'x'", "a"),
        ("-- GRANT x TO y\n/* SET /* ROLE */ z */ grant select on t to A -- , b\n, c", "a|c"),
        ("INSERT INTO t VALUES ('x'); GRANT a TO b", ""),
        ("CREATE FUNCTION f() AS $x$ GRANT a TO b $x$ LANGUAGE sql", ""),
        ("GRANT", ""),
        ("GRANT ALL ON t TO", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_roles_are_found_where_a_statement_names_them(statement: str, roles: str) -> None:
    assert roles_in(statement) == set(filter(None, roles.split("|")))


def one_value(connection: psycopg.Connection, query: str) -> list[str]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return cast(list[str], row[0])


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_the_server_takes_is_found_as_its_catalogue_spells_it(
    postgresql: psycopg.Connection, name: str
) -> None:
    """The statement is proven on the server, which rolls back and so keeps nothing of it."""
    postgresql.execute("CREATE TABLE t (x integer)")
    grant = sql.SQL("GRANT SELECT ON TABLE t TO {}").format(sql.Identifier(name))
    postgresql.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    postgresql.execute(grant)
    acl = "SELECT (aclexplode(relacl)).grantee::regrole::oid FROM pg_class WHERE relname = 't'"
    spelt = "SELECT array_agg(rolname::text) FROM pg_roles WHERE oid IN"
    assert name in one_value(postgresql, f"{spelt} ({acl})")
    assert roles_in(grant.as_string(postgresql)) == {name}


@pytest.mark.parametrize("name", ["Mixed", "É", "a$b", "_x"])
def test_an_unquoted_name_is_folded_as_by_the_server(postgresql: psycopg.Connection, name: str) -> None:
    known = set(one_value(postgresql, ALL_ROLES))
    statement = f"CREATE ROLE {name}"
    postgresql.execute(statement.encode())
    assert roles_in(statement) == set(one_value(postgresql, ALL_ROLES)) - known


@pytest.mark.parametrize("opening", ["'", '"', "$$", "/*", "(", "E'\\", "-- ", "''", "$", "$tag{}$ "])
def test_text_that_never_closes_takes_no_longer_than_its_length(opening: str) -> None:
    text = "".join(map(opening.format, range(40_000)))
    started = time.monotonic()
    assert roles_in(f"GRANT a TO b {text}") == {"a", "b"}
    assert time.monotonic() - started < 1.5


@pytest.fixture
def with_roles(postgresql: psycopg.Connection, dsn: str) -> Iterator[str]:
    roles = 'roles_owner, roles_reader, "roles ""odd"" name", roles_default, roles_mapped'
    for role in roles.split(", "):
        postgresql.execute(f"CREATE ROLE {role}".encode())
    postgresql.execute("""
        CREATE TABLE owned (id integer, note text DEFAULT 'GRANT a TO fake_role');
        ALTER TABLE owned OWNER TO roles_owner;
        GRANT SELECT ON owned TO roles_reader;
        CREATE POLICY p ON owned TO "roles ""odd"" name" USING (note <> ') TO fake_role');
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO roles_default;
        CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;
        CREATE USER MAPPING FOR roles_mapped SERVER far;
    """)
    postgresql.commit()
    yield dsn
    postgresql.execute(f"DROP OWNED BY {roles} CASCADE; DROP ROLE {roles}".encode())
    postgresql.commit()


def test_an_archive_names_its_owners_and_whom_its_definitions_name(
    with_roles: str, pg_bin: Path, tmp_path: Path, postgresql: psycopg.Connection
) -> None:
    path = tmp_path / "roles.dump"
    command: list[str | Path] = [pg_bin / "pg_dump", "-Fc", "-f", path, "-d", with_roles]
    subprocess.run(command, check=True)
    with path.open("rb") as stream:
        named = roles_named(read_archive(stream))
    expected = {"roles_owner", "roles_reader", 'roles "odd" name', "roles_default", "roles_mapped"}
    assert named - expected == {postgresql.info.user}
    assert expected <= named
