"""Rows that could not be written, kept as files until a run can write them; each is written once.

A row's id is made by the run, so that writing it again, or by two runs at a time, gives one row.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class SpoolError(Exception):
    """The row could not be kept either; the text says why."""


def keep(folder: Path, row: Mapping[str, Any]) -> Path:
    """Writes a row as a file, whole or not at all; raises SpoolError."""
    target = folder / f"{str(row['verified_at']).replace(':', '')}-{row['id']}.json"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(row, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(target)
    except OSError as error:
        raise SpoolError(f"{folder}: {error.strerror}") from None
    return target


def deliver(folder: Path, write: Callable[[Mapping[str, Any]], None]) -> int:
    """Writes what is kept, the oldest first, and removes it; how many. What `write` raises, passes."""
    written = 0
    for file in sorted(folder.glob("*.json")):
        row = _row(file)
        if row is None:
            continue
        write(row)
        with contextlib.suppress(FileNotFoundError):
            file.unlink()
        written += 1
    return written


def waiting(folder: Path) -> int:
    """How many rows are kept."""
    return len(list(folder.glob("*.json")))


def _row(file: Path) -> dict[str, Any] | None:
    """A kept row; None where another run was faster or the file is none of ours."""
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return row if isinstance(row, dict) and "id" in row else None
