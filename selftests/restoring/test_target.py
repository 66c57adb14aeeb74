"""From a backup to a restored database, step by step; what was learned stays in the aim."""

import gzip
import itertools
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import psycopg
import pytest

from database import Reach
from expectations import Expectations, Table
from restoring.aim import Aim, location_of
from restoring.errors import BackupBad, CannotVerify
from restoring.programs import Programs
from restoring.progress import Progress
from restoring.sample import BROKEN, SAMPLE
from restoring.server import Server
from restoring.target import restore_into
from restoring.telling import Look, shown
from settings import Settings

DUMP = """\
--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
CREATE SCHEMA public;
CREATE TABLE public.pets (name text);
COPY public.pets (name) FROM stdin;
Ada
\\.
-- Completed on 2026-02-03 04:05:06 UTC
--
-- PostgreSQL database dump complete
--
"""
EXPECTED = Expectations(Path("expectations.toml"), (Table("public", "pets"),))


@pytest.fixture(autouse=True)
def beside(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory, where the shared server is."""
    monkeypatch.setattr("tempfile.tempdir", str(server.workplace.path.parents[1]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "backup.sql"
    path.write_text(DUMP)
    return path


@pytest.fixture
def aim() -> Aim:
    return Aim("somewhere", Reach(None, restored=True))


@pytest.mark.parametrize(
    ("settings", "location"),
    [
        (Settings(sample="whole"), SAMPLE),
        (Settings(sample="broken"), BROKEN),
        (Settings(backup=Path("a.dump")), Path("a.dump")),
    ],
    ids=["sample", "broken", "backup"],
)
def test_where_the_backup_is(settings: Settings, location: Path) -> None:
    assert location_of(settings) == location


def test_each_step_is_told_and_timed(path: Path, aim: Aim, programs: Programs) -> None:
    said: list[str] = []
    with ExitStack() as stack:
        restore_into(aim, path, Settings(pg_bin=programs.bin), EXPECTED, said.append, stack)
        assert aim.server is not None
        folder, password = aim.server.workplace.path, aim.server.password
        assert aim.reach.dsn is not None
        with psycopg.connect(aim.reach.dsn) as reader:
            assert reader.execute("SELECT name FROM public.pets").fetchall() == [("Ada",)]
    assert not folder.exists()
    assert aim.seconds.keys() == {"locate", "serve", "restore"}
    assert (aim.from_trailer, f"{aim.taken_at:%F %T}") == (True, "2026-02-03 04:05:06")
    assert (aim.database, aim.reach.loss) == ("restored", None)
    assert [problem.message for problem in aim.harmless] == ['schema "public" already exists']
    assert [line.split(":", 1)[0] for line in said] == ["backup", "server", "confined"]
    assert password not in "".join(said)


def test_of_several_databases_the_one_with_the_expected_tables_is_looked_at(
    tmp_path: Path, aim: Aim, programs: Programs
) -> None:
    path = tmp_path / "cluster.sql"
    other = (
        "CREATE DATABASE other;\n\\connect other\nCREATE TABLE public.a ();\nCREATE TABLE public.b ();\n"
    )
    meant = "CREATE DATABASE meant;\n\\connect meant\nCREATE TABLE public.pets ();\n"
    head, end = (f"--\n-- PostgreSQL database cluster dump{words}\n--\n" for words in ("", " complete"))
    path.write_text(head + other + meant + end)
    with ExitStack() as stack:
        restore_into(aim, path, Settings(pg_bin=programs.bin), EXPECTED, print, stack)
        assert aim.database == "meant"


def test_a_loss_is_told_without_the_row(path: Path, aim: Aim, programs: Programs) -> None:
    path.write_text(DUMP.replace("Ada\n", "Ada\tc4n4ry\n"))
    with ExitStack() as stack:
        restore_into(aim, path, Settings(pg_bin=programs.bin), EXPECTED, print, stack)
        assert aim.reach.dsn is not None
        assert str(aim.reach.loss).startswith("the restore lost 1 COPY: COPY public.pets")
        assert "c4n4ry" not in str(aim)


def test_a_backup_that_is_bad_leaves_what_was_learned(path: Path, aim: Aim, programs: Programs) -> None:
    path.write_text(DUMP[: DUMP.index("-- Completed")])
    with ExitStack() as stack, pytest.raises(BackupBad, match=r"backup\.sql is cut short"):
        restore_into(aim, path, Settings(pg_bin=programs.bin), EXPECTED, print, stack)
    assert aim.backup is not None
    assert aim.seconds.keys() == {"locate", "serve", "restore"}
    assert aim.reach.dsn is None


def test_a_machine_without_programs_still_knows_the_backup(path: Path, aim: Aim, tmp_path: Path) -> None:
    with ExitStack() as stack, pytest.raises(CannotVerify, match="no server programs in"):
        restore_into(aim, path, Settings(pg_bin=tmp_path), EXPECTED, print, stack)
    assert (aim.backup is not None, aim.server) == (True, None)
    assert aim.seconds.keys() == {"locate"}


class Onlooker:
    """Looks at a restore as often as can be."""

    def __init__(self) -> None:
        self.seen: list[Progress] = []

    def __call__(self, line: str, /) -> None:
        assert line

    def watching(self, look: Look) -> AbstractContextManager[None]:
        return shown(self, look, itertools.repeat(0.01))

    def show(self, progress: Progress) -> None:
        self.seen.append(progress)

    def close(self) -> None:
        """Nothing is drawn."""


@pytest.fixture(scope="module")
def many(source: Callable[..., None]) -> str:
    """The name of a database of two tables, one of them with some megabytes."""
    source(
        "many",
        "CREATE TABLE pets (name text, more text); CREATE TABLE empty (name text);"
        "INSERT INTO pets SELECT md5(n::text), md5((-n)::text) FROM generate_series(1, 60000) AS n;"
        "CREATE INDEX ON pets (name)",
    )
    return "many"


@pytest.mark.parametrize(
    ("options", "zipped", "tables"),
    [([], False, None), ([], True, None), (["-Fc"], False, 2), (["-Fc", "-Z0"], True, 2)],
    ids=["plain", "plain, compressed", "archive", "stream of an archive"],
)
def test_a_restore_can_be_looked_at_while_it_lasts(
    many: str,
    dump: Callable[..., Path],
    aim: Aim,
    programs: Programs,
    options: list[str],
    zipped: bool,
    tables: int | None,
) -> None:
    path = dump(many, *options)
    if zipped:
        compressed = path.with_name(f"{path.name}.gz")
        compressed.write_bytes(gzip.compress(path.read_bytes(), 1))
        path = compressed
    onlooker = Onlooker()
    with ExitStack() as stack:
        restore_into(aim, path, Settings(pg_bin=programs.bin), EXPECTED, onlooker, stack)
    assert aim.reach.loss is None
    assert {progress.size for progress in onlooker.seen} == {path.stat().st_size}
    read = [progress.read for progress in onlooker.seen if progress.read is not None]
    assert read == sorted(read)
    if sys.platform == "linux" or "-Fc" not in options:
        assert onlooker.seen[-1].whole
    assert onlooker.seen[-1].tables == tables
