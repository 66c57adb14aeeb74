"""Data that is missing from an archive is noticed where pg_restore notices nothing."""

import gzip
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from restoring.archive_data import data_required
from restoring.backup import find_backup
from restoring.errors import BackupBad

Dump = Callable[..., Path]


def require(path: Path) -> None:
    backup = find_backup(path)
    assert backup.archive is not None
    with data_required(backup.content, backup.archive, time.monotonic() + 60):
        pass


@pytest.fixture
def folder(small: str, dump: Dump, tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of a directory dump with pg_dump's options."""

    def folder(*options: str) -> Path:
        return Path(shutil.copytree(dump(small, "-Fd", *options), tmp_path / "copy"))

    return folder


def largest(folder: Path) -> Path:
    return max(folder.glob("*.dat*"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize(
    "options",
    [
        ["-Fc"],
        ["-Fc", "-Z0"],
        ["-Ft"],
        ["-Fd"],
        ["-Fd", "-Z0"],
        ["-Fd", "--inserts"],
        ["-Ft", "--inserts"],
        ["-Fc", "--schema-only"],
        ["-Fd", "--statistics"],
    ],
    ids=" ".join,
)
def test_sound_archives_pass(small: str, dump: Dump, options: list[str]) -> None:
    require(dump(small, *options))


@pytest.mark.parametrize("options", [["-Z0"], []], ids=["plain", "gzip"])
def test_an_emptied_file_is_noticed(folder: Callable[..., Path], options: list[str]) -> None:
    copy = folder(*options)
    largest(copy).write_bytes(b"")
    with pytest.raises(
        BackupBad,
        match="the rows of public.b do not come to their end",
        check=lambda error: error.kind == "backup-cut-short",
    ):
        require(copy)


def test_a_file_cut_between_two_rows_is_noticed(folder: Callable[..., Path]) -> None:
    copy = folder("-Z0")
    path = largest(copy)
    path.write_bytes(path.read_bytes()[: path.read_bytes().index(b"\n", 20_000) + 1])
    with pytest.raises(BackupBad, match="copy is cut short|is cut short: the rows of public.b"):
        require(copy)


def test_a_file_cut_between_two_inserts_is_noticed(folder: Callable[..., Path]) -> None:
    copy = folder("--inserts")
    path = largest(copy)
    whole = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(whole[: whole.index(b"\n", 20_000) + 1]))
    with pytest.raises(
        BackupBad,
        match="the rows of public.b do not come to their end",
        check=lambda error: error.kind == "backup-cut-short",
    ):
        require(copy)


@pytest.mark.parametrize("kept", [0.5, 0.999])
def test_a_cut_gzip_file_is_noticed(folder: Callable[..., Path], kept: float) -> None:
    copy = folder()
    path = largest(copy)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(BackupBad, match=f"copy/{path.name}: the gzip data ends before its end"):
        require(copy)


@pytest.mark.parametrize("pattern", ["*.dat.gz", "blob_*"])
def test_a_missing_file_is_named(folder: Callable[..., Path], pattern: str) -> None:
    copy = folder()
    path = sorted(copy.glob(pattern))[0]
    path.unlink()
    with pytest.raises(
        BackupBad,
        match=f"lacks its file {path.name.removesuffix('.gz')}",
        check=lambda error: error.kind == "backup-incomplete",
    ):
        require(copy)


def test_an_emptied_list_of_large_objects_is_noticed(folder: Callable[..., Path]) -> None:
    copy = folder()
    next(copy.glob("blobs*.toc")).write_bytes(b"")
    with pytest.raises(
        BackupBad, match="lists no large objects", check=lambda error: error.kind == "backup-incomplete"
    ):
        require(copy)


@pytest.mark.parametrize("extra", [b"x", None], ids=["a byte", "a second archive"])
def test_what_follows_a_custom_archive_is_noticed(
    small: str, dump: Dump, tmp_path: Path, extra: bytes | None
) -> None:
    whole = dump(small, "-Fc").read_bytes()
    path = tmp_path / "backup.dump"
    path.write_bytes(whole + (whole if extra is None else extra))
    with pytest.raises(
        BackupBad,
        match="only the oldest archive in it would ever be restored",
        check=lambda error: error.kind == "backup-appended",
    ):
        require(path)


def test_what_the_body_raises_is_raised(folder: Callable[..., Path]) -> None:
    backup = find_backup(folder())
    assert backup.archive is not None
    with (
        pytest.raises(RuntimeError, match="mine"),
        data_required(backup.content, backup.archive, time.monotonic() + 60),
    ):
        raise RuntimeError("mine")
