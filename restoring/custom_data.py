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
_LARGE_OBJECTS = b"\x03"
_GOES_ON = (
    "goes on after the archive ends: if a job appends to it, only the oldest archive in it would ever be "
    "restored; have each backup written to a file of its own"
)

Walk = Generator[tuple[int, bool], bytes, None]
"""Asks for so many bytes, and says whether they are only to be passed over."""


def require_end(path: Path, archive: Archive) -> None:
    """Raises BackupBad where something follows the last block; a cut is pg_restore's to notice."""
    with path.open("rb") as stream:
        stream.seek(_INT_SIZE_AT)
        width = stream.read(1)[0]
        start, blocks = _last_known(archive)
        stream.seek(start)
        _walk_through(stream, _walk(width, blocks))
        extra = path.stat().st_size - stream.tell()
    if extra > 0:
        raise BackupBad(f"{path.name}: {_GOES_ON} ({extra} bytes)", kind="backup-appended")


class WatchedCustom:
    """A stream of a custom archive that raises DamagedStream where it goes on after its last block."""

    def __init__(self, stream: BinaryIO, archive: Archive) -> None:
        self._stream = stream
        self._archive = archive
        self._walk = _header_first(archive)
        self._wanted, self._passing = next(self._walk)
        self._held = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._follow(block)
        return block

    def _follow(self, block: bytes) -> None:
        at = 0
        while at < len(block):
            if self._ended:
                raise DamagedStream(f"the archive {_GOES_ON}", kind="backup-appended")
            taken = min(self._wanted, len(block) - at)
            self._held = b"" if self._passing else self._held + block[at : at + taken]
            self._wanted -= taken
            at += taken
            if not self._wanted:
                self._go_on()

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
