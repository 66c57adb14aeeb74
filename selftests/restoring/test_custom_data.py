"""What follows a custom archive is noticed, in a file or a stream, whether it tells its blocks or not."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from restoring.archive import Archive, read_archive
from restoring.compression import DamagedStream
from restoring.custom_data import WatchedCustom, require_end
from restoring.errors import BackupBad
from restoring.programs import Programs
from restoring.server import Server

Dump = Callable[..., Path]
Made = Callable[[list[str]], bytes]

OPTIONS = (
    ["-Fc"],
    ["-Fc", "-Z0"],
    ["-Fc", "--schema-only"],
    ["-Fc", "--inserts"],
    ["-Fc", "-t", "b"],
    ["-Fc", "--statistics"],
    ["-Fc", "--section=pre-data"],
)
each_dump = pytest.mark.parametrize("options", OPTIONS, ids=" ".join)


@pytest.fixture
def piped(server: Server, programs: Programs, small: str) -> Made:
    """What pg_dump writes where it cannot go back: an archive without the places of its blocks."""

    def piped(options: list[str]) -> bytes:
        dsn = make_conninfo(server.dsn(small), password=None)
        command: list[str | Path] = [programs.bin / "pg_dump", *options, "-d", dsn]
        environment = {"PGPASSWORD": server.password}
        done = subprocess.run(command, check=True, capture_output=True, env=environment)
        return done.stdout

    return piped


@pytest.fixture
def redirected(server: Server, programs: Programs, small: str, tmp_path: Path) -> Made:
    """What a shell's > leaves: pg_dump goes back there, and writes its contents anew behind everything."""

    def redirected(options: list[str]) -> bytes:
        dsn = make_conninfo(server.dsn(small), password=None)
        command: list[str | Path] = [programs.bin / "pg_dump", *options, "-d", dsn]
        with (tmp_path / "redirected.dump").open("wb") as file:
            subprocess.run(command, check=True, stdout=file, env={"PGPASSWORD": server.password})
        return (tmp_path / "redirected.dump").read_bytes()

    return redirected


def archive_in(content: bytes) -> Archive:
    return read_archive(io.BytesIO(content))


def follow(content: bytes, size: int) -> bytes:
    stream = WatchedCustom(io.BytesIO(content), archive_in(content))
    return b"".join(iter(lambda: stream.read(size), b""))


@each_dump
def test_a_whole_archive_passes(
    small: str, dump: Dump, piped: Made, redirected: Made, options: list[str], tmp_path: Path
) -> None:
    whole = (dump(small, *options).read_bytes(), piped(options), redirected(options))
    for content in (*whole, piped(options) + bytes(70_000)):
        (tmp_path / "backup.dump").write_bytes(content)
        require_end(tmp_path / "backup.dump", archive_in(content))
        assert follow(content, 100) == content
        assert follow(content, 1 << 20) == content


def test_a_piped_archive_does_not_say_where_its_blocks_are(piped: Made) -> None:
    assert not any(entry.offset for entry in archive_in(piped(["-Fc"])).entries)


@pytest.mark.parametrize("options", [each for each in OPTIONS if "--s" not in each[-1]], ids=" ".join)
@pytest.mark.parametrize("extra", [b"x", None], ids=["a byte", "a second archive"])
def test_what_follows_is_noticed(
    piped: Made, options: list[str], extra: bytes | None, tmp_path: Path
) -> None:
    content = piped(options)
    content += content if extra is None else extra
    path = tmp_path / "backup.dump"
    path.write_bytes(content)
    with pytest.raises(BackupBad, match="only the oldest archive in it would ever be restored") as caught:
        require_end(path, archive_in(content))
    assert caught.value.kind == "backup-appended"
    for size in (1, 1000, 1 << 20):
        with pytest.raises(DamagedStream, match="only the oldest archive"):
            follow(content, size)


def test_a_count_of_entries_that_is_too_low_is_noticed(small: str, dump: Dump, tmp_path: Path) -> None:
    """Where there is no data, the rest of the contents looks like contents that were written anew."""
    content = bytearray(dump(small, "-Fc", "--schema-only").read_bytes())
    content[archive_in(bytes(content)).toc_at + 1] -= 1
    path = tmp_path / "backup.dump"
    path.write_bytes(content)
    with pytest.raises(BackupBad, match="goes on after the archive ends"):
        require_end(path, archive_in(bytes(content)))
    with pytest.raises(DamagedStream, match="goes on after the archive ends"):
        follow(bytes(content), 1000)


@pytest.mark.parametrize("kept", [0.6, 0.9, 0.999])
def test_a_cut_is_left_to_pg_restore(piped: Made, kept: float, tmp_path: Path) -> None:
    whole = piped(["-Fc"])
    content = whole[: int(len(whole) * kept)]
    path = tmp_path / "backup.dump"
    path.write_bytes(content)
    require_end(path, archive_in(whole))
    assert follow(content, 1000) == content
