"""A tar archive that is cut, damaged or followed by another is told from a whole one."""

import io
import tarfile
from pathlib import Path

import pytest

from restoring.compression import DamagedStream
from restoring.errors import BackupBad
from restoring.tar_data import WatchedTar, tar_tails


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar"
    with tarfile.open(path, "w") as tar:
        for name, content in (("toc.dat", b"x" * 700), ("1.dat", b"row\n\\.\n\n\n"), ("2.dat", b"")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    path.write_bytes(path.read_bytes()[: 512 * 8])
    return path


def watched(content: bytes, size: int) -> bytes:
    stream = WatchedTar(io.BytesIO(content))
    return b"".join(iter(lambda: stream.read(size), b""))


def test_the_last_bytes_of_each_member_are_given(archive: Path) -> None:
    assert tar_tails(archive, 5) == {
        "toc.dat": b"xxxxx",
        "1.dat": b".\n\n\n"[-5:].rjust(5, b"\\"),
        "2.dat": b"",
    }


@pytest.mark.parametrize("kept", range(1, 512 * 6, 300))
def test_a_cut_is_noticed_wherever_it_is(archive: Path, kept: int) -> None:
    content = archive.read_bytes()[:kept]
    archive.write_bytes(content)
    with pytest.raises(
        BackupBad, match="ends before its end", check=lambda error: error.kind == "backup-cut-short"
    ):
        tar_tails(archive, 5)
    with pytest.raises(
        DamagedStream, match="ends before its end", check=lambda error: error.kind == "backup-cut-short"
    ):
        watched(content, 1000)


def test_a_second_archive_behind_the_first_is_noticed(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes() * 2)
    with pytest.raises(
        BackupBad,
        match="goes on after the archive ends",
        check=lambda error: error.kind == "backup-appended",
    ):
        tar_tails(archive, 5)
    for size in (100, 1 << 20):
        with pytest.raises(
            DamagedStream,
            match="goes on after the archive ends",
            check=lambda error: error.kind == "backup-appended",
        ):
            watched(archive.read_bytes(), size)


def test_a_damaged_header_is_noticed(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[512 * 3 + 10] ^= 1
    archive.write_bytes(content)
    with pytest.raises(
        BackupBad, match="a member's header is none", check=lambda error: error.kind == "backup-damaged"
    ):
        tar_tails(archive, 5)
    with pytest.raises(
        DamagedStream, match="a member's header is none", check=lambda error: error.kind == "backup-damaged"
    ):
        watched(bytes(content), 100_000)


@pytest.mark.parametrize("size", [1, 511, 512, 513, 100_000])
def test_a_whole_stream_passes_unchanged(archive: Path, size: int) -> None:
    assert watched(archive.read_bytes(), size) == archive.read_bytes()
