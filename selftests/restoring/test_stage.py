"""What is prepared for a restore, by us and by name, and what is said to be left out."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from restoring.foreign import ensure_wrapper
from restoring.locales import Locale
from restoring.prepared import ensure_platform, make_way
from restoring.programs import Programs
from restoring.server import Server, serving
from restoring.stage import Omission, Stage, set_stage


@pytest.fixture(scope="module")
def stage(programs: Programs, server: Server) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as beside:
        beside.setattr("tempfile.tempdir", str(server.workplace.path.parents[1]))
        with serving(programs) as own:
            yield set_stage(own, "stage")


@pytest.fixture
def database(stage: Stage) -> str:
    name = f"db{secrets.token_hex(4)}"
    stage.create_database(name)
    stage.omissions.clear()
    stage.lacking.clear()
    return name


def ask(stage: Stage, database: str, query: str, role: str | None = None) -> list[tuple[object, ...]]:
    with stage.server.connect(database, role) as connection:
        return connection.execute(query.encode()).fetchall()


def test_neither_role_is_a_superuser_or_may_make_one(stage: Stage) -> None:
    powers = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication"
    query = f"SELECT {powers} FROM pg_roles WHERE rolname IN ('{stage.loader}', '{stage.reader}')"
    assert ask(stage, "postgres", query) == [(False,), (False,)]


def test_the_reader_reads_all_and_writes_nothing(stage: Stage, database: str) -> None:
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute("CREATE TABLE public.t AS SELECT 1 AS a")
        loader.execute("ALTER TABLE public.t ENABLE ROW LEVEL SECURITY")
    assert ask(stage, database, "SELECT a FROM public.t", stage.reader) == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(stage, database, "DELETE FROM public.t", stage.reader)
    assert stage.tables(database) == 1


def test_the_loader_may_switch_triggers_off_as_data_dumps_do(stage: Stage, database: str) -> None:
    query = "SELECT set_config('session_replication_role', 'replica', false)"
    assert ask(stage, database, query, stage.loader) == [("replica",)]


@pytest.mark.parametrize("encoding", ["UTF8", "LATIN1", "SQL_ASCII"])
@pytest.mark.parametrize("name", ["postgres", "begun"])
def test_the_first_database_has_the_backups_encoding(stage: Stage, name: str, encoding: str) -> None:
    fresh = set_stage(stage.server, secrets.token_hex(4))
    fresh.begin(name, encoding)
    query = "SELECT pg_encoding_to_char(encoding), datdba::regrole::text FROM pg_database WHERE datname = "
    assert ask(stage, "template1", f"{query}'{name}'") == [(encoding, fresh.loader)]
    assert fresh.databases == [name]
    if name != "postgres":
        with stage.server.connect("template1") as admin:
            admin.execute(b"DROP DATABASE begun")


def test_a_locale_that_is_not_there_is_told_with_the_one_that_took_its_place(stage: Stage) -> None:
    fresh = set_stage(stage.server, secrets.token_hex(4))
    for number, locale in enumerate((Locale((("LOCALE", "C"),)), None, Locale((("LC_CTYPE", "xx_XX"),)))):
        fresh.create_database(f"located{number}", locale=locale)
    assert [omission.what for omission in fresh.omissions] == ["the locale xx_XX"]
    assert "under C.UTF-8 letters may sort" in fresh.omissions[0].why


def test_the_reader_reads_large_objects_of_others(stage: Stage, database: str) -> None:
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute("SELECT lo_from_bytea(4242, 'x')")
    assert ask(stage, database, "SELECT lo_get(4242)", stage.reader) == [(b"x",)]


def test_settings_of_a_database_are_forgotten(stage: Stage, database: str) -> None:
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute(f"ALTER DATABASE {database} SET search_path = nowhere".encode())
    stage.forget_settings(database)
    assert ask(stage, database, "SHOW search_path", stage.reader) == [('"$user", public',)]


def test_the_reader_gets_in_whatever_is_revoked(stage: Stage, database: str) -> None:
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute(f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC".encode())
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        ask(stage, database, "SELECT 1", stage.reader)
    stage.admit_reader(database)
    assert ask(stage, database, "SELECT 1", stage.reader) == [(1,)]


@pytest.mark.parametrize("schema", [None, "public", "My extensions"])
def test_an_extension_that_is_installed_is_created(stage: Stage, database: str, schema: str | None) -> None:
    stage.ensure_extension(database, "citext", schema)
    query = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'citext'"
    assert ask(stage, database, query) == [(f'"{schema}"' if schema == "My extensions" else "public",)]
    assert (stage.omissions, stage.lacking) == ([], {})


@pytest.mark.parametrize(
    ("name", "why"), [("pg_cron", "never runs here"), ("dblink; DROP", "lacks it"), ("postgis", "lacks it")]
)
def test_an_extension_that_is_not_there_is_left_out(
    stage: Stage, database: str, name: str, why: str
) -> None:
    stage.ensure_extension(database, name, "public")
    assert [(item.what, item.why.endswith(why)) for item in stage.omissions] == [
        (f"extension {name}", True)
    ]
    assert stage.lacking == {name: "public"}


def test_an_extension_that_never_runs_is_left_out_even_where_it_is_installed(
    stage: Stage, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("restoring.stage.NEVER", frozenset({"citext"}))
    stage.ensure_extension(database, "citext", None)
    assert stage.omissions == [Omission("extension citext", "never runs here")]
    assert ask(stage, database, "SELECT FROM pg_extension WHERE extname = 'citext'") == []


def test_a_stand_in_is_made_once_and_said_to_be_one(stage: Stage, database: str) -> None:
    for _ in range(2):
        stage.ensure_extension(database, "uuid-ossp", "extensions")
    why = "the server lacks it; a stand-in keeps the data"
    assert stage.omissions == [Omission("extension uuid-ossp", why)]
    assert ask(stage, database, "SELECT extensions.uuid_nil()::text", stage.loader) == [
        ("00000000-0000-0000-0000-000000000000",)
    ]


def test_a_platform_schema_is_prepared_once_and_belongs_to_the_loader(stage: Stage, database: str) -> None:
    assert ensure_platform(stage, database, "auth") is True
    assert ensure_platform(stage, database, "auth") is False
    assert stage.is_platform(database, "auth")
    assert stage.platform_schemas(database) == {"auth"}
    assert [item.what for item in stage.omissions] == ["schema auth"]
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute("ALTER TABLE auth.users ADD COLUMN more text")
    assert ask(stage, database, "SELECT auth.uid()", stage.reader) == [(None,)]


@pytest.mark.parametrize("schema", ["public", "ours", "pg_catalog", "extensions; DROP SCHEMA public"])
def test_no_other_schema_is_prepared(stage: Stage, database: str, schema: str) -> None:
    assert ensure_platform(stage, database, schema) is False
    assert stage.omissions == []


def test_a_schema_that_the_backup_brought_is_left_alone(stage: Stage, database: str) -> None:
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute("CREATE SCHEMA auth")
        loader.execute("CREATE TABLE auth.ours ()")
    assert ensure_platform(stage, database, "auth") is False
    make_way(stage, database, "auth")
    assert ask(stage, database, "SELECT to_regclass('auth.ours')::text") == [("auth.ours",)]


def test_a_prepared_schema_makes_way(stage: Stage, database: str) -> None:
    ensure_platform(stage, database, "storage")
    stage.omit("something else", "of its own")
    make_way(stage, database, "storage")
    assert ask(stage, database, "SELECT FROM pg_namespace WHERE nspname = 'storage'") == []
    assert not stage.is_platform(database, "storage")
    assert [item.what for item in stage.omissions] == ["something else"]


def test_a_wrapper_reaches_nothing_and_may_have_servers(stage: Stage, database: str) -> None:
    for _ in range(2):
        ensure_wrapper(stage, database, "Far away")
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute('CREATE SERVER far FOREIGN DATA WRAPPER "Far away"')
    assert ask(
        stage, database, "SELECT fdwhandler::oid, fdwvalidator::oid FROM pg_foreign_data_wrapper"
    ) == [(0, 0)]
    assert [item.what for item in stage.omissions] == ["foreign data wrapper Far away"]


def test_an_omission_is_said_once_and_in_one_line(stage: Stage, database: str) -> None:
    for _ in range(2):
        stage.omit("a\nb", "c\td")
    assert stage.omissions == [Omission("a b", "c d")]
