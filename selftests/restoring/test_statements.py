"""Statements are told apart by how they begin, and shown without a literal of theirs."""

import re

import pytest

from restoring import statements as st
from restoring.statements import database_in, kind_of, label_of, role_in

SECRET = "c4n4ry"


@pytest.mark.parametrize(
    ("statement", "label", "kind"),
    [
        (b"CREATE ROLE app LOGIN PASSWORD 'c4n4ry'", "CREATE ROLE app LOGIN", "CREATE ROLE"),
        (
            b"ALTER ROLE app WITH ENCRYPTED PASSWORD $$c4n4ry$$",
            "ALTER ROLE app WITH ENCRYPTED",
            "ALTER ROLE",
        ),
        (b"ALTER ROLE app password 'c4n4ry'", "ALTER ROLE app password", "ALTER ROLE"),
        (b"ALTER ROLE app\nPASSWORD E'c4n4ry'", "ALTER ROLE app", "ALTER ROLE"),
        (b"COPY public.t (a, b) FROM stdin;\nc4n4ry\t1", "COPY public.t", "COPY"),
        (b"COPY public.t FROM stdin;\nc4n4ry\t1", "COPY public.t FROM stdin", "COPY"),
        (b"INSERT INTO public.t VALUES ('c4n4ry')", "INSERT INTO public.t VALUES", "INSERT INTO"),
        (b"INSERT INTO public.t VALUES (4711, 'c4n4ry')", "INSERT INTO public.t VALUES", "INSERT INTO"),
        (
            b"CREATE USER MAPPING FOR app SERVER far OPTIONS (password 'c4n4ry')",
            "CREATE USER MAPPING FOR app SERVER far OPTIONS",
            "CREATE USER MAPPING FOR",
        ),
        (
            b"CREATE FUNCTION public.f() RETURNS text AS $$c4n4ry$$",
            "CREATE FUNCTION public.f",
            "CREATE FUNCTION",
        ),
        (b"CREATE VIEW public.v AS\n SELECT 'c4n4ry'", "CREATE VIEW public.v", "CREATE VIEW"),
        (b"COMMENT ON TABLE public.t IS 'c4n4ry'", "COMMENT ON TABLE public.t IS", "COMMENT ON TABLE"),
        (
            b"ALTER TABLE ONLY public.t ADD CHECK (a <> 'c4n4ry')",
            "ALTER TABLE ONLY public.t ADD CHECK",
            "ALTER TABLE",
        ),
        (b'CREATE TABLE "Odd one" (a text)', 'CREATE TABLE "Odd one"', "CREATE TABLE"),
        (b"create table t (a text)", "create table t", "CREATE"),
        (b"SET app.key = 'c4n4ry'", "SET app.key =", "SET"),
    ],
)
def test_a_label_holds_no_literal(statement: bytes, label: str, kind: str) -> None:
    assert label_of(statement) == label
    assert kind_of(label) == kind
    assert SECRET not in label_of(statement)


def test_a_label_is_short() -> None:
    assert len(label_of(b"CREATE TABLE " + b"x" * 10_000)) <= 100


@pytest.mark.parametrize(
    "statement",
    [
        b"DROP DATABASE app",
        b"DROP ROLE app",
        b"ALTER DATABASE app OWNER TO app",
        b"COMMENT ON EXTENSION vector IS ''",
        b"COMMENT ON DATABASE app IS ''",
        b"COMMENT ON ROLE app IS ''",
        b"UPDATE pg_catalog.pg_database SET datistemplate = false WHERE datname = 'app'",
        b"SET default_tablespace = fast",
    ],
)
def test_what_means_nothing_here_is_skipped(statement: bytes) -> None:
    assert st.SKIPPED.match(statement)


@pytest.mark.parametrize(
    "statement",
    [
        b"DROP TABLE app",
        b"DROP POLICY p ON t",
        b"ALTER DATABASE app SET search_path = x",
        b"ALTER DATABASE app RESET ALL",
        b"COMMENT ON TABLE t IS ''",
        b"UPDATE public.pg_database SET a = 1",
        b"SET default_tablespace = ''",
        b"ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    ],
)
def test_what_means_something_is_not_skipped(statement: bytes) -> None:
    assert not st.SKIPPED.match(statement)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (b"CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()", "event trigger {}"),
        (b"ALTER EVENT TRIGGER e DISABLE", "event trigger {}"),
        (b"ALTER DATABASE app SET session_replication_role = replica", "settings of database {}"),
        (b'ALTER DATABASE "A b" RESET ALL', "settings of database {}"),
        (b"CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p", "subscription {}"),
        (b"CREATE TABLESPACE fast LOCATION '/fast'", "tablespace {}"),
        (b"SECURITY LABEL FOR x ON TABLE t IS ''", "security labels"),
        (b"CREATE PUBLICATION p FOR ALL TABLES", "publication {}"),
        (b"CREATE PUBLICATION p FOR TABLES IN SCHEMA s", "publication {}"),
        (b"CREATE PUBLICATION p FOR TABLE t", None),
        (b"CREATE PUBLICATION p WITH (publish = 'insert')", None),
        (b"CREATE TRIGGER e BEFORE INSERT ON t EXECUTE FUNCTION f()", None),
    ],
)
def test_what_is_left_out_is_said_with_its_reason(statement: bytes, what: str | None) -> None:
    found = [(name, why) for pattern, name, why in st.LEFT_OUT if pattern.match(statement)]
    assert [name for name, _ in found] == ([what] if what else [])
    assert all(st.WHY_LEFT_OUT[why] for _, why in found)


