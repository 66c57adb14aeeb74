"""The blocks of data in a custom archive, and whether it goes on where they end.

pg_restore stops after the last block that it wants: an archive that was appended to another one is never
read. An archive that was written into a pipe does not say where its blocks are; they are walked through.
"""

from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from restoring.archive import Archive
from restoring.compression import DamagedStream
from restoring.errors import BackupBad

_INT_SIZE_AT = 8
_BEGINNING = 64
_BLOCK = 1 << 20
_LARGE_OBJECTS = b"\x03"
_GOES_ON = (
    "goes on after the archive ends: if a job appends to it, only the oldest archive in it would ever be "
    "restored; have each backup written to a file of its own"
)

Walk = Generator[tuple[int, bool], bytes, None]
"""Asks for so many bytes, and says whether they are only to be passed over."""


class _Tail:
    """What follows the last block. Zeros, or the archive's own contents once more, are no second archive.

    pg_dump 16 and later open what they are redirected to for appending, and write there what was to
    replace the first contents (without statistics). `most` is how long those are.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = b""
        self._zeros = True

    def take(self, data: bytes) -> None:
        self._kept += data[: self._most + 1 - len(self._kept)]
        self._zeros = self._zeros and not data.strip(b"\0")

    @property
    def too_long(self) -> bool:
        return not self._zeros and len(self._kept) > self._most

    def is_another_archive(self, contents: bytes) -> bool:
        """`contents` is how those of the archive begin."""
        again = self._kept.startswith(contents) and b"PGDMP" not in self._kept
        return not self._zeros and (self.too_long or not again)


def require_end(path: Path, archive: Archive) -> None:
    """Raises BackupBad where another archive follows the last block; a cut is pg_restore's to notice."""
    tail = _Tail(archive.data_at - archive.toc_at)
    with path.open("rb") as stream:
        stream.seek(_INT_SIZE_AT)
        width = stream.read(1)[0]
        stream.seek(archive.toc_at)
        contents = stream.read(_BEGINNING)
        start, blocks = _last_known(archive)
        stream.seek(start)
        _walk_through(stream, _walk(width, blocks))
        extra = path.stat().st_size - stream.tell()
        while not tail.too_long and (data := stream.read(_BLOCK)):
            tail.take(data)
    if tail.is_another_archive(contents):
        raise BackupBad(f"{path.name}: {_GOES_ON} ({extra} bytes)", kind="backup-appended")


class WatchedCustom:
    """A stream of a custom archive that raises DamagedStream where another follows its last block."""

    def __init__(self, stream: BinaryIO, archive: Archive) -> None:
        self._stream = stream
        self._archive = archive
        self._walk = _header_first(archive)
        self._wanted, self._passing = next(self._walk)
        self._held = self._head = b""
        self._ended = False
        self._tail = _Tail(archive.data_at - archive.toc_at)

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._head += block[: max(self._archive.toc_at + _BEGINNING - len(self._head), 0)]
        self._follow(block)
        if self._tail.too_long or (not block and self._is_followed):
            raise DamagedStream(f"the archive {_GOES_ON}", kind="backup-appended")
        return block

    @property
    def _is_followed(self) -> bool:
        return self._tail.is_another_archive(self._head[self._archive.toc_at :])

    def _follow(self, block: bytes) -> None:
        at = 0
        while at < len(block):
            if self._ended:
                return self._tail.take(block[at:])
            taken = min(self._wanted, len(block) - at)
            self._held = b"" if self._passing else self._held + block[at : at + taken]
            self._wanted -= taken
            at += taken
            if not self._wanted:
                self._go_on()
        return None

    def _go_on(self) -> None:
        held, self._held = self._held, b""
        try:
            self._wanted, self._passing = self._walk.send(held)
        except StopIteration:
            self._ended = True


def _last_known(archive: Archive) -> tuple[int, int]:
    """Where the last block is and that it is one; or where the first is, and how many there are."""
    with_data = [entry for entry in archive.entries if entry.had_data]
    if with_data and all(entry.offset for entry in with_data):
        return max(entry.offset or 0 for entry in with_data), 1
    return archive.data_at, len(with_data)


def _header_first(archive: Archive) -> Walk:
    yield _INT_SIZE_AT, True
    width = (yield 1, False)[0]
    yield archive.data_at - _INT_SIZE_AT - 1, True
    yield from _walk(width, sum(entry.had_data for entry in archive.entries))


def _walk(width: int, blocks: int) -> Walk:
    """A block is its kind, the number of its entry, and pieces; large objects each have a number more."""
    for _ in range(blocks):
        kind = yield 1, False
        yield 1 + width, True
        if kind == _LARGE_OBJECTS:
            while _number((yield 1 + width, False)):
                yield from _pieces(width)
        else:
            yield from _pieces(width)


def _pieces(width: int) -> Walk:
    while length := _number((yield 1 + width, False)):
        yield length, True


def _number(data: bytes) -> int:
    """As archives hold it: its sign, then its bytes."""
    return int.from_bytes(data[1:], "little")


def _walk_through(stream: BinaryIO, walk: Walk) -> None:
    """Goes where the walk leads, or to where the file ends before that."""
    held = None
    try:
        while True:
            wanted, passing = walk.send(held) if held is not None else next(walk)
            if passing:
                stream.seek(wanted, 1)
                held = b""
            elif len(held := stream.read(wanted)) < wanted:
                return
    except StopIteration:
        return
