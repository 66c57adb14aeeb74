"""Tar archives and folders that hold something else than one backup: what, and what to do.

Each text completes a sentence that begins with the name of the archive or folder.
"""

import contextlib
import io
import re
import tarfile
from pathlib import Path

OTHER = "only PostgreSQL is verified here; name the file that pg_dump wrote"
_PHYSICAL = "physical backups are not restored by this version; name a dump that pg_dump wrote"

# What gives a folder away, what it is, what to do.
_FOLDERS = (
    (("base/*/backup.info",), "a Barman backup", _PHYSICAL),
    (("backup.info", "backup/*/backup.info"), "a pgBackRest repository", _PHYSICAL),
    (("basebackups_005", "wal_005"), "a WAL-G store", _PHYSICAL),
    (("backup_manifest", "backup_label", "base.tar*"), "a base backup", _PHYSICAL),
    (("PG_VERSION", "*/PG_VERSION", "global/pg_control"), "a server's data directory", _PHYSICAL),
    (("*.bson*", "*/*.bson*"), "a MongoDB dump", OTHER),
    (("ibdata1*", "xtrabackup_*", "*-schema-create.sql*"), "a MySQL backup", OTHER),
)
_PHYSICAL_MEMBER = re.compile(
    r"(?:^|/)(?:PG_VERSION|backup_label|pg_control|pg_wal|pg_xact|base/\d+|[0-9A-F]{24})(?:/|$)"
)
_DATA_FILE = re.compile(r"(?:^|/)\d+\.dat(?:\.gz|\.lz4|\.zst)?$")


def shown(name: str) -> str:
    """Make a file's name fit to be printed: no control characters, no great length."""
    return "".join(char if char.isprintable() else "?" for char in name[:200])


def tar_members(head: bytes) -> list[tarfile.TarInfo]:
    """List the members that the beginning of a tar archive shows; none when it is no tar."""
    found = []
    with (
        contextlib.suppress(tarfile.TarError, ValueError, OverflowError),
        tarfile.open(fileobj=io.BytesIO(head), mode="r:") as archive,
    ):
        for member in archive:
            found.append(member)
    return found


def described_tar(head: bytes, members: list[tarfile.TarInfo]) -> str:
    """Say what a tar archive is that pg_dump did not write, by the members its beginning shows."""
    names = [member.name for member in members if not member.isdir()]
    if any(_PHYSICAL_MEMBER.search(member.name) for member in members):
        return f"is a tar of a physical backup: {_PHYSICAL}"
    if names == ["toc.dat"] and len(head) < 523:
        return "is the beginning of a pg_dump tar archive: it is cut short; copy it anew"
    if any(_DATA_FILE.search(name) or Path(name).name == "toc.dat" for name in names):
        return "is a tar of a directory-format dump: unpack it and name the folder"
    for member in members:
        content = head[member.offset_data : member.offset_data + member.size]
        if member.isreg() and (inner := _archive_within(content)):
            name = shown(Path(member.name).name)
            return f"is a tar around {inner}: unpack it and name {name}"
    return f"is a tar, not one of pg_dump's, around {_listed(names)}: unpack it and name those"


def _archive_within(content: bytes) -> str | None:
    if content.startswith(b"PGDMP"):
        return "a pg_dump archive"
    return "another tar" if tar_members(content[:512]) else None


def _listed(names: list[str]) -> str:
    first = [shown(name) for name in names[:3]]
    return ", ".join([*first, "…"] if len(names) > 3 else first) or "folders alone"


def described_folder(folder: Path) -> str:
    """Say what a folder is that is neither a directory-format dump nor a Supabase CLI set."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    if not entries:
        return "is an empty folder: the backup job wrote nothing; look at its log"
    for globs, what, advice in _FOLDERS:
        if any(next(folder.glob(pattern), None) for pattern in globs):
            return f"is {what}: {advice}"
    if any(_DATA_FILE.search(entry.name) for entry in entries):
        return (
            "holds the data files of a directory-format dump and no toc.dat, which pg_dump "
            "writes last: the dump was cut off or the copy is not whole; dump or copy it anew"
        )
    return _unrecognised(entries)


def kind_of_folder(folder: Path) -> str:
    """The kind of finding that such a folder makes."""
    names = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
    if not names:
        return "backup-empty"
    half = any(name.startswith(("schema.sql", "data.sql")) for name in names)
    return "backup-incomplete" if half or any(map(_DATA_FILE.search, names)) else "backup-not-a-backup"


def _unrecognised(entries: list[Path]) -> str:
    files = [entry for entry in entries if entry.is_file()]
    newest = max(files or entries, key=lambda entry: entry.lstat().st_mtime)
    parts = {entry.name.partition(".sql")[0] for entry in files} & {"schema", "data"}
    if len(parts) == 1:
        other = ({"schema", "data"} - parts).pop()
        return (
            f"holds {parts.pop()}.sql and no {other}.sql, which a Supabase CLI set needs: "
            "dump the missing half, or name the file that is to be restored alone"
        )
    if len(entries) == 1:
        return f"holds {shown(newest.name)} alone, which makes it no backup: name that itself"
    return (
        f"holds {len(files or entries)} {'files' if files else 'folders'}, none of which makes it "
        f"a backup: name one of them, for instance {shown(newest.name)}"
    )
