"""Whether the data of an archive is all there, where pg_restore would not notice.

It takes an emptied or cut file of a directory for a small table, and stops reading a custom archive where
that ends, whatever follows. As pg_dump writes them, rows end in a line of backslash and dot, INSERTs in
empty lines.
"""

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from restoring.archive import Archive, Entry
from restoring.compression import DamagedStream, open_stream
from restoring.content import Content
from restoring.errors import BackupBad
from restoring.names import shown
from restoring.tar_data import tar_tails

_BLOCK = 1 << 20
_TAIL = 16
_SUFFIXES = ("", ".gz", ".lz4", ".zst")
_END_OF_ROWS = re.compile(rb"(?:\A|\n)\\\.\s*\Z")
_END_OF_INSERTS = re.compile(rb"\n\n\Z")
_INT_SIZE_AT = 8
_LARGE_OBJECTS = b"\x03"


@contextlib.contextmanager
def data_required(content: Content, archive: Archive, until: float) -> Iterator[None]:
    """Raises BackupBad where something is missing; the files of a directory are read beside the body.

    `until` is the monotonic time after which TimeoutError is raised.
    """
    path = content.files[0]
    if archive.format == "directory":
        with _beside(_require_files(path, archive), until):
            yield
        return
    if content.compression is None and archive.format == "tar":
        _require_tails(path.name, archive, tar_tails(path, _TAIL))
    elif content.compression is None:
        _require_end(path, archive)
    yield


@contextlib.contextmanager
def _beside(pieces: Iterator[None], until: float) -> Iterator[None]:
    """Works piece by piece while the body runs; what it raises goes before what the body raises."""
    found: list[Exception] = []
    leave = threading.Event()

    def work() -> None:
        try:
            for _ in pieces:
                if leave.is_set():
                    return
        except (BackupBad, OSError) as error:
            found.append(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        yield
        worker.join(max(until - time.monotonic(), 0))
    finally:
        leave.set()
        worker.join(1)
        if found:
            raise found[0]
    if worker.is_alive():
        raise TimeoutError


def _with_data(archive: Archive) -> Iterator[tuple[Entry, str]]:
    for entry in archive.entries:
        if entry.had_data and entry.file_name:
            yield entry, entry.file_name


def _require_files(folder: Path, archive: Archive) -> Iterator[None]:
    for entry, name in _with_data(archive):
        path, last = _file(folder, name), b""
        for tail in _tails(path):
            last = tail
            yield
        _require_tail(folder.name, path.name, entry, last)
        if entry.kind == "BLOBS":
            yield from _require_large_objects(folder, path, entry)


def _file(folder: Path, name: str) -> Path:
    for suffix in _SUFFIXES:
        if (path := folder / (name + suffix)).is_file():
            return path
    raise BackupBad(f"{folder.name} lacks its file {shown(name)}: copy it anew, or take the backup again")


def _tails(path: Path) -> Iterator[bytes]:
    """The last bytes that were read so far, block by block where the file is compressed."""
    try:
        with path.open("rb") if path.suffix not in _SUFFIXES[1:] else open_stream(path) as stream:
            if path.suffix not in _SUFFIXES[1:]:
                stream.seek(max(path.stat().st_size - _TAIL, 0))
            tail = b""
            while block := stream.read(_BLOCK):
                tail = (tail + block)[-_TAIL:]
                yield tail
    except DamagedStream as error:
        raise BackupBad(f"{path.parent.name}/{path.name}: {error}") from None


def _require_large_objects(folder: Path, listing: Path, entry: Entry) -> Iterator[None]:
    with open_stream(listing) as stream:
        lines = stream.read().decode(errors="replace").splitlines()
    if not lines:
        raise BackupBad(f"{folder.name}/{listing.name} lists no large objects, and {entry.tag} are in it")
    for line in lines:
        for _ in _tails(_file(folder, line.partition(" ")[2])):
            yield


def _require_tails(archive_name: str, archive: Archive, tails: dict[str, bytes]) -> None:
    for entry, name in _with_data(archive):
        if name not in tails:
            raise BackupBad(f"{archive_name} lacks its member {shown(name)}: take the backup again")
        _require_tail(archive_name, name, entry, tails[name])


def _require_tail(where: str, name: str, entry: Entry, tail: bytes) -> None:
    if entry.kind != "TABLE DATA":
        return
    expected = _END_OF_ROWS if entry.copy else _END_OF_INSERTS
    if not expected.search(tail):
        table = shown(f"{entry.namespace}.{entry.tag}")
        raise BackupBad(
            f"{where}/{shown(name)} is cut short: the rows of {table} do not come to their end in it; "
            "copy it anew, or take the backup again"
        )


def _require_end(path: Path, archive: Archive) -> None:
    """Walks from the last block of data to the end of a custom archive that says where its blocks are."""
    last = max((entry.offset or 0 for entry in archive.entries), default=0)
    if not last:
        return
    with path.open("rb") as stream:
        stream.seek(_INT_SIZE_AT)
        width = stream.read(1)[0]
        stream.seek(last)
        kind = stream.read(1)
        _integer(stream, width)
        while kind != _LARGE_OBJECTS or _integer(stream, width):
            while length := _integer(stream, width):
                stream.seek(length, 1)
            if kind != _LARGE_OBJECTS:
                break
        extra = path.stat().st_size - stream.tell()
    if extra > 0:
        raise BackupBad(
            f"{path.name} goes on for {extra} bytes after the archive ends: if a job appends to it, only "
            "the oldest archive in it would ever be restored; have each backup written to a file of its own"
        )


def _integer(stream: BinaryIO, width: int) -> int:
    """A number as archives hold it; 0 at the end of the file, which pg_restore does notice."""
    data = stream.read(1 + width)
    return int.from_bytes(data[1:], "little") if len(data) > width else 0
