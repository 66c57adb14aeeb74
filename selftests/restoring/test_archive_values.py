"""Archives of every version made by hand, each way to damage one, and random damage."""

import gzip
import io
import random
import re
import subprocess
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from restoring.archive import ArchiveError, read_archive


def listing(pg_bin: Path, path: Path) -> str:
    command: list[str | Path] = [pg_bin / "pg_restore", "--list", "--verbose", path]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def integer(value: int) -> bytes:
    return bytes([value < 0]) + abs(value).to_bytes(4, "little")


def text(value: str | None) -> bytes:
    return integer(-1) if value is None else integer(len(value)) + value.encode()


def header(minor: int, form: int = 1, dst: int = 0, month: int = 6, packed: int = 1) -> bytes:
    compression = bytes([packed]) if minor >= 15 else integer(packed)
    moment = b"".join(map(integer, (5, 4, 3, 2, month, 125, dst)))
    names = text("shop") + text("9.2.1") + text("9.2.2")
    return b"PGDMP" + bytes([1, minor, 0, 4, 8, form]) + compression + moment + names


def entry_of(minor: int, number: int, kind: str, form: int = 1, tag: str = "t") -> bytes:
    start = [integer(number), integer(0), text("1259"), text("16384"), text(tag), text(kind)]
    section = [integer(2)] if minor >= 11 else []
    texts = [text("SELECT 1;\n"), text(""), text(None), text("public"), text("")]
    access = ([text("heap")] if minor >= 14 else []) + ([integer(114)] if minor >= 16 else [])
    end = [text("anna"), text("false"), text("3"), text("4"), text(None)]
    data = [b"\3" + bytes(8)] if form == 1 else [text("")]
    return b"".join(start + section + texts + access + end + data)


def archive_of(minor: int, form: int = 1, count: int = 2) -> bytes:
    entries = entry_of(minor, 7, "TABLE", form) + entry_of(minor, 8, "SEQUENCE", form)
    return header(minor, form) + integer(count) + entries


def in_tar(content: bytes, name: str = "toc.dat") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for member, data in (("other.dat", b"x" * 700), (name, content)):
            about = tarfile.TarInfo(member)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return packed.getvalue()


@pytest.mark.parametrize("minor", range(10, 17))
def test_old_versions_are_read_as_pg_restore_reads_them(pg_bin: Path, tmp_path: Path, minor: int) -> None:
    path = tmp_path / "old.dump"
    path.write_bytes(archive_of(minor))
    archive, shown = read_archive(io.BytesIO(archive_of(minor))), listing(pg_bin, path)
    for entry in archive.entries:
        words = f"{entry.id}; 1259 16384 {entry.kind} {entry.namespace} {entry.tag} {entry.owner}"
        assert f"{words}\n;\tdepends on: 3 4\n" in shown
        assert entry.dependencies == (3, 4)
    assert [entry.section for entry in archive.entries] == [None if minor < 11 else "pre-data"] * 2
    assert (archive.version, archive.compression) == ((1, minor, 0), "gzip")


