"""The bytes and values of a pg_dump archive, as its header and table of contents hold them.

The layout is that of ReadInt, ReadStr and ReadOffset in PostgreSQL's pg_backup_archiver.c. What
pg_dump never writes is taken as damage, even where pg_restore would go on.
"""

import tarfile
import time
from datetime import datetime
from typing import BinaryIO

from restoring.errors import Damaged

_OLDEST, _NEWEST = (1, 10), (1, 16)
_BLOCK = 512
_CHUNK = 64 * 1024
_LONGEST_TEXT = 64 * 1024 * 1024
_LONGEST = 1024 * 1024 * 1024
_OFFSET_UNKNOWN, _OFFSET_KNOWN, _NO_DATA = 1, 2, 3


class ArchiveError(Damaged):
    """What is wrong with the archive, in one sentence."""


class Source:
    """The bytes of a stream in their order, however few a single read gives."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = bytearray()
        self._at = 0
        self.part = "header"
        self.left = _LONGEST

    @property
    def taken(self) -> int:
        """How many bytes have been taken of a file that is no tar archive."""
        return _LONGEST - self.left

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise ArchiveError(f"the archive's {self.part} runs on beyond its end")
        data = self.take_up_to(size)
        if len(data) < size:
            raise ArchiveError(f"the archive is cut inside its {self.part}", kind="backup-cut-short")
        return data

    def take_up_to(self, size: int) -> bytes:
        """Fewer than `size` bytes only at the end."""
        size = min(size, self.left)
        while len(self._buffer) - self._at < size and self._fill():
            pass
        data = bytes(self._buffer[self._at : self._at + size])
        self._at += len(data)
        self.left -= len(data)
        return data

    def _fill(self) -> bool:
        try:
            chunk = self._stream.read(_CHUNK)
        except EOFError:
            words = "the compressed stream that holds the archive is cut"
            raise ArchiveError(words, kind="backup-cut-short") from None
        del self._buffer[: self._at]
        self._at = 0
        self._buffer += chunk or b""
        return bool(chunk)

    def enter_toc_member(self, start: bytes) -> None:
        """Go to the toc.dat of a tar archive, of which `start` has been taken."""
        self.part = "files before toc.dat"
        member = _tar_member(start + self.take_up_to(_BLOCK - len(start)))
        if member is None:
            raise ArchiveError("this is no pg_dump archive: neither PGDMP nor a tar header")
        while member.name != "toc.dat":
            self._skip(-(-member.size // _BLOCK) * _BLOCK)
            member = _tar_member(self.take_up_to(_BLOCK))
            if member is None:
                raise ArchiveError("the tar archive holds no toc.dat, so it is none of pg_dump's")
        self.part, self.left = "header", min(member.size, _LONGEST)

    def _skip(self, size: int) -> None:
        while size > 0:
            self.left = _LONGEST
            size -= len(self.take(min(size, _CHUNK)))
        self.left = _LONGEST


def _tar_member(block: bytes) -> tarfile.TarInfo | None:
    try:
        member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        return None
    return member if member.size >= 0 else None


class Values:
    """The values that an archive is made of; the header says how wide they are."""

    def __init__(self, source: Source) -> None:
        self._source = source
        major, minor, revision, self._int_size, self._offset_size = source.take(5)
        self.version = (major, minor, revision)
        _require_readable(major, minor)
        if self._int_size not in (4, 8) or self._offset_size not in (4, 8):
            raise self.damaged("it has integers of an impossible width")

    def damaged(self, finding: str) -> ArchiveError:
        return ArchiveError(f"the archive's {self._source.part} is damaged: {finding}")

    def byte(self) -> int:
        return self._source.take(1)[0]

    def integer(self) -> int:
        data = self._source.take(1 + self._int_size)
        if data[0] > 1:
            raise self.damaged(f"a number has the sign {data[0]}")
        size = int.from_bytes(data[1:], "little")
        return -size if data[0] else size

    def text_or_none(self) -> str | None:
        length = self.integer()
        if length == -1:
            return None
        if not 0 <= length <= _LONGEST_TEXT:
            raise self.damaged(f"a text has the length {length}")
        data = self._source.take(length)
        if b"\0" in data:
            raise self.damaged("a text holds a zero byte")
        return data.decode("utf-8", "surrogateescape")

    def text(self) -> str:
        return self.text_or_none() or ""

    def flag(self) -> bool:
        if (flag := self.integer()) not in (0, 1):
            raise self.damaged(f"a flag has the value {flag}")
        return bool(flag)

    def spelt_number(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 10):
            raise self.damaged(f"{text[:20]!r} stands where a number should")
        return int(text)

    def offset(self) -> int | None:
        state = self.byte()
        if state not in (_OFFSET_UNKNOWN, _OFFSET_KNOWN, _NO_DATA):
            raise self.damaged(f"an offset has the state {state}")
        offset = int.from_bytes(self._source.take(self._offset_size), "little")
        return offset if state == _OFFSET_KNOWN else None

    def moment(self) -> datetime:
        """A wall clock and its summer time flag, taken in this machine's time zone."""
        second, minute, hour, day, month, year, dst = (self.integer() for _ in range(7))
        date = (year + 1900, month + 1, day)
        try:
            datetime(*date, hour, minute, min(second, 59))
            try:
                stamp = time.mktime((*date, hour, minute, second, 0, 0, dst))
            except OverflowError:  # summer time in a zone that has none
                stamp = time.mktime((*date, hour, minute, second, 0, 0, -1))
            return datetime.fromtimestamp(stamp).astimezone()
        except (ValueError, OverflowError, OSError):
            raise self.damaged("it holds an impossible time of creation") from None


def _require_readable(major: int, minor: int) -> None:
    if (major, minor) > _NEWEST:
        words = f"archive version {major}.{minor} is newer than 1.16, the newest known"
        raise ArchiveError(words, kind="restore-failed")
    if (major, minor) < _OLDEST:
        words = f"archive version {major}.{minor} is older than 1.10, the oldest known"
        raise ArchiveError(words, kind="restore-failed")
