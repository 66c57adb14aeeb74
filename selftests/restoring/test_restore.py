"""What comes back from real dumps of a rich database is what was there, whatever the format."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from reference.contents import Asked, read_contents
from restoring.errors import BackupBad, CannotVerify
from restoring.restored import Restored
from restoring.server import Server

Dump = Callable[..., Path]
Restore = Callable[..., AbstractContextManager[Restored]]
Source = Callable[..., None]

CONTENTS = (Path(__file__).parent / "contents.sql").read_bytes()

FORMATS = {
    "custom": ["-Fc"],
    "tar": ["-Ft"],
    "directory": ["-Fd", "-Z0"],
    "plain": ["--quote-all-identifiers"],
    "inserts": ["--inserts", "-C", "--clean", "--if-exists"],
}
TABLES = [
    "parent",
    "child",
    "kinds",
    "checked",
    "measures",
    "heir",
    "unlogged",
    "large",
    "counted",
    "counted_again",
]
ODD = sql.Identifier("we ird.%s", 'ta"b%d\nle')


def contents_of(dsn: str) -> list[str]:
    """Definitions and rows, one text each."""
    tables = [*(sql.Identifier("app", name) for name in TABLES), ODD]
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = [text for (text,) in connection.execute(CONTENTS).fetchall()]
        for table in tables:
            query = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(table)
            found += [text for (text,) in connection.execute(query).fetchall()]
    return found


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_everything_comes_back_as_it_was(
    rich: str, dump: Dump, restoring: Restore, server: Server, options: list[str]
) -> None:
    with restoring(dump(rich, *options)) as restored:
        assert restored.loss is None
        assert contents_of(restored.stage.server.dsn(restored.database)) == contents_of(server.dsn(rich))
        left_out = " ".join(item.what for item in restored.omissions)
    assert "event trigger" in left_out.lower()
    assert "publication" in left_out.lower()


def test_a_whole_cluster_comes_back_with_its_databases(
    rich: str, dump: Dump, restoring: Restore, server: Server
) -> None:
    path = dump("postgres", "--clean", "--if-exists", program="pg_dumpall")
    with restoring(path) as restored:
        assert restored.loss is None
        assert rich in restored.stage.databases
        assert contents_of(restored.stage.server.dsn(rich)) == contents_of(server.dsn(rich))


def test_a_dump_that_switches_sessions_keeps_its_grants(rich: str, dump: Dump, restoring: Restore) -> None:
    with restoring(dump(rich, "--use-set-session-authorization")) as restored:
        assert restored.loss is None
        assert "owners" in [item.what for item in restored.omissions]


@pytest.mark.parametrize(
    ("encoding", "options"),
    [("LATIN1", ["-Fc"]), ("LATIN1", ["-C"]), ("SQL_ASCII", [])],
    ids=["LATIN1 custom", "LATIN1 create", "SQL_ASCII plain"],
)
def test_names_and_rows_keep_their_encoding(
    source: Source, server: Server, restoring_alone: Restore, dump: Dump, encoding: str, options: list[str]
) -> None:
    name = f"odd_{encoding.lower()}_{len(options)}{''.join(options).strip('-').lower()}"
    source(name, "", encoding)
    role = b"\xe9" + name.encode()
    with psycopg.connect(server.dsn(name), autocommit=True) as admin:
        admin.execute(b'create role "%s"' % role)
        admin.execute(b'create table public."t\xe9" (c text)')
        admin.execute(b"insert into public.\"t\xe9\" values ('\xe9\xff')")
        admin.execute(b'alter table public."t\xe9" owner to "%s"' % role)
        admin.execute(b'create policy "p\xe9" on public."t\xe9" to "%s" using (true)' % role)
    path = dump(name, *options)
    with psycopg.connect(server.dsn(name), autocommit=True) as admin:
        admin.execute(b'drop owned by "%s"; drop role "%s"' % (role, role))
    with restoring_alone(path) as restored:
        assert restored.loss is None
        with psycopg.connect(restored.stage.server.dsn(restored.database)) as found:
            roles = "(select count(*) from pg_roles where oid = any(polroles))"
            query = f"select convert_to(polname::text, %s), {roles} from pg_policy"
            assert found.execute(query.encode(), (encoding,)).fetchall() == [(b"p\xe9", 1)]


def test_settings_of_a_database_do_not_reach_the_checks(restoring: Restore, tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_text(
        "-- PostgreSQL database dump\nCREATE TABLE public.t (i int);\n"
        "ALTER DATABASE restored SET statement_timeout = '1ms';\n"
        "DO $$begin execute 'alter database restored set default_transaction_read_only = on';"
        "execute 'alter database restored set role = pg_monitor';"
        "execute 'alter database restored set local_preload_libraries = ''no such''';end$$;\n"
        "-- PostgreSQL database dump complete\n"
    )
    with restoring(path) as restored:
        assert restored.loss is None
        assert [item.what for item in restored.omissions] == ["settings of database restored"]
        with psycopg.connect(restored.dsn) as checks:
            shown = checks.execute("select current_setting('statement_timeout'), current_user").fetchone()
        assert shown == ("0", restored.stage.reader)


def test_large_objects_are_compared_by_what_they_hold(
    server: Server, small: str, dump: Dump, restoring: Restore
) -> None:
    with psycopg.connect(server.dsn(small)) as admin:
        expected = read_contents([admin], Asked(60))
    with restoring(dump(small, "-Fc")) as restored, psycopg.connect(restored.dsn) as reader:
        found = read_contents([reader], Asked(60))
    assert found.skipped == []
    assert found.large_objects is not None
    assert found.large_objects == expected.large_objects


def test_a_backup_without_a_table_is_bad(source: Source, dump: Dump, restoring: Restore) -> None:
    source("without_tables", "create function f() returns int language sql as 'select 1'")
    with (
        pytest.raises(
            BackupBad,
            match="without holding a single table",
            check=lambda error: error.kind == "restore-without-tables",
        ),
        restoring(dump("without_tables")),
    ):
        pass


def test_rows_that_break_a_key_are_a_loss_that_names_it(
    small: str, dump: Dump, restoring: Restore, tmp_path: Path
) -> None:
    text = dump(small).read_text()
    row = next(line for line in text.splitlines() if line.startswith("7\t7\t"))
    path = tmp_path / "doubled.sql"
    path.write_text(
        text.replace(row + "\n", f"{row}\n{row.replace(chr(9) + '7' + chr(9), chr(9) + '-1' + chr(9))}\n")
    )
    with restoring(path) as restored:
        assert "b_pkey" in str(restored.loss)
        assert "b_a_id_fkey" in str(restored.loss)


def test_a_restore_that_hangs_ends_at_its_limit(source: Source, dump: Dump, restoring: Restore) -> None:
    source(
        "hanging",
        """
        create table t (a int);
        insert into t values (1);
        create function slow(int) returns int language sql immutable as 'select $1';
        create index on t (slow(a));
        create or replace function slow(int) returns int language plpgsql immutable as
            'begin perform pg_sleep(1000); return $1; end';
        """,
    )
    for path in (dump("hanging", "-Fc"), dump("hanging")):
        with (
            pytest.raises(
                BackupBad,
                match="did not end within 2 s",
                check=lambda error: error.kind == "restore-out-of-time",
            ),
            restoring(path, seconds=2),
        ):
            pass


def test_a_table_that_needs_a_missing_extension_is_not_called_bad(
    restoring: Restore, tmp_path: Path
) -> None:
    path = tmp_path / "geo.sql"
    path.write_text(
        "-- PostgreSQL database dump\nCREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;\n"
        "CREATE TABLE public.t (g public.geometry(Point,4326));\nCREATE TABLE public.u (i int);\n"
        "-- PostgreSQL database dump complete\n"
    )
    with (
        pytest.raises(
            CannotVerify,
            match="needs the extension postgis",
            check=lambda error: error.kind == "extension-missing",
        ),
        restoring(path),
    ):
        pass
