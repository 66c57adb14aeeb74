"""What a restore tells of itself while it goes on: written by what loads, read from another thread.

Nothing is counted on the way of the data: how far a file has been read is asked of the system.
"""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO


@dataclass
class Tally:
    """`size` and what `read` answers are bytes of the backup as it lies on the disk, None if not known.

    `database` is the one that is being filled, `tables` how many tables the backup holds rows for.
    """

    size: int | None = None
    tables: int | None = None
    database: str | None = None
    read: Callable[[], int | None] = lambda: None
    _descriptors: list[int] = field(default_factory=list)

    def follow(self, stream: BinaryIO, before: int = 0) -> None:
        """From now on what is read is that of this stream, after `before` bytes of earlier ones."""
        try:
            descriptor = os.dup(stream.fileno())
        except (OSError, ValueError):
            self.read = lambda: None
            return
        self._descriptors.append(descriptor)
        self.read = lambda: before + os.lseek(descriptor, 0, os.SEEK_CUR)

    def follow_process(self, pid: int) -> None:
        """From now on what is read is what this process and its children have read (Linux)."""
        self.read = lambda: read_by(pid)

    def close(self) -> None:
        """Lets go of the files; they are held until then, so that no other takes their numbers."""
        self.read = lambda: None
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors.clear()


def read_by(pid: int) -> int | None:
    """Bytes that a process and its children have read from files; None where the system does not say.

    One of another user is told to root alone, and in a container often not even to root.
    """
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return _read_by_one(pid) + sum(_read_by_child(int(child)) for child in children)
    except (OSError, ValueError):
        return None


def _read_by_one(pid: int) -> int:
    words = Path(f"/proc/{pid}/io").read_text().split()
    return int(words[words.index("rchar:") + 1])


def _read_by_child(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        return _read_by_one(pid)
    return 0
