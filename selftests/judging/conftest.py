"""A database shaped as a small Supabase project, for what judges row security."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from restoring.server import Server

_ROLES = ("anon", "authenticated", "service_role")
_PROJECT = """
SET search_path = public;
CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO PUBLIC;
CREATE FUNCTION auth.jwt() RETURNS jsonb STABLE LANGUAGE sql AS $$
    SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
CREATE FUNCTION auth.uid() RETURNS int STABLE LANGUAGE sql AS $$ SELECT (auth.jwt() ->> 'sub')::int $$;
CREATE FUNCTION auth.role() RETURNS text STABLE LANGUAGE sql AS $$ SELECT auth.jwt() ->> 'role' $$;
CREATE TABLE members (user_id int, org int, role text);
CREATE TABLE notes (id int PRIMARY KEY, org int, owner int, name text, published boolean);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON members TO authenticated;
GRANT ALL ON notes TO anon, authenticated, service_role;
CREATE FUNCTION is_chief() RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION is_member(org int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION whole(notes) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION my_orgs() RETURNS int[] LANGUAGE sql AS 'SELECT NULL::int[]';
INSERT INTO members VALUES (1, 10, 'member'), (2, 20, 'member'), (3, 30, 'member');
INSERT INTO notes
SELECT i, (i % 2 + 1) * 10, i % 2 + 1, 'note ' || i, false FROM generate_series(1, 10) AS i;
"""


@pytest.fixture(scope="module")
def built(server: Server) -> Iterator[str]:
    """The name of the database; its roles are gone after it."""
    name = f"project_{secrets.token_hex(4)}"
    with server.connect("postgres") as admin:
        there = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles").fetchall()}
        ours = [role for role in _ROLES if role not in there]
        for role in ours:
            admin.execute(f"CREATE ROLE {role}".encode())
        admin.execute(f"CREATE DATABASE {name}".encode())
        with server.connect(name) as inside:
            inside.execute(_PROJECT)
        yield name
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        for role in ours:
            admin.execute(f"DROP ROLE {role}".encode())


@pytest.fixture
def project(server: Server, built: str) -> Iterator[psycopg.Connection]:
    """A superuser's transaction in it, rolled back after the test."""
    with psycopg.connect(server.dsn(built)) as connection:
        yield connection
        connection.rollback()
