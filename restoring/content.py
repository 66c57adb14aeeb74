"""What a backup is, told by what it holds and never by its name."""

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from restoring.compression import Compression, compression_of, open_stream
from restoring.containers import described_folder, kind_of_folder, shown, tar_members
from restoring.errors import Damaged
from restoring.impostors import described, kind_of, signature

Format = Literal["custom", "directory", "tar", "plain", "cluster", "supabase-cli"]

_HEAD = 1 << 16
_HEADER = re.compile(rb"^-- PostgreSQL database (cluster )?dump[ \t\r]*$", re.MULTILINE)
# What pg_dump, pg_dumpall and the Supabase CLI write first once their comments are taken out.
_FIRST_STATEMENT = re.compile(
    rb"^(?:SET (?:statement_timeout|lock_timeout) = 0;|SET client_encoding = '"
    rb"|SET session_replication_role = replica;|SET default_transaction_read_only = off;"
    rb"|SELECT pg_catalog\.set_config\('search_path')",
    re.MULTILINE,
)
_TOC_SUFFIXES = ("", ".gz", ".lz4", ".zst")
_SQL_SUFFIXES = ("", ".gz", ".bz2", ".xz", ".zst", ".zstd", ".lz4")


class NotABackup(Damaged):
    """Something that cannot be restored; the text is one sentence: what it is, and what to do."""

    kind = "backup-not-a-backup"


@dataclass(frozen=True)
class Content:
    """What is to be restored.

    `files` is the file itself, the folder of a directory-format dump, or the files of a Supabase
    CLI set in the order of loading: roles (where there are any), schema, data. `compression` is
    that around a single file; it is None for a folder, whose files each have their own.
    """

    format: Format
    compression: Compression | None
    files: tuple[Path, ...]


def identify(path: Path) -> Content:
    """Tell what a file or folder is.

    Raises `NotABackup` for what cannot be restored, `DamagedStream` where compressed data is
    damaged in its first 64 KiB, and `OSError` for what is missing or may not be read.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return _identify_folder(path)
    if not stat.S_ISREG(mode):
        raise NotABackup(f"{_label(path)} is a pipe, socket or device: name a file or folder")
    compression, head = _beginning(path)
    return Content(_checked_format(compression, head, _label(path)), compression, (path,))


def _label(path: Path) -> str:
    return shown(path.absolute().name or str(path))


def _beginning(path: Path) -> tuple[Compression | None, bytes]:
    with path.open("rb") as file:
        compression = compression_of(file.read(_HEAD))
    with open_stream(path) as stream:
        return compression, stream.read(_HEAD)


def _checked_format(compression: Compression | None, head: bytes, label: str) -> Format:
    found = _format_of(head)
    if found is None:
        raise NotABackup(f"{label} {described(head, compression)}", kind=kind_of(head))
    return found


def _format_of(head: bytes) -> Format | None:
    if head.startswith(b"PGDMP"):
        return "custom" if _is_archive(head, kind=1) else None
    if members := tar_members(head):
        return "tar" if members[0].name == "toc.dat" and _is_tar_toc(head[512:]) else None
    if signature(head):
        return None
    text = head.removeprefix(b"\xef\xbb\xbf")
    if header := _HEADER.search(text):
        return "cluster" if header[1] else "plain"
    return "plain" if _FIRST_STATEMENT.search(text) else None


def _is_archive(head: bytes, kind: int) -> bool:
    return head.startswith(b"PGDMP\x01") and head[10:11] == bytes([kind])


def _is_tar_toc(toc: bytes) -> bool:
    # A directory's toc.dat says that it is a tar's. What tells them apart is the compression after
    # it, which a tar never has: a byte since archive version 1.15, a sign and four bytes before.
    compressed = toc[11:12] if toc[6:7] >= b"\x0f" else toc[11:16]
    return _is_archive(toc, kind=3) and not any(compressed)


def _identify_folder(folder: Path) -> Content:
    if tocs := _existing(folder, "toc.dat", _TOC_SUFFIXES):
        compression, head = _beginning(tocs[0])
        if not _is_archive(head, kind=3):
            name = f"{_label(folder)}/{tocs[0].name}"
            raise NotABackup(f"{name} {described(head, compression)}", kind=kind_of(head))
        return Content("directory", None, (folder,))
    roles, schema, data = (
        _existing(folder, f"{part}.sql", _SQL_SUFFIXES) for part in ("roles", "schema", "data")
    )
    if not (schema and data):
        raise NotABackup(f"{_label(folder)} {described_folder(folder)}", kind=kind_of_folder(folder))
    for part in (roles, schema, data):
        _check_part(folder, part)
    return Content("supabase-cli", None, (*roles, *schema, *data))


def _existing(folder: Path, name: str, suffixes: tuple[str, ...]) -> list[Path]:
    return [path for suffix in suffixes if (path := folder / f"{name}{suffix}").is_file()]


def _check_part(folder: Path, part: list[Path]) -> None:
    """Check that a part of a Supabase CLI set is there once at most, and SQL."""
    if len(part) > 1:
        names = " and ".join(path.name for path in part)
        raise NotABackup(f"{_label(folder)} holds both {names}: take away the one that is not used")
    for path in part:
        label = f"{_label(folder)}/{path.name}"
        if _checked_format(*_beginning(path), label) not in ("plain", "cluster"):
            raise NotABackup(f"{label} is an archive, where a Supabase CLI set has SQL: name it")
