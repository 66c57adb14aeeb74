"""A set of the Supabase CLI comes back on plain PostgreSQL with its policies and what it leans upon."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from restoring.errors import BackupBad
from restoring.restored import Restored

Restore = Callable[..., AbstractContextManager[Restored]]

SET = Path(__file__).parent / "supabase"
USER = "11111111-1111-1111-1111-111111111111"
COPIED = f"""COPY "public"."notes" ("id", "user_id", "body") FROM stdin;
1\t{USER}\tline\\n\\\\.\\n
2\t{USER}\t\\N
\\.

COPY "auth"."sessions" ("id", "user_id", "not_in_our_base") FROM stdin;
{USER}\t{USER}\tx
\\.

COPY "auth"."not_in_our_base" ("id", "flag") FROM stdin;
x\tt
\\.

"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SET, tmp_path / "set"))


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text()))


def test_a_set_comes_back_whole(folder: Path, restoring: Restore) -> None:
    with restoring(folder) as restored:
        assert restored.loss is None
        with psycopg.connect(restored.dsn) as reader:
            count = "select (select count(*) from public.notes), (select count(*) from auth.flow_state)"
            assert reader.execute(count).fetchone() == (2, 1)
            assert reader.execute("select command from cron.job").fetchall() == [("select 1",)]
            factors = reader.execute("select factor_type::text from auth.mfa_factors").fetchall()
            assert factors == [("a factor of tomorrow",)]
            policies = reader.execute(
                "select policyname, roles::text from pg_policies order by 1"
            ).fetchall()
            assert policies == [
                ("admin", "{service_role}"),
                ("own notes", "{authenticated}"),
                ("p", "{public}"),
            ]
            keys = reader.execute(
                "select conname, convalidated from pg_constraint where conname ~ '^(notes|profiles)_.*fkey'"
            )
            assert sorted(keys) == [("notes_user_id_fkey", True), ("profiles_id_fkey", True)]
            hooks = reader.execute("select tgname from pg_trigger where not tgisinternal").fetchall()
            assert hooks == [("hook",)]
            probe = "set role authenticated; select count(*) from public.notes"
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(probe)
        with psycopg.connect(restored.stage.server.dsn(restored.database), autocommit=True) as admin:
            admin.execute("set role authenticated")
            assert admin.execute("select count(*) from public.notes").fetchone() == (0,)
            claims = f'{{"sub": "{USER}"}}'
            admin.execute("select set_config('request.jwt.claims', %s, false)", (claims,))
            assert admin.execute("select count(*) from public.notes").fetchone() == (2,)
    what = {item.what for item in restored.omissions}
    assert {"extension pg_cron", "extension pg_net", "schema auth", "the end of schema.sql"} <= what


def test_a_set_with_copies_and_without_roles_comes_back(folder: Path, restoring: Restore) -> None:
    (folder / "roles.sql").unlink()
    edit(
        folder / "data.sql",
        lambda text: (
            text[: text.index('INSERT INTO "public"."notes"')]
            + COPIED
            + text[text.index('INSERT INTO "storage"') :]
        ),
    )
    with restoring(folder) as restored:
        assert restored.loss is None
        with psycopg.connect(restored.dsn) as reader:
            found = reader.execute("select body from public.notes order by id").fetchall()
            assert found == [("line\n\\.\n",), (None,)]
            assert reader.execute("select * from auth.not_in_our_base").fetchall() == [("x", "t")]


def test_a_schema_that_ends_as_the_cli_writes_it_is_whole(folder: Path, restoring: Restore) -> None:
    edit(folder / "schema.sql", lambda text: text + "RESET ALL;\n")
    with restoring(folder) as restored:
        assert "the end of schema.sql" not in {item.what for item in restored.omissions}


@pytest.mark.parametrize(
    ("name", "mark", "sentence"),
    [
        ("data.sql", 'INSERT INTO "public"."notes"', "data.sql is cut short: it ends without the trailer"),
        ("data.sql", "RESET ALL", "data.sql is cut short: it does not end in RESET ALL"),
        ("roles.sql", "RESET ALL", "roles.sql is cut short: it does not end in RESET ALL"),
        ("schema.sql", "begin\n", "schema.sql is cut short or damaged: the script was cut inside"),
    ],
)
def test_a_cut_part_is_bad(folder: Path, restoring: Restore, name: str, mark: str, sentence: str) -> None:
    edit(folder / name, lambda text: text[: text.index(mark)])
    with (
        pytest.raises(BackupBad, match=sentence, check=lambda error: error.kind == "backup-cut-short"),
        restoring(folder),
    ):
        pass


def test_a_schema_cut_before_a_table_loses_its_rows(folder: Path, restoring: Restore) -> None:
    mark = 'CREATE TABLE IF NOT EXISTS "public"."notes"'
    edit(folder / "schema.sql", lambda text: text[: text.index(mark)])
    with restoring(folder) as restored:
        assert 'relation "public.notes" does not exist' in str(restored.loss)
