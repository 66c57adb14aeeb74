"""The migration in every way it may be applied, to whatever is there already."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from migrations import migrate, migration_files

ROOT = Path(__file__).parents[2]
FILE = ROOT / "migrations" / "20260128000000_create_backup_verification_log.sql"
NAMES = [FILE.name, "20261123000000_create_backup_verification_incident.sql"]
CANARY = "c4n4ry"
ROLES = ("anon", "authenticated", "service_role")
COLUMNS = [
    ("id", "uuid", "NO"),
    ("verified_at", "timestamp with time zone", "NO"),
    ("backup_id", "text", "YES"),
    ("backup_age_hours", "integer", "YES"),
    ("backup_size_mb", "integer", "YES"),
    ("status", "text", "NO"),
    ("checks_passed", "integer", "NO"),
    ("checks_failed", "integer", "NO"),
    ("error_details", "jsonb", "YES"),
    ("verification_details", "jsonb", "YES"),
    ("created_at", "timestamp with time zone", "NO"),
]
FUNCTIONS = {
    "get_latest_backup_verification": "s",
    "get_backup_verification_history": "s",
    "cleanup_old_backup_verification_logs": "v",
}
STATE = """
    SELECT pg_get_userbyid(relowner), relkind, relrowsecurity, relacl::text,
        (SELECT count(*) FROM pg_index WHERE indrelid = pg_class.oid),
        (SELECT count(*) FROM pg_proc WHERE proname LIKE '%backup_verification%')
    FROM pg_class WHERE oid = 'public.backup_verification_log'::regclass
