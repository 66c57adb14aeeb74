"""What a superuser runs of a backup is one change of one owner, and nothing else."""

import pytest

from restoring.owners import new_owner, safe_form, sets_search_path

CHANGES = [
    (b"ALTER TABLE public.t OWNER TO app", b'ALTER TABLE public.t OWNER TO "app"'),
    (b'ALTER TABLE ONLY public."T t" OWNER TO app', b'ALTER TABLE ONLY public."T t" OWNER TO "app"'),
    (b"ALTER SCHEMA app OWNER TO app\n", b'ALTER SCHEMA app OWNER TO "app"'),
    (b"alter view public.v owner to APP", b'ALTER view public.v OWNER TO "app"'),
    (b"ALTER FUNCTION public.f() OWNER TO app", b'ALTER FUNCTION public.f() OWNER TO "app"'),
    (
        b'ALTER FUNCTION public.f(a integer, "B" text[], VARIADIC c "X y") OWNER TO app',
        b'ALTER FUNCTION public.f(a integer, "B" text[], VARIADIC c "X y") OWNER TO "app"',
    ),
    (b"ALTER AGGREGATE public.sum2(*) OWNER TO app", b'ALTER AGGREGATE public.sum2(*) OWNER TO "app"'),
    (
        b"ALTER OPERATOR public.=> (integer, integer) OWNER TO app",
        b'ALTER OPERATOR public.=> (integer, integer) OWNER TO "app"',
    ),
    (
        b"ALTER OPERATOR CLASS public.c USING btree OWNER TO app",
        b'ALTER OPERATOR CLASS public.c USING btree OWNER TO "app"',
    ),
    (b"ALTER LARGE OBJECT 16411 OWNER TO app", b'ALTER LARGE OBJECT 16411 OWNER TO "app"'),
    (b'ALTER TYPE public.mood OWNER TO "app"', b'ALTER TYPE public.mood OWNER TO "app"'),
]

OTHERS = [
    # More than one action, or more than one statement.
    b"ALTER TABLE public.t OWNER TO app, ENABLE ROW LEVEL SECURITY",
    b"ALTER TABLE public.t DISABLE ROW LEVEL SECURITY, OWNER TO app",
    b"ALTER TABLE public.t ADD COLUMN c integer DEFAULT evil(), OWNER TO app",
    b"ALTER TABLE public.t OWNER TO app; DROP TABLE public.t",
    b"ALTER TABLE public.t OWNER TO app;",
    b"DROP TABLE public.u; ALTER TABLE public.t OWNER TO app",
    # Comments, within which a quote is none.
    b"ALTER TABLE public.t OWNER TO app -- and more",
    b"ALTER TABLE public.t /* and */ OWNER TO app",
    b"/* first */ ALTER TABLE public.t OWNER TO app",
    b"ALTER TABLE -- \npublic.t OWNER TO app",
    b'ALTER TABLE /* USING "*/ public.t ADD COLUMN c int DEFAULT evil() --" OWNER TO app\n',
    b'ALTER TABLE /*("*/ public.t ADD COLUMN c int DEFAULT evil() --") OWNER TO app\n',
    b'ALTER TABLE -- USING "\n public.t ADD COLUMN c int DEFAULT evil() --" OWNER TO app\n',
    b'ALTER TABLE public.--("\n t ADD COLUMN c int DEFAULT evil() --") OWNER TO app\n',
    b'ALTER OPERATOR public.+/* USING "*/ (integer, integer) SET (RESTRICT = evil) --" OWNER TO app\n',
    # Strings, and names that are more than names.
    b"ALTER FUNCTION public.f(a integer DEFAULT evil()) OWNER TO app",
    b"ALTER FUNCTION public.f('x') OWNER TO app",
    b"ALTER TABLE $$t$$ OWNER TO 'app'",
    b'ALTER TABLE U&"t" OWNER TO app',
    b'ALTER TABLE public.t OWNER TO U&"app"',
    b'ALTER TABLE "public.t OWNER TO app',
    b"ALTER TABLE public . t OWNER TO app",
    b"ALTER TABLE public.t OWNER TO app.app",
    b"ALTER TABLE public.t OWNER TO",
    # Other things than a database's own objects.
    b"ALTER DATABASE postgres OWNER TO app",
    b"ALTER TABLESPACE fast OWNER TO app",
    b"ALTER EVENT TRIGGER e OWNER TO app",
    b"ALTER SUBSCRIPTION s OWNER TO app",
    b"ALTER LANGUAGE c OWNER TO app",
    b"ALTER FOREIGN DATA WRAPPER w OWNER TO app",
    b"ALTER EXTENSION x OWNER TO app",
    b"ALTER ROLE app SUPERUSER",
    b"ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b",
    b"REASSIGN OWNED BY app TO other",
    b"",
]


@pytest.mark.parametrize(("statement", "safe"), CHANGES)
def test_a_change_of_owner_is_run_with_its_role_quoted(statement: bytes, safe: bytes) -> None:
    assert new_owner(statement) == "app"
    assert safe_form(statement, {"app"}) == safe


@pytest.mark.parametrize("statement", OTHERS)
def test_nothing_else_is_ever_run(statement: bytes) -> None:
    assert new_owner(statement) is None
    assert safe_form(statement, {"app", "c", "other"}) is None


@pytest.mark.parametrize(
    "role",
    [b"other", b"CURRENT_USER", b"SESSION_USER", b"CURRENT_ROLE", b'"APP"', b"pg_execute_server_program"],
)
def test_only_roles_of_the_backup_become_owners(role: bytes) -> None:
    assert safe_form(b"ALTER TABLE public.t OWNER TO " + role, {"app"}) is None


def test_a_role_that_is_named_as_a_keyword_stays_a_name() -> None:
    statement = b"ALTER TABLE public.t OWNER TO CURRENT_USER"
    assert safe_form(statement, {"current_user"}) == b'ALTER TABLE public.t OWNER TO "current_user"'


def test_the_owner_of_a_schema_may_be_the_databases_own() -> None:
    statement = b"ALTER SCHEMA public OWNER TO pg_database_owner"
    assert safe_form(statement, ()) == b'ALTER SCHEMA public OWNER TO "pg_database_owner"'


@pytest.mark.parametrize(
    "name",
    [
        b"FUNCTION pg_catalog.pg_read_file(text)",
        b'FUNCTION "pg_catalog".pg_read_file(text)',
        b"FUNCTION PG_CATALOG.pg_read_file(text)",
        b"SCHEMA pg_catalog",
        b'SCHEMA "information_schema"',
        b"TABLE pg_toast.pg_toast_1255",
        b"OPERATOR pg_catalog.= (text, text)",
    ],
)
def test_what_is_the_servers_own_keeps_its_owner(name: bytes) -> None:
    assert safe_form(b"ALTER %s OWNER TO app" % name, {"app"}) is None


@pytest.mark.parametrize(
    ("statement", "sets"),
    [
        (b"SET search_path = public, pg_catalog", True),
        (b'SET search_path = "My schema", pg_catalog', True),
        (b"SET search_path = ''", False),
        (b"SET search_path = public; DROP TABLE t", False),
        (b"SET search_path = public -- x", False),
        (b"SET search_path TO evil()", False),
        (b"SET role = app", False),
        (b"SELECT pg_catalog.set_config('search_path', '', false)", False),
    ],
)
def test_a_search_path_is_set_and_nothing_else(statement: bytes, sets: bool) -> None:
    assert sets_search_path(statement) is sets
    assert safe_form(statement, ()) == (statement if sets else None)
