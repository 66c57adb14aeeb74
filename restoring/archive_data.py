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

from restoring.archive import Archive, Entry
from restoring.compression import DamagedStream, open_stream
from restoring.content import Content
from restoring.custom_data import require_end
from restoring.errors import BackupBad
from restoring.names import shown
from restoring.tar_data import tar_tails

_BLOCK = 1 << 20
_TAIL = 16
_SUFFIXES = ("", ".gz", ".lz4", ".zst")
_END_OF_ROWS = re.compile(rb"(?:\A|\n)\\\.\s*\Z")
_END_OF_INSERTS = re.compile(rb"\n\n\Z")


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
        require_end(path, archive)
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
    raise BackupBad(
        f"{folder.name} lacks its file {shown(name)}: copy it anew, or take the backup again",
        kind="backup-incomplete",
    )


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
        raise BackupBad(f"{path.parent.name}/{path.name}: {error}", kind=error.kind) from None


def _require_large_objects(folder: Path, listing: Path, entry: Entry) -> Iterator[None]:
    with open_stream(listing) as stream:
        lines = stream.read().decode(errors="replace").splitlines()
    if not lines:
        words = f"{folder.name}/{listing.name} lists no large objects, and {entry.tag} are in it"
        raise BackupBad(words, kind="backup-incomplete")
    for line in lines:
        for _ in _tails(_file(folder, line.partition(" ")[2])):
            yield


def _require_tails(archive_name: str, archive: Archive, tails: dict[str, bytes]) -> None:
    for entry, name in _with_data(archive):
        if name not in tails:
            words = f"{archive_name} lacks its member {shown(name)}: take the backup again"
            raise BackupBad(words, kind="backup-incomplete")
        _require_tail(archive_name, name, entry, tails[name])


def _require_tail(where: str, name: str, entry: Entry, tail: bytes) -> None:
    if entry.kind != "TABLE DATA":
        return
    expected = _END_OF_ROWS if entry.copy else _END_OF_INSERTS
    if not expected.search(tail):
        table = shown(f"{entry.namespace}.{entry.tag}")
        raise BackupBad(
            f"{where}/{shown(name)} is cut short: the rows of {table} do not come to their end in it; "
            "copy it anew, or take the backup again",
            kind="backup-cut-short",
        )