"""
USES = (
    "SELECT 1 FROM public.backup_verification_log",
    "INSERT INTO public.backup_verification_log (status) VALUES ('success')",
    "UPDATE public.backup_verification_log SET status = 'success'",
    "DELETE FROM public.backup_verification_log",
    "TRUNCATE public.backup_verification_log",
    "SELECT public.get_latest_backup_verification()",
    "SELECT public.get_backup_verification_history(1)",
    "SELECT public.cleanup_old_backup_verification_logs()",
)

Apply = Callable[[str, Path], subprocess.CompletedProcess[str] | None]


def by_psql(dsn: str, pg_bin: Path) -> subprocess.CompletedProcess[str]:
    """As an operator types it: without ON_ERROR_STOP and without one transaction around it."""
    return _run([str(pg_bin / "psql"), "-X", "-d", dsn, "-f", str(FILE)])


def by_prepared_statement(dsn: str, _pg_bin: Path) -> None:
    """As the Supabase CLI does: the extended protocol refuses two statements in one."""
    with psycopg.connect(dsn) as connection:
        connection.execute(FILE.read_bytes(), prepare=True)


def by_command(dsn: str, _pg_bin: Path) -> subprocess.CompletedProcess[str]:
    return command(dsn)


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "PGHOST"))}
    return _run([sys.executable, "-m", "migrations", *arguments], {**inherited, **variables})


def _run(words: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


every_way = pytest.mark.parametrize("apply", [by_psql, by_prepared_statement, by_command])


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
    for kind in ("TABLES", "FUNCTIONS"):
        statement = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON {} TO {}"
        postgresql.execute(sql.SQL(statement).format(sql.SQL(kind), everyone))
    return postgresql


def become(connection: psycopg.Connection, role: str) -> None:
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def test_file_names_sort_alike_in_every_tool() -> None:
    names = [file.name for file in migration_files()]
    assert names == sorted(path.name for path in (ROOT / "migrations").glob("*.sql"))
    assert all(re.fullmatch(r"([0-9]{14})_([a-z_]+)\.sql", name) for name in names)
    assert len({name[:14] for name in names}) == len(names) >= 1


@every_way
def test_applies_twice_and_keeps_the_rows(
    apply: Apply, postgresql: psycopg.Connection, dsn: str, pg_bin: Path
) -> None:
    apply(dsn, pg_bin)
    postgresql.execute("INSERT INTO backup_verification_log (status) VALUES ('warning')")
    postgresql.commit()
    before = postgresql.execute(STATE).fetchall()
    rows = postgresql.execute("SELECT * FROM backup_verification_log").fetchall()
    postgresql.rollback()
    done = apply(dsn, pg_bin)
    assert done is None or (done.returncode, "ERROR" in done.stderr) == (0, False)
    assert postgresql.execute(STATE).fetchall() == before
    assert postgresql.execute("SELECT * FROM backup_verification_log").fetchall() == rows


def test_makes_the_agreed_table_indexes_and_functions(postgresql: psycopg.Connection, dsn: str) -> None:
    assert migrate(dsn) == NAMES
    columns = """SELECT column_name, data_type, is_nullable FROM information_schema.columns
        WHERE table_name = 'backup_verification_log' ORDER BY ordinal_position"""
    assert postgresql.execute(columns).fetchall() == COLUMNS
    functions = """SELECT proname, provolatile::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace"""
    assert dict(postgresql.execute(functions).fetchall()) == FUNCTIONS
    kinds = """SELECT contype::text, count(*) FROM pg_constraint
        WHERE conrelid = 'backup_verification_log'::regclass AND contype <> 'n' GROUP BY contype"""
    assert dict(postgresql.execute(kinds).fetchall()) == {"p": 1, "c": 2}
    indexes = "SELECT count(*) FROM pg_indexes WHERE tablename = 'backup_verification_log'"
    assert postgresql.execute(indexes).fetchone() == (5,)


@pytest.mark.parametrize(
    "values", ["('ok', 1, 0)", "(NULL, 1, 0)", "('success', -1, 0)", "('success', 1, -1)"]
)
def test_refuses_a_row_that_makes_no_sense(values: str, postgresql: psycopg.Connection, dsn: str) -> None:
    migrate(dsn)
    insert = "INSERT INTO backup_verification_log (status, checks_passed, checks_failed) VALUES "
    with pytest.raises(psycopg.IntegrityError):
        postgresql.execute((insert + values).encode())


def test_applies_many_times_at_once(dsn: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(migrate, [dsn] * 6)) == [NAMES] * 6


OTHER_TABLES = {
    "without columns": ("TABLE backup_verification_log ()", "id uuid not null default"),
    "the hand-written one": (
        """TABLE backup_verification_log (id uuid PRIMARY KEY, verified_at timestamptz NOT NULL,
        backup_id text, backup_age_hours integer, backup_size_mb integer, status text,
        checks_passed integer, checks_failed integer, error_details jsonb,
        verification_details jsonb, created_at timestamptz)""",
        "status text not null",
    ),
    "another type": (
        "TABLE backup_verification_log (LIKE template INCLUDING ALL, backup_id integer)",
        "lacks: backup_id text;",
    ),
    "no key": (
        """TABLE backup_verification_log (LIKE template INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
        backup_id text)""",
        "lacks: primary key (id);",
    ),
    "a view": ("VIEW backup_verification_log AS SELECT * FROM template", "primary key (id)"),
}


@pytest.fixture(params=list(OTHER_TABLES.values()), ids=list(OTHER_TABLES))
def lacking(request: pytest.FixtureRequest, postgresql: psycopg.Connection, dsn: str) -> str:
    """What the table of the same name, made beforehand, is said to lack."""
    migrate(dsn)
    postgresql.execute("""
        ALTER TABLE backup_verification_log RENAME TO template;
        ALTER TABLE template DROP backup_id;
        DROP FUNCTION get_latest_backup_verification, get_backup_verification_history,
            cleanup_old_backup_verification_logs
    """)
    made, lacks = request.param
    postgresql.execute(f"CREATE {made}".encode())
    postgresql.commit()
    return str(lacks)


@every_way
def test_leaves_another_table_of_that_name_as_it_is(
    apply: Apply, lacking: str, postgresql: psycopg.Connection, dsn: str, pg_bin: Path
) -> None:
    before = postgresql.execute(STATE).fetchall()
    try:
        done = apply(dsn, pg_bin)
        said = done.stderr if done else ""
    except psycopg.errors.DuplicateTable as error:
        said = f"{error.diag.message_primary};"
    assert "another table has the name public.backup_verification_log" in said
    assert lacking.rstrip(";") in said
    assert postgresql.execute(STATE).fetchall() == before


def test_names_the_command_that_helps(postgresql: psycopg.Connection, dsn: str) -> None:
    postgresql.execute("CREATE TABLE backup_verification_log (id uuid PRIMARY KEY, verified_at date)")
    postgresql.execute(
        "CREATE INDEX backup_verification_log_created_at_idx ON backup_verification_log (id)"
    )
    postgresql.commit()
    done = command(dsn)
    assert (done.returncode, done.stdout) == (1, "")
    mending = re.search(r"\((create schema .*?)\)", done.stderr)
    assert mending, done.stderr
    postgresql.execute(mending[1].encode())
    postgresql.commit()
    assert migrate(dsn) == NAMES
    indexes = """SELECT count(*) FROM pg_indexes
        WHERE schemaname = 'public' AND tablename = 'backup_verification_log'"""
    assert postgresql.execute(indexes).fetchone() == (5,)


def test_welcomes_columns_that_came_later(postgresql: psycopg.Connection, dsn: str) -> None:
    migrate(dsn)
    postgresql.execute("ALTER TABLE backup_verification_log ADD later text")
    postgresql.commit()
    assert migrate(dsn) == NAMES


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_strangers_may_do_nothing(role: str, use: str, supabase: psycopg.Connection) -> None:
    supabase.execute(FILE.read_bytes())
    become(supabase, role)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        supabase.execute(use.encode())


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_row_security_holds_even_when_rights_are_granted_again(
    role: str, supabase: psycopg.Connection
) -> None:
    supabase.execute(FILE.read_bytes())
    supabase.execute("INSERT INTO backup_verification_log (status) VALUES ('success')")
    supabase.execute("GRANT ALL ON backup_verification_log TO anon, authenticated")
    become(supabase, role)
    assert supabase.execute("SELECT FROM backup_verification_log").fetchall() == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        supabase.execute(USES[1].encode())


def test_a_role_with_no_grant_may_not_call_the_functions(supabase: psycopg.Connection) -> None:
    supabase.execute(FILE.read_bytes())
    supabase.execute("CREATE ROLE stranger_to_the_log")
    become(supabase, "stranger_to_the_log")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="denied for function"):
        supabase.execute("SELECT get_latest_backup_verification()")


def test_service_role_reads_writes_and_cleans_up(supabase: psycopg.Connection) -> None:
    supabase.execute(FILE.read_bytes())
    become(supabase, "service_role")
    supabase.execute(
        "INSERT INTO backup_verification_log (status, created_at) VALUES ('success', '2020-01-01')"
    )
    for use, rows in ((USES[0], 1), (USES[5], 1), (USES[1], 1), (USES[6], 2)):
        assert supabase.execute(use.encode()).rowcount == rows
    assert supabase.execute(USES[7].encode()).fetchone() == (1,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        supabase.execute("TRUNCATE backup_verification_log")


def test_an_owner_who_is_no_superuser_may_do_all(supabase: psycopg.Connection) -> None:
    supabase.execute("CREATE ROLE owner_of_the_log")
    supabase.execute("GRANT ALL ON SCHEMA public TO owner_of_the_log")
    become(supabase, "owner_of_the_log")
    for _ in range(2):
        supabase.execute(FILE.read_bytes())
        supabase.execute(USES[1].encode())
    assert supabase.execute(USES[0].encode()).rowcount == 2
    assert supabase.execute(USES[5].encode()).rowcount == 1
    assert supabase.execute(USES[7].encode()).fetchone() == (0,)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_run_as_their_caller_and_look_nothing_up(
    name: str, postgresql: psycopg.Connection
) -> None:
    postgresql.execute(FILE.read_bytes())
    question = "SELECT prosecdef, proconfig FROM pg_proc WHERE proname = %s"
    assert postgresql.execute(question, [name]).fetchone() == (False, ['search_path=""'])


def test_applies_where_the_roles_are_not_known(postgresql: psycopg.Connection) -> None:
    for role in ROLES:
        if postgresql.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            postgresql.execute(f"ALTER ROLE {role} RENAME TO {role}_away".encode())
    postgresql.execute(FILE.read_bytes())
    assert postgresql.execute(STATE).fetchone() is not None


def test_command_says_what_it_did_and_what_is_next(dsn: str) -> None:
    done = command(dsn)
    assert (done.returncode, done.stderr) == (0, "")
    *applied, following = done.stdout.split("\n", len(NAMES))
    assert [line.partition(" to database ")[0] for line in applied] == [f"applied {name}" for name in NAMES]
    assert following.startswith("next: pytest checks/ --backup LOCATION")


@pytest.mark.parametrize(
    "variables",
    [
        {"VERIFICATION_LOG_URL": "here", "DATABASE_URL": "host=nowhere.invalid"},
        {"VERIFICATION_LOG_URL": "", "DATABASE_URL": "here"},
    ],
)
def test_command_takes_the_dsn_of_the_environment(variables: dict[str, str], dsn: str) -> None:
    given = {name: dsn if value == "here" else value for name, value in variables.items()}
    assert command(**given).returncode == 0


@pytest.mark.parametrize("arguments", [[], [""], ["--force"], ["host=a", f"password={CANARY}"]])
def test_command_refuses_a_wrong_call(arguments: list[str]) -> None:
    unset = {} if not arguments else {"DATABASE_URL": "host=nowhere.invalid"}
    done = command(*arguments, **unset)
    assert done.returncode == 2
    assert done.stderr == "usage: python -m migrations DSN (or set VERIFICATION_LOG_URL)\n"


@pytest.mark.parametrize(
    ("code", "dsn", "sentence"),
    [
        (2, f"postgresql://u:{CANARY}@h:5432/d?{CANARY}", "DSN of the log database cannot be read"),
        (2, f"host=h password=a {CANARY}", "DSN of the log database cannot be read"),
        (1, f"postgresql://u:a@{CANARY}@nowhere.invalid/d", "password percent-encoded"),
        (1, f"postgresql://u:a/{CANARY}@nowhere.invalid/d", "password percent-encoded"),
        (1, f"postgresql://u:{CANARY}@nowhere.invalid/d", "no host is known for database d on"),
        (1, f"postgresql://u:{CANARY}@127.0.0.1:1/d", "no server listens for database d on"),
    ],
)
def test_command_fails_in_one_sentence_without_the_secret(code: int, dsn: str, sentence: str) -> None:
    done = command(dsn)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert sentence in done.stderr
    assert CANARY not in done.stderr


def test_command_says_what_right_is_missing(dsn: str) -> None:
    done = command(f"{dsn} options='-c role=pg_monitor'")
    assert done.returncode == 1
    assert "no right to create the log in database" in done.stderr
