"""Nothing that a dump holds reaches the machine, the superuser, or the sessions that judge it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from restoring.errors import BackupBad
from restoring.restored import Restored

Restore = Callable[..., AbstractContextManager[Restored]]
Script = Callable[[str], Path]

HEAD = "-- PostgreSQL database dump\nCREATE TABLE public.t (a int);\nINSERT INTO public.t VALUES (1);\n"
TRAILER = "\n-- PostgreSQL database dump complete\n"

DENIED = {
    "COPY public.t FROM PROGRAM 'id'": "COPY to or from an external program",
    "COPY public.t FROM '/etc/passwd'": "COPY from a file",
    "ALTER SYSTEM SET shared_preload_libraries = 'x'": "permission denied to set parameter",
    "SELECT lo_export(1, '/tmp/x')": "permission denied for function lo_export",
    "LOAD '/tmp/x.so'": "is not allowed",
    "SELECT pg_read_file('/etc/passwd')": "permission denied for function pg_read_file",
    "ALTER FUNCTION pg_catalog.pg_read_file(text) OWNER TO bob": "refused",
    "ALTER SCHEMA pg_catalog OWNER TO bob": "refused",
    "ALTER FUNCTION public.evil() OWNER TO pg_execute_server_program": "refused",
    "ALTER TABLE public.t OWNER TO bob, ALTER COLUMN a TYPE int USING public.evil()": "permission denied",
    "CREATE EXTENSION hstore SCHEMA pg_evil": "unacceptable schema name",
}
HARMLESS = """
CREATE ROLE postgres SUPERUSER LOGIN PASSWORD 'canary';
ALTER ROLE postgres WITH SUPERUSER CREATEROLE REPLICATION;
GRANT pg_execute_server_program TO postgres;
GRANT pg_read_server_files, pg_monitor TO postgres;
CREATE EXTENSION plpython3u;
CREATE FUNCTION public.shell(cstring) RETURNS int LANGUAGE c AS 'libc.so.6', 'system';
CREATE FUNCTION public.evil() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS
    $$begin return (select rolsuper::int from pg_roles where rolname = current_user); end$$;
ALTER FUNCTION public.evil() OWNER TO CURRENT_USER;
CREATE FUNCTION public.count(int) RETURNS bigint LANGUAGE sql AS 'select 0::bigint';
DO $$declare name text; begin
    for name in select rolname from pg_roles where rolname like 'verifier%' loop
        begin execute format('drop role %I', name); exception when others then null; end;
        begin execute format('grant %I to public', name); exception when others then null; end;
        begin execute format('alter role %I superuser', name); exception when others then null; end;
    end loop;
end$$;
"""


@pytest.fixture
def script(tmp_path: Path) -> Script:
    def script(text: str) -> Path:
        path = tmp_path / "hostile.sql"
        path.write_text(HEAD + text + TRAILER)
        return path

    return script


def test_what_needs_a_superuser_is_denied_and_told(script: Script, restoring_alone: Restore) -> None:
    with restoring_alone(script(HARMLESS + ";\n".join(DENIED) + ";")) as restored:
        messages = [problem.message for problem in restored.problems if problem.meaning == "lost"]
        assert len(messages) == len(DENIED), messages
        for expected in DENIED.values():
            assert [text for text in messages if expected in text], expected
        with psycopg.connect(restored.dsn) as reader:
            supers = reader.execute("select rolname from pg_roles where rolsuper").fetchall()
            assert supers == [(restored.stage.server.admin,)]
            assert reader.execute("select public.evil()").fetchone() == (0,)
            risky = "select count(*) from pg_auth_members where roleid::regrole::text ~ 'server|program'"
            assert reader.execute(f"{risky} and member <> 3373").fetchone() == (0,)
            names = reader.execute(
                "select count(*) from pg_roles where rolname like 'verifier%'"
            ).fetchone()
            assert names == (4,)
    what = " ".join(item.what for item in restored.omissions)
    assert "membership of postgres in pg_execute_server_program" in what
    assert "extension plpython3u" in what
    assert "CREATE FUNCTION public.shell" in what


@pytest.mark.parametrize("command", ["\\! id", "\\copy t from program 'id'"])
def test_commands_of_psql_end_the_restore_by_name(
    script: Script, restoring_alone: Restore, command: str
) -> None:
    name = command.split(maxsplit=1)[0].replace("\\", "\\\\")
    with (
        pytest.raises(BackupBad, match=f"line 4: holds the psql command {name}"),
        restoring_alone(script(command + "\n")),
    ):
        pass


def test_a_row_that_looks_like_a_command_is_a_row(restoring_alone: Restore, script: Script) -> None:
    copy = "CREATE TABLE public.r (v text);\nCOPY public.r (v) FROM stdin;\n"
    rows = copy + "\\\\! id\n\\\\restrict x\n\\\\.\n\\.\n"
    with restoring_alone(script(f"\\restrict abc\n{rows}\\unrestrict abc\n")) as restored:
        assert restored.loss is None
        with psycopg.connect(restored.dsn) as reader:
            assert reader.execute("select v from public.r").fetchall() == [
                ("\\! id",),
                ("\\restrict x",),
                ("\\.",),
            ]


@pytest.mark.parametrize(
    "text",
    [
        "\\connect template0\n",
        "DO $$begin execute format('alter role %I password ''x''', current_user); end$$;",
        "DO $$begin execute 'alter database restored connection limit 0'; end$$;",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity;",
    ],
    ids=["template0", "password", "limit", "terminate"],
)
def test_what_locks_us_out_ends_in_a_sentence(script: Script, restoring_alone: Restore, text: str) -> None:
    with (
        pytest.raises(
            BackupBad,
            match="the restore could not go on: ",
            check=lambda error: error.kind == "restore-failed",
        ),
        restoring_alone(script(text)),
    ):
        pass


@pytest.mark.parametrize(
    "text",
    [
        "DO $$begin loop end loop; end$$;",
        "DO $$begin raise exception 'role \"r%\" does not exist', random(); end$$;",
    ],
    ids=["loop", "roles without end"],
)
def test_what_never_ends_is_ended(script: Script, restoring_alone: Restore, text: str) -> None:
    with pytest.raises(BackupBad, match="did not end within 2 s"), restoring_alone(script(text), seconds=2):
        pass


def test_a_stand_in_is_not_shadowed_by_functions_in_its_schema(
    script: Script, restoring_alone: Restore
) -> None:
    text = (
        "CREATE SCHEMA s;\nCREATE FUNCTION s.split_part(text, text, int) RETURNS text "
        "LANGUAGE plpgsql AS $$begin create table public.reached (); return 'x()'; end$$;\n"
        "CREATE EXTENSION pgcrypto SCHEMA s;\n"
    )
    with restoring_alone(script(text)) as restored, psycopg.connect(restored.dsn) as reader:
        assert reader.execute("select to_regclass('public.reached'), to_regproc('s.crypt')").fetchone() == (
            None,
            "s.crypt",
        )
