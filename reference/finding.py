"""Where a backup's reference is: the one that was named, or the file beside the backup."""

import re
from pathlib import Path

SUFFIX = ".reference.json"

_DSN = re.compile(r"postgres(ql)?://|\s*\w+\s*=", re.IGNORECASE)


def is_dsn(named: str) -> bool:
    """Whether what was named is a live source; a path that begins like a setting needs ./ before it."""
    return _DSN.match(named) is not None


def beside(backup: Path) -> Path:
    """The reference that travels with a backup, whether the backup is a file or a folder."""
    return backup.with_name(backup.name + SUFFIX)


def find_reference(named: str | None, backup: Path | None) -> str | Path | None:
    """A source's DSN, a file, or None; a file that was named need not be there, one beside it has to be."""
    if named is not None:
        return named if is_dsn(named) else Path(named).expanduser()
    if backup is None:
        return None
    found = beside(backup.resolve() if backup.name in (".", "..") else backup)
    return found if found.exists() else None