@pytest.mark.parametrize("zone", ["UTC", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5"])
@pytest.mark.parametrize(
    "moment",
    [header(13, month=month, dst=dst) for month, dst in ((0, 0), (6, 0), (6, 1), (6, -1))],
    ids=["winter", "summer-as-winter", "summer", "unknown"],
)
def test_time_of_creation_is_taken_in_the_local_zone_as_by_pg_restore(
    pg_bin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, moment: bytes
) -> None:
    path = tmp_path / "old.dump"
    path.write_bytes(moment + integer(0))
    with monkeypatch.context() as environment:
        environment.setenv("TZ", zone)
        time.tzset()
        created_at = read_archive(io.BytesIO(path.read_bytes())).created_at
        shown = listing(pg_bin, path)
    time.tzset()
    assert created_at.utcoffset() is not None
    assert f"Archive created at {created_at:%Y-%m-%d %H:%M:%S %Z}\n" in shown


@pytest.mark.parametrize("wrap", [bytes, in_tar], ids=["custom", "tar"])
def test_an_archive_cut_anywhere_is_an_error(wrap: Callable[[bytes], bytes]) -> None:
    whole = wrap(archive_of(16, form=1 if wrap is bytes else 3))
    end = whole.index(b"SEQUENCE")
    assert read_archive(io.BytesIO(whole)).entries
    for length in range(end):
        with pytest.raises(ArchiveError, match=r"cut|empty|no pg_dump archive|no toc\.dat"):
            read_archive(io.BytesIO(whole[:length]))


@pytest.mark.parametrize(("form", "wrap"), [(1, bytes), (3, bytes), (3, in_tar)])
def test_random_damage_gives_an_archive_or_a_sentence(form: int, wrap: Callable[[bytes], bytes]) -> None:
    whole = wrap(archive_of(16, form))
    chance = random.Random(16)
    sentences: list[str] = []
    for _ in range(3000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        try:
            read_archive(io.BytesIO(damaged))
        except ArchiveError as error:
            sentences.append(str(error))
    assert 500 < len(sentences) < 3000
    assert "\n" not in "".join(sentences)


class OneByteAtATime(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 1, 1))


def test_short_reads_make_no_difference() -> None:
    content = in_tar(archive_of(16, form=3))
    assert read_archive(OneByteAtATime(content)) == read_archive(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the archive is empty"),
        (b"<html>" * 100, "no pg_dump archive"),
        (b"PGDMP" + bytes([1, 99, 0, 4, 8, 1]), "version 1.99 is newer than 1.16"),
        (b"PGDMP" + bytes([2, 0, 0, 4, 8, 1]), "version 2.0 is newer"),
        (b"PGDMP" + bytes([1, 9, 0, 4, 8, 1]), "version 1.9 is older than 1.10"),
        (b"PGDMP" + bytes([1, 16, 0, 2, 8, 1]), "integers of an impossible width"),
        (header(16, form=4), "unknown format 4"),
        (in_tar(archive_of(16)), "unknown format 1"),
        (in_tar(archive_of(16, form=3), "shop/toc.dat"), "holds no toc.dat"),
        (in_tar(b"some text"), "toc.dat was not written by pg_dump"),
        (in_tar(archive_of(16, form=3)[:-9]), "runs on beyond its end"),
        (header(16, month=12), "impossible time of creation"),
        (header(16, packed=4), "unknown compression 4"),
        (header(14, packed=10), "compression level 10"),
        (archive_of(16, count=3), "cut inside its table of contents"),
        (archive_of(16, form=3) + b"\1", "goes on after its end"),
        (header(16) + integer(-5) + b"\3", "counts -5 entries"),
        (header(16) + integer(1) + integer(-7), "an entry has the number -7"),
        (header(16) + integer(1) + integer(7) + integer(2), "a flag has the value 2"),
        (header(16) + integer(1) + b"\2", "cut inside its table of contents"),
        (header(16) + integer(1) + b"\2" + bytes(9), "the sign 2"),
        (archive_of(16).replace(text("1259"), text("12x9")), "'12x9' stands where a number"),
        (archive_of(16).replace(text("false"), text("maybe")), "'maybe' stands where true"),
        (archive_of(16).replace(text("anna"), text("an\0a")), "a text holds a zero byte"),
        (archive_of(16).replace(text("TABLE"), integer(-2) + b"TABLE"), "has the length -2"),
        (archive_of(16).replace(b"TABLE" + integer(2), b"TABLE" + integer(9)), "section 9"),
        (archive_of(16)[:-9] + b"\4" + bytes(8), "an offset has the state 4"),
    ],
)
def test_each_damage_has_its_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ArchiveError, match=re.escape(sentence)):
        read_archive(io.BytesIO(content))


class Endless(io.RawIOBase):
    """An archive's beginning, and zeros for ever after."""

    def __init__(self, start: bytes) -> None:
        self.start, self.given = start, 0

    def read(self, size: int = -1, /) -> bytes:
        data = self.start[self.given :][:size].ljust(size, b"\0")
        self.given += len(data)
        return data


def test_an_absurd_length_is_refused_without_reading_it() -> None:
    start = header(16) + integer(1) + integer(7) + integer(0) + integer(2**31 - 1)
    stream = Endless(start)
    with pytest.raises(ArchiveError, match="a text has the length 2147483647"):
        read_archive(cast(BinaryIO, stream))
    assert stream.given < 1_000_000


def test_a_cut_gzip_around_an_archive_is_a_cut_archive() -> None:
    stream = gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(archive_of(16))[:-40]))
    with pytest.raises(ArchiveError, match="the compressed stream"):
        read_archive(cast(BinaryIO, stream))
