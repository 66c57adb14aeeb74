"""What runs in place of a plain dump's statement: mostly itself, for some nothing or something of ours."""

from collections.abc import Iterator

import pytest

from restoring.prepared import ensure_platform
from restoring.programs import Programs
from restoring.server import Server, serving
from restoring.stage import Stage, set_stage
from restoring.substitutes import substitute

DATABASE = "restored"


@pytest.fixture(scope="module")
def running(programs: Programs, server: Server) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as beside:
        beside.setattr("tempfile.tempdir", str(server.workplace.path.parents[1]))
        with serving(programs) as own:
            stage = set_stage(own, "substitutes")
            stage.begin(DATABASE, "UTF8")
            yield stage


@pytest.fixture
def stage(running: Stage) -> Stage:
    running.omissions.clear()
    return running


def ask(stage: Stage, query: str) -> tuple[object, ...] | None:
    with stage.server.connect(DATABASE) as admin:
        return admin.execute(query.encode()).fetchone()


@pytest.mark.parametrize(
    "text",
    [
        b"CREATE TABLE public.t (a integer)",
        b"ALTER TABLE public.t ENABLE ROW LEVEL SECURITY",
        b"SELECT pg_catalog.set_config('search_path', '', false)",
        b"SET client_encoding = 'UTF8'",
        b"CREATE TRIGGER t BEFORE INSERT ON t EXECUTE FUNCTION f()",
        b"CREATE USER MAPPING FOR PUBLIC SERVER s",
    ],
)
def test_most_statements_run_as_they_are(stage: Stage, text: bytes) -> None:
    assert substitute(stage, DATABASE, text) == text
    assert stage.omissions == []


@pytest.mark.parametrize(
    "text",
    [
        b"DROP DATABASE app",
        b"DROP ROLE app",
        b"COMMENT ON EXTENSION x IS ''",
        b"SET default_tablespace = x",
    ],
)
def test_what_means_nothing_is_passed_over_without_a_word(stage: Stage, text: bytes) -> None:
    assert substitute(stage, DATABASE, text) is None
    assert stage.omissions == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()", "event trigger e"),
        (b"CREATE SUBSCRIPTION s CONNECTION 'password=c4n4ry' PUBLICATION p", "subscription s"),
        (b"ALTER DATABASE app SET a = 'c4n4ry'", "settings of database app"),
        (b"ALTER ROLE of_settings SET a = 'c4n4ry'", "settings of roles"),
        (b"ALTER ROLE of_settings IN DATABASE app SET a = 'c4n4ry'", "settings of roles"),
        (b"CREATE EXTENSION pg_cron", "extension pg_cron"),
    ],
)
def test_what_is_left_out_is_said(stage: Stage, text: bytes, what: str) -> None:
    assert substitute(stage, DATABASE, text) is None
    assert [item.what for item in stage.omissions] == [what]
    assert "c4n4ry" not in str(stage.omissions)


@pytest.mark.parametrize("verb", [b"CREATE", b"ALTER"])
@pytest.mark.parametrize(
    "attributes",
    [b" WITH SUPERUSER LOGIN BYPASSRLS PASSWORD 'x'", b" BYPASSRLS LOGIN PASSWORD 'a NOBYPASSRLS z'"],
    ids=["attributes", "password"],
)
def test_a_role_is_made_by_us(stage: Stage, verb: bytes, attributes: bytes) -> None:
    assert substitute(stage, DATABASE, verb + b" ROLE made" + attributes) is None
    columns = "rolcanlogin, rolsuper, rolbypassrls, rolpassword IS NULL"
    assert ask(stage, f"SELECT {columns} FROM pg_authid WHERE rolname = 'made'") == (
        False,
        False,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("group", "granted"), [(b"staff", True), (b"pg_monitor", True), (b"pg_execute_server_program", False)]
)
def test_a_membership_is_granted_by_us_or_left_out(stage: Stage, group: bytes, granted: bool) -> None:
    for role in ("staff", "member"):
        stage.roles.ensure(role)
    assert substitute(stage, DATABASE, b"GRANT %s TO member GRANTED BY postgres" % group) is None
    assert ask(stage, f"SELECT pg_has_role('member', '{group.decode()}', 'MEMBER')") == (granted,)
    assert [item.what for item in stage.omissions] == (
        [] if granted else [f"membership of member in {group.decode()}"]
    )


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (b"CREATE POLICY p ON public.t TO reading USING (true)", "reading"),
        (b'GRANT SELECT ON TABLE public.t TO "By grant"', "By grant"),
        (b"ALTER DEFAULT PRIVILEGES FOR ROLE giving GRANT SELECT ON TABLES TO x", "giving"),
    ],
)
def test_roles_that_a_statement_names_are_there_before_it_runs(
    stage: Stage, text: bytes, role: str
) -> None:
    assert substitute(stage, DATABASE, text) == text
    assert role in stage.roles


def test_a_database_is_made_by_us_in_its_encoding(stage: Stage) -> None:
    text = (
        b"CREATE DATABASE latin WITH TEMPLATE = template0 ENCODING = 'LATIN1' LOCALE = 'de_DE.ISO-8859-1'"
    )
    for _ in range(2):
        assert substitute(stage, DATABASE, text) is None
    assert stage.databases.count("latin") == 1
    query = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'latin'"
    assert ask(stage, query) == ("LATIN1",)


def test_an_extension_is_made_by_us_in_its_schema(stage: Stage) -> None:
    text = b"CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA apart"
    assert substitute(stage, DATABASE, text) is None
    assert ask(stage, "SELECT to_regtype('apart.citext') IS NOT NULL") == (True,)


def test_a_schema_of_the_backup_takes_the_place_of_a_prepared_one(stage: Stage) -> None:
    ensure_platform(stage, DATABASE, "auth")
    text = b"CREATE SCHEMA auth"
    assert substitute(stage, DATABASE, text) == text
    assert ask(stage, "SELECT to_regnamespace('auth') IS NULL") == (True,)


@pytest.mark.parametrize(
    "text", [b"CREATE FOREIGN DATA WRAPPER w HANDLER h", b"CREATE SERVER s FOREIGN DATA WRAPPER w"]
)
def test_a_wrapper_is_made_by_us_without_its_handler(stage: Stage, text: bytes) -> None:
    assert substitute(stage, DATABASE, text) == (text if b"SERVER" in text else None)
    assert ask(stage, "SELECT fdwhandler::oid FROM pg_foreign_data_wrapper WHERE fdwname = 'w'") == (0,)
