"""From a location to a backup: found, identified, dated, weighed, and what it asks of a server."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from restoring import contents
from restoring.archive import Archive, ArchiveError, read_archive
from restoring.compression import DamagedStream, open_stream
from restoring.content import Content, NotABackup, identify
from restoring.errors import BackupBad, CannotVerify
from restoring.programs import Feature, Needs

_HEAD = 4 << 20
_PRINT = 1 << 20

_DUMPED_FROM = re.compile(rb"^-- Dumped from database version (\d+)(?:\.(\d+))?", re.MULTILINE)
_EXTENSION = re.compile(rb'^CREATE EXTENSION (?:IF NOT EXISTS )?"?([\w-]+)"?', re.MULTILINE | re.IGNORECASE)
_FEATURES: tuple[tuple[Feature, re.Pattern[bytes]], ...] = (
    ("icu", re.compile(rb"^CREATE COLLATION [^;]*provider = icu", re.MULTILINE)),
    ("xml", re.compile(rb'^    (?:"[^"\n]+"|\w+) xml(?:\[\])?[ ,\n]', re.MULTILINE)),
    ("lz4", re.compile(rb"SET COMPRESSION lz4|^    [^\n]* COMPRESSION lz4", re.MULTILINE)),
)
_CLIENT_ENCODING = re.compile(rb"client_encoding = '([\w-]+)'")
_CLIENT_ONLY = frozenset({"SJIS", "SHIFT_JIS_2004", "BIG5", "GBK", "UHC", "JOHAB", "GB18030"})


@dataclass(frozen=True)
class Backup:
    """What a backup job wrote; `taken_at_from` says whose time `taken_at` is."""

    location: Path
    content: Content
    id: str
    taken_at: datetime
    taken_at_from: Literal["header", "trailer", "file"]
    size_bytes: int
    archive: Archive | None
    needs: Needs
    encoding: str

    @property
    def format(self) -> str:
        """Such as custom, or plain+gzip."""
        return "+".join(filter(None, (self.content.format, self.content.compression)))


def find_backup(location: Path) -> Backup:
    """Finds and identifies a backup; raises BackupBad where it is none, CannotVerify where unreadable."""
    try:
        return _find(location)
    except FileNotFoundError:
        raise BackupBad(
            f"there is no backup at {location}: look at whether the backup job ran, and where it writes",
            kind="backup-missing",
        ) from None
    except NotABackup as error:
        raise BackupBad(str(error), kind=error.kind) from None
    except (ArchiveError, DamagedStream) as error:
        raise BackupBad(f"{location.name}: {error}", kind=error.kind) from None
    except OSError as error:
        words = f"the backup at {location} cannot be read: {error.strerror}"
        raise CannotVerify(words, kind="backup-unreadable") from None


def _find(location: Path) -> Backup:
    content = identify(location)
    files = list(_files(content))
    archive = _archive(content)
    head = b"" if archive else b"\n".join(_head(file) for file in content.files)
    newest = max(file.stat().st_mtime for file in files)
    taken_at = archive.created_at if archive else datetime.fromtimestamp(newest, UTC)
    return Backup(
        location=location,
        content=content,
        id=f"{location.resolve().name}#{_fingerprint(files)}",
        taken_at=taken_at,
        taken_at_from="header" if archive else "file",
        size_bytes=sum(file.stat().st_size for file in files),
        archive=archive,
        needs=_needs(archive, head),
        encoding=_encoding(contents.encoding_statements(archive) if archive else head),
    )


def _files(content: Content) -> Iterator[Path]:
    for path in content.files:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.is_file())
        else:
            yield path


def _fingerprint(files: list[Path]) -> str:
    """Tells two backups of one name apart, without reading them whole."""
    digest = hashlib.sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(f"{file.name}:{size}:".encode())
        if len(files) > 3 and file.name != "toc.dat":
            continue
        with file.open("rb") as stream:
            digest.update(stream.read(_PRINT))
            stream.seek(max(size - _PRINT, 0))
            digest.update(stream.read(_PRINT))
    return digest.hexdigest()[:12]


def _archive(content: Content) -> Archive | None:
    if content.format not in ("custom", "tar", "directory"):
        return None
    path = content.files[0]
    source = next(path.glob("toc.dat*")) if path.is_dir() else path
    with open_stream(source) as stream:
        return read_archive(stream)


def _needs(archive: Archive | None, head: bytes) -> Needs:
    if archive is None:
        return _needs_of_text(head)
    definitions = "\n".join(entry.definition for entry in archive.entries).encode(errors="replace")
    features = set(_features(definitions))
    if archive.compression in ("lz4", "zstd"):
        features.add(archive.compression)
    return Needs(
        _major(archive.server_version),
        _major(archive.dump_version),
        frozenset(contents.extensions(archive)) - {"plpgsql"},
        frozenset(features),
    )


def _features(definitions: bytes) -> frozenset[Feature]:
    return frozenset(name for name, pattern in _FEATURES if pattern.search(definitions))


def _needs_of_text(head: bytes) -> Needs:
    return Needs(
        max((int(found) for found, _ in _DUMPED_FROM.findall(head)), default=0),
        0,
        frozenset(name.decode() for name in _EXTENSION.findall(head)) - {"plpgsql"},
        _features(head),
    )


def _encoding(text: bytes) -> str:
    """The encoding to restore into: the source's own, UTF8 where that is known to clients alone."""
    found = _CLIENT_ENCODING.search(text)
    name = found[1].decode() if found else "UTF8"
    return "UTF8" if name.upper() in _CLIENT_ONLY else name


def _head(file: Path) -> bytes:
    with open_stream(file) as stream:
        blocks: list[bytes] = []
        while sum(map(len, blocks)) < _HEAD and (block := stream.read(1 << 20)):
            blocks.append(block)
    return b"".join(blocks)


def _major(version: str) -> int:
    found = re.match(r"(\d+)", version)
    return int(found[1]) if found else 0