def test_a_left_out_statement_is_none_that_is_skipped_without_a_word() -> None:
    statements = (b"ALTER DATABASE app SET x = 1", b"CREATE TABLESPACE a LOCATION '/a'", b"SECURITY LABEL")
    assert not any(st.SKIPPED.match(statement) for statement in statements)


@pytest.mark.parametrize(
    ("pattern", "statement", "groups"),
    [
        (
            st.CREATE_EXTENSION,
            b"CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public",
            [b"citext", b"public"],
        ),
        (st.CREATE_EXTENSION, b'CREATE EXTENSION "uuid-ossp"', [b'"uuid-ossp"', None]),
        (st.CREATE_WRAPPER, b"CREATE FOREIGN DATA WRAPPER w HANDLER h", [b"w"]),
        (st.CREATE_SERVER, b"CREATE SERVER s TYPE 'a''b' VERSION '1' FOREIGN DATA WRAPPER w", [b"w"]),
        (st.CREATE_SERVER, b"CREATE SERVER IF NOT EXISTS s FOREIGN DATA WRAPPER w", [b"w"]),
        (st.CREATE_ROLE, b"CREATE ROLE app NOLOGIN", [b"app", b" NOLOGIN"]),
        (st.CREATE_ROLE, b"CREATE USER MAPPING FOR app SERVER s", None),
        (st.ALTER_ROLE, b"ALTER USER MAPPING FOR app SERVER s OPTIONS (a 'b')", None),
        (st.MEMBERSHIP, b"GRANT staff TO app", [b"staff", b"app"]),
        (
            st.MEMBERSHIP,
            b'GRANT "my staff" TO app WITH INHERIT TRUE GRANTED BY postgres',
            [b'"my staff"', b"app"],
        ),
        (st.MEMBERSHIP, b'GRANT staff TO "my app" GRANTED BY postgres', [b"staff", b'"my app"']),
        (st.MEMBERSHIP, b'GRANT staff TO "my app"', [b"staff", b'"my app"']),
        (st.MEMBERSHIP, b"GRANT SELECT ON TABLE t TO app", None),
        (
            st.CREATE_DATABASE,
            b"CREATE DATABASE app WITH TEMPLATE = template0 ENCODING = 'LATIN1'",
            [b"app", b"LATIN1"],
        ),
        (st.CREATE_DATABASE, b'CREATE DATABASE "A b"', [b'"A b"', None]),
        (st.CREATE_SCHEMA, b"CREATE SCHEMA IF NOT EXISTS auth", [b"auth"]),
        (st.SETVAL, b"SELECT pg_catalog.setval('auth.ids', 7, true)", [b"auth", b"ids"]),
        (st.SETVAL, b"SELECT pg_catalog.set_config('search_path', '', false)", None),
        (
            st.DATA_TARGET,
            b'COPY auth.users (id, "E mail") FROM stdin',
            [b"auth", b"users", b'id, "E mail"'],
        ),
        (st.DATA_TARGET, b"INSERT INTO auth.users (id) VALUES (1)", [b"auth", b"users", b"id"]),
        (
            st.REFERENCES,
            b"ALTER TABLE ONLY public.t\n    ADD CONSTRAINT k FOREIGN KEY (u) REFERENCES auth.users(id)",
            [b"k", b"auth"],
        ),
        (st.REFERENCES, b"ALTER TABLE public.t ADD CONSTRAINT k PRIMARY KEY (id)", None),
    ],
)
def test_the_parts_of_a_statement(
    pattern: re.Pattern[bytes], statement: bytes, groups: list[bytes | None] | None
) -> None:
    found = pattern.match(statement)
    assert (list(found.groups()) if found else None) == groups


@pytest.mark.parametrize(
    ("statement", "role"),
    [
        (b"SET SESSION AUTHORIZATION app", "app"),
        (b'SET SESSION AUTHORIZATION "My app"', "My app"),
        (b"SET SESSION AUTHORIZATION 'O''Brien'", "O'Brien"),
        (b"SET SESSION AUTHORIZATION DEFAULT", None),
        (b"RESET SESSION AUTHORIZATION", None),
    ],
)
def test_whom_a_session_acts_as(statement: bytes, role: str | None) -> None:
    found = st.AUTHORIZATION.fullmatch(statement)
    assert found
    assert role_in(found) == role


@pytest.mark.parametrize(
    ("argument", "database"),
    [
        ("app", "app"),
        ('"My ""app"""', 'My "app"'),
        ("app user host 5432", "app"),
        ("-reuse-previous=on \"dbname='my app'\"", "my app"),
        (r"""-reuse-previous=on "dbname='it\'s'" """, "it's"),
        ('"dbname=app host=elsewhere"', "app"),
        ("-", None),
        ("", None),
    ],
)
def test_the_database_of_a_connect(argument: str, database: str | None) -> None:
    assert database_in(argument) == database
