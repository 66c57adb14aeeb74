"""What an archive needs besides pg_restore: prepared schemas, keys without rows, grants of others."""

import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from restoring.restored import Restored

Dump = Callable[..., Path]
Restore = Callable[..., AbstractContextManager[Restored]]
Source = Callable[..., None]

APPLICATION = """
create schema auth;
create table auth.users (id uuid primary key);
insert into auth.users values ('11111111-1111-1111-1111-111111111111');
create function auth.uid() returns uuid language sql stable as 'select null::uuid';
do $$begin create role authenticated; exception when others then null; end$$;
create table public.notes (id uuid default gen_random_uuid() primary key, u uuid references auth.users);
insert into public.notes (u) select id from auth.users;
alter table public.notes enable row level security;
create policy own on public.notes to authenticated using (u = auth.uid());
"""


@pytest.fixture(scope="module")
def application(source: Source) -> str:
    """The name of a database as Supabase has them: its own tables lean upon a schema of the platform."""
    source("application", APPLICATION)
    return "application"


@pytest.mark.parametrize("options", [["-Fc"], []], ids=["archive", "plain"])
def test_a_schema_dumped_alone_keeps_its_policies_and_keys(
    application: str, dump: Dump, restoring: Restore, options: list[str]
) -> None:
    with restoring(dump(application, "-n", "public", *options)) as restored:
        assert restored.loss is None
        with psycopg.connect(restored.dsn) as reader:
            keys = reader.execute(
                "select conname, convalidated from pg_constraint where conname ~ 'notes_u'"
            )
            assert keys.fetchall() == [("notes_u_fkey", False)]
            assert reader.execute("select polname from pg_policy").fetchall() == [("own",)]
    assert {"schema auth", "rows behind notes_u_fkey"} <= {item.what for item in restored.omissions}


def test_a_whole_archive_keeps_a_platform_schema_of_its_own(
    application: str, dump: Dump, restoring: Restore
) -> None:
    with restoring(dump(application, "-Fc")) as restored:
        assert (restored.loss, restored.omissions) == (None, [])
        with psycopg.connect(restored.dsn) as reader:
            assert reader.execute("select count(*) from auth.users").fetchone() == (1,)
            keys = reader.execute("select convalidated from pg_constraint where conname ~ 'notes_u'")
            assert keys.fetchall() == [(True,)]


@pytest.mark.parametrize("name", ["template1", "postgres"])
def test_the_servers_own_databases_are_not_restored_into(
    application: str, dump: Dump, restoring: Restore, tmp_path: Path, name: str
) -> None:
    folder = Path(shutil.copytree(dump(application, "-Fd"), tmp_path / "copy"))
    toc = (folder / "toc.dat").read_bytes()
    text = b"%c%s" % (len(application), b"\0\0\0") + application.encode()
    renamed = b"%c%s" % (len(name), b"\0\0\0") + name.encode()
    (folder / "toc.dat").write_bytes(re.sub(re.escape(text), renamed, toc, count=1))
    with restoring(folder) as restored:
        assert (restored.database, restored.loss) == ("restored", None)
