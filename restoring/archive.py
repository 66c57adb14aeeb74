"""The table of contents of a pg_dump archive, read without any PostgreSQL program.

The layout is that of ReadHead and ReadToc in PostgreSQL's pg_backup_archiver.c, archive versions
1.10 to 1.16, that is PostgreSQL 8.0 to 18.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal

from restoring.archive_values import ArchiveError, Source, Values

__all__ = ["Archive", "ArchiveError", "Entry", "read_archive"]

Format = Literal["custom", "tar", "directory"]
Compression = Literal["none", "gzip", "lz4", "zstd"]
Section = Literal["none", "pre-data", "data", "post-data"]

_MAGIC = b"PGDMP"
_ALGORITHMS: tuple[Compression, ...] = ("none", "gzip", "lz4", "zstd")
_SECTIONS: dict[int, Section] = {1: "none", 2: "pre-data", 3: "data", 4: "post-data"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of the archive; a text that the archive leaves out is empty.

    `kind` is pg_restore's word for it ("TABLE DATA"), `section` is None before version 1.11,
    `dependencies` are ids of entries. `offset` is the byte of a custom archive where the data
    begins, None if it was not recorded; `file_name` is the member of a tar archive (None for
    large objects, which have one each) or the file of a directory, there perhaps compressed and
    then with .gz, .lz4 or .zst after its name.
    """

    id: int
    section: Section | None
    kind: str
    tag: str
    namespace: str
    owner: str
    definition: str
    drop: str
    copy: str
    dependencies: tuple[int, ...]
    had_data: bool
    offset: int | None
    file_name: str | None


@dataclass(frozen=True, slots=True)
class Archive:
    """The header and the table of contents.

    The header holds a wall clock without its zone; `created_at` takes it in this machine's zone,
    as pg_restore does. `server_version` and `dump_version` are texts such as "15.2 (Debian …)".
    """

    format: Format
    version: tuple[int, int, int]
    compression: Compression
    created_at: datetime
    database: str
    server_version: str
    dump_version: str
    entries: tuple[Entry, ...]
    data_at: int = 0
    toc_at: int = 0


def read_archive(stream: BinaryIO) -> Archive:
    """Read the header and table of contents; `stream` is a custom or tar archive or a toc.dat.

    The stream is read forward only, and somewhat further than the table of contents. Raises
    ArchiveError, and whatever else the stream raises when it is read.
    """
    source = Source(stream)
    start = source.take_up_to(len(_MAGIC))
    if not start:
        raise ArchiveError("the archive is empty", kind="backup-empty")
    if in_tar := start != _MAGIC:
        source.enter_toc_member(start)
        if source.take(len(_MAGIC)) != _MAGIC:
            raise ArchiveError("the tar archive's toc.dat was not written by pg_dump")
    values = Values(source)
    form = _format(values, in_tar)
    compression, created_at = _compression(values), values.moment()
    database, server_version, dump_version = values.text(), values.text(), values.text()
    source.part, toc_at = "table of contents", source.taken
    entries = tuple(_entry(values, form) for _ in range(_count(values)))
    data_at = source.taken
    _require_end(source, form, any(entry.had_data for entry in entries))
    return Archive(
        form,
        values.version,
        compression,
        created_at,
        database,
        server_version,
        dump_version,
        entries,
        data_at,
        toc_at,
    )


def _format(values: Values, in_tar: bool) -> Format:
    match values.byte(), in_tar:
        case 1, False:
            return "custom"
        case 3, True:
            return "tar"
        case 3 | 5, False:  # pg_dump marks the toc.dat of a directory as tar's
            return "directory"
        case code, _:
            raise values.damaged(f"it names the unknown format {code}")


def _compression(values: Values) -> Compression:
    if values.version >= (1, 15):
        algorithm = values.byte()
        if algorithm >= len(_ALGORITHMS):
            raise values.damaged(f"it names the unknown compression {algorithm}")
        return _ALGORITHMS[algorithm]
    level = values.integer()
    if not -1 <= level <= 9:
        raise values.damaged(f"it names the compression level {level}")
    return "gzip" if level else "none"


def _count(values: Values) -> int:
    if (count := values.integer()) < 0:
        raise values.damaged(f"it counts {count} entries")
    return count


def _entry(values: Values, form: Format) -> Entry:
    number = values.integer()
    if number <= 0:
        raise values.damaged(f"an entry has the number {number}")
    had_data = values.flag()
    for _ in ("the catalogue's OID", "the object's OID"):
        values.spelt_number(values.text())
    tag, kind, section = values.text(), values.text(), _section(values)
    definition, drop, copy, namespace = (values.text() for _ in range(4))
    owner = _owner(values)
    return Entry(
        id=number,
        section=section,
        kind=kind,
        tag=tag,
        namespace=namespace,
        owner=owner,
        definition=definition,
        drop=drop,
        copy=copy,
        dependencies=_dependencies(values),
        had_data=had_data,
        offset=values.offset() if form == "custom" else None,
        file_name=_file_name(values, form, kind) if form != "custom" else None,
    )


def _file_name(values: Values, form: Format, kind: str) -> str | None:
    name = values.text()
    # Of large objects pg_dump records a member that it never writes to a tar archive.
    return None if form == "tar" and kind == "BLOBS" else name or None


def _section(values: Values) -> Section | None:
    if values.version < (1, 11):
        return None
    code = values.integer()
    if code not in _SECTIONS:
        raise values.damaged(f"an entry is in the unknown section {code}")
    return _SECTIONS[code]


def _owner(values: Values) -> str:
    """The owner, and past what stands around it: tablespace, access method, relkind, OIDs."""
    values.text()
    if values.version >= (1, 14):
        values.text()
    if values.version >= (1, 16):
        values.integer()
    owner = values.text()
    if (with_oids := values.text()) not in ("true", "false"):
        raise values.damaged(f"{with_oids[:20]!r} stands where true or false should")
    return owner


def _dependencies(values: Values) -> tuple[int, ...]:
    dependencies = []
    while (text := values.text_or_none()) is not None:
        dependencies.append(values.spelt_number(text))
    return tuple(dependencies)


def _require_end(source: Source, form: Format, with_data: bool) -> None:
    """A count of entries that is too low would lose the rest of them without a word."""
    data_block, large_objects = b"\x01", b"\x03"
    blocks = (b"", data_block, large_objects) if with_data else (b"", b"\0")
    expected = blocks if form == "custom" else (b"",)
    if source.take_up_to(1) not in expected:
        raise ArchiveError("the archive's table of contents is damaged: it goes on after its end")
