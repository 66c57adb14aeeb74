"""What pg_restore writes to stderr is read, whatever its workers tear apart; nothing of it is believed."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from restoring.archive import Archive, read_archive
from restoring.archives import ArchiveLoad, read_complaints
from restoring.compression import DamagedStream
from restoring.errors import BackupBad
from restoring.programs import Programs
from restoring.server import Server, serving
from restoring.stage import Stage, set_stage

DONE = "pg_restore: warning: errors ignored on restore: {}\n"
QUERY = "pg_restore: error: could not execute query: ERROR:  {}\n"
COMMAND = "Command was: {}\n"
COPY = 'pg_restore: error: COPY failed for table "{}": ERROR:  {}\n'


def read(*lines: str) -> list[tuple[str, str, str, str]]:
    """Meaning, kind, object and message of each complaint."""
    found = read_complaints(lines, {"pg_cron": None})
    assert found.fatal is None
    return [(each.meaning, each.kind, each.what, each.message) for each in found.problems]


def test_nothing_said_is_nothing_lost() -> None:
    found = read_complaints([], {})
    assert (found.problems, found.finished, found.fatal) == ([], False, None)


def test_a_complaint_is_named_by_its_command() -> None:
    lines = (
        "pg_restore: while PROCESSING TOC:\n",
        "pg_restore: from TOC entry 3456; 3256 16412 POLICY t p postgres\n",
        QUERY.format('role "app" does not exist'),
        COMMAND.format("CREATE POLICY p ON public.t TO app USING ((a = 'c4n4ry'));"),
        "\n",
        DONE.format(1),
    )
    what = "CREATE POLICY p ON public.t TO app USING"
    assert read(*lines) == [("lost", "CREATE POLICY", what, 'role "app" does not exist')]


def test_rows_that_fail_are_named_by_their_table_and_their_values_are_not_told() -> None:
    lines = (
        COPY.format("t", 'invalid input syntax for type integer: "c4n4ry"'),
        "CONTEXT:  COPY t, line 1: c4n4ry\n",
    )
    assert read(*lines, DONE.format(1)) == [
        ("lost", "COPY", "COPY t", "invalid input syntax for type integer: …")
    ]


def test_a_password_in_a_command_is_not_told() -> None:
    lines = (
        QUERY.format("denied"),
        COMMAND.format("ALTER ROLE app WITH PASSWORD 'c4n4ry';"),
        DONE.format(1),
    )
    assert "c4n4ry" not in str(read(*lines))


def test_complaints_that_workers_tear_are_all_read() -> None:
    """Two of them write at once: a line may begin in the middle of another's."""
    lines = (
        "pg_restore: from TOC entry 1; pg_restore: from TOC entry 2; 0 0 INDEX a\n",
        '0 0 INDEX bpg_restore: error: could not execute query: ERROR:  relation "a" does not exist\n',
        COMMAND.format("CREATE INDEX a ON public.a USING btree (x);"),
        "pg_restore: while " + QUERY.format('relation "b" does not exist'),
        "\n",
        COMMAND.format("CREATE INDEX b ON public.b USING btree (x);"),
        "pg_restore: error: " + COPY.format("c", "duplicate key value violates unique constraint"),
        "pg_restore: error: error returned by PQputCopyData: ERROR:  out of memory\n",
        DONE.format(5),
    )
    assert [(kind, what) for _, kind, what, _ in read(*lines)] == [
        ("CREATE INDEX", "CREATE INDEX a ON public.a USING btree"),
        ("CREATE INDEX", "CREATE INDEX b ON public.b USING btree"),
        ("COPY", "COPY c"),
        ("SESSION", "session"),
    ]


def test_a_command_that_was_torn_away_loses_its_name_alone() -> None:
    lines = (QUERY.format("a"), QUERY.format("b"), COMMAND.format("CREATE INDEX b ON b"), DONE.format(2))
    assert [(what, message) for _, _, what, message in read(*lines)] == [
        ("session", "a"),
        ("CREATE INDEX b ON b", "b"),
    ]


def test_a_command_without_a_complaint_is_none() -> None:
    assert read(COMMAND.format("CREATE TABLE t ()")) == []


def test_complaints_that_cannot_be_read_are_lost() -> None:
    lines = ("pg_restore: something new went wrong\n", DONE.format(3))
    assert read(*lines) == [("lost", "unknown", "unknown", "3 complaints of pg_restore could not be read")]


def test_harmless_and_omitted_are_told_apart_from_lost() -> None:
    lines = (
        QUERY.format('schema "public" already exists'),
        COMMAND.format("CREATE SCHEMA public;"),
        QUERY.format('relation "cron.job" does not exist'),
        COMMAND.format("COPY cron.job (a) FROM stdin;"),
        DONE.format(2),
    )
    assert [meaning for meaning, *_ in read(*lines)] == ["harmless", "omitted"]


@pytest.mark.parametrize(
    ("lines", "finished"),
    [
        (["x\n", DONE.format(1)], True),
        (["x\n", DONE.format(1), "\n"], True),
        ([DONE.format(1), "pg_restore: error: could not read\n"], False),
        (["\t" + DONE.format(1), "Command was: x\n"], False),
        (["x\n"], False),
    ],
)
def test_it_came_to_its_end_if_that_is_the_last_it_said(lines: list[str], finished: bool) -> None:
    assert read_complaints(lines, {}).finished is finished


def test_the_first_fatal_words_are_kept() -> None:
    first = "could not read from input file: end of file"
    found = read_complaints([f"pg_restore: error: {first}\n", "pg_restore: fatal: and more\n"], {})
    assert found.fatal == first


def test_however_many_complaints_there_are_memory_is_bounded() -> None:
    found = read_complaints((QUERY.format(f"error {n}") for n in range(10_500)), {})
    assert (len(found.problems), found.read) == (10_000, 10_500)


@pytest.fixture(scope="module")
def stage(programs: Programs, server: Server) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as beside:
        beside.setattr("tempfile.tempdir", str(server.workplace.path.parents[1]))
        with serving(programs) as own:
            stage = set_stage(own, "archives")
            stage.begin("restored", "UTF8")
            yield stage


def load(stage: Stage, path: Path, source: Path | BinaryIO, seconds: float = 60) -> ArchiveLoad:
    with path.open("rb") as file:
        archive: Archive = read_archive(file)
    return ArchiveLoad(stage, archive, "restored", source, 2, time.monotonic() + seconds)


@pytest.fixture
def custom(dump: Callable[..., Path], small: str) -> Path:
    return dump(small, "-Fc")


def test_an_archive_is_loaded_without_what_was_left_out(stage: Stage, custom: Path) -> None:
    with custom.open("rb") as stream:
        loading = load(stage, custom, stream)
        left_out = [entry.id for entry in loading.archive.entries if entry.tag == "nothing"]
        assert loading.run(left_out) == []
    query = "SELECT count(*), to_regclass('public.nothing') IS NULL FROM public.a"
    with stage.server.connect("restored") as admin:
        assert admin.execute(query).fetchone() == (2000, True)


def test_a_stream_that_is_damaged_ends_the_restore(stage: Stage, custom: Path) -> None:
    class Damaged(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise DamagedStream("the gzip data is damaged")

    with pytest.raises(
        BackupBad, match="the gzip data is damaged", check=lambda error: error.kind == "backup-damaged"
    ):
        load(stage, custom, Damaged()).run([])


def test_a_cut_archive_is_bad_and_not_this_machine(stage: Stage, custom: Path) -> None:
    cut = io.BytesIO(custom.read_bytes()[:-2000])
    with pytest.raises(
        BackupBad,
        match="pg_restore gave up: .*cut short or damaged",
        check=lambda error: error.kind == "backup-damaged",
    ):
        load(stage, custom, cut).run([])


def test_a_restore_that_hangs_is_ended(stage: Stage, custom: Path) -> None:
    class Stuck(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            time.sleep(1)
            return b""

    with pytest.raises(TimeoutError):
        load(stage, custom, Stuck(), seconds=0.1).run([])


def test_the_password_is_in_no_command_line(stage: Stage, custom: Path) -> None:
    command = load(stage, custom, custom)._command(custom)
    assert stage.server.password not in " ".join(map(str, command))


def test_how_far_pg_restore_is_cannot_be_told_without_offsets(stage: Stage, custom: Path) -> None:
    """As of an archive that was written into a pipe: each of its workers would read all of the file."""
    loading = load(stage, custom, custom)
    lost = tuple(replace(entry, offset=None) for entry in loading.archive.entries)
    without = replace(loading, archive=replace(loading.archive, entries=lost))
    assert (loading._read_once, without._read_once) == (True, False)
