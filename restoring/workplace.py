"""The folder that holds everything of one run, and the clearing of what killed runs left behind.

A folder belongs to a live run as long as that run holds the lock on its file `lock`; the kernel lets go
of the lock however the run ends.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from restoring.errors import CannotVerify

_KEPT = "kept"
_RUN_PREFIX = "r-"
_UNBORN_SECONDS = 60


@dataclass
class Workplace:
    """One run's folder; it is gone after `close` unless it was kept."""

    path: Path
    _lock: int

    @property
    def kept(self) -> bool:
        return (self.path / _KEPT).exists()

    def keep(self) -> None:
        """Leaves the folder, and the server in it, to the user."""
        (self.path / _KEPT).touch()

    def close(self) -> None:
        if not self.kept:
            shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def open_workplace() -> Workplace:
    """Makes this run's folder below the temporary directory (TMPDIR), after clearing dead ones."""
    base = _base()
    for leftover in base.glob(f"{_RUN_PREFIX}*"):
        _clear_if_dead(leftover)
    for unborn in base.glob(f".{_RUN_PREFIX}*"):
        _clear_if_old(unborn)
    path = base / f"{_RUN_PREFIX}{secrets.token_hex(4)}"
    unborn = base / f".{path.name}"
    unborn.mkdir(mode=0o711)
    unborn.chmod(0o711)
    lock = _locked(unborn, os.O_CREAT)
    return Workplace(unborn.rename(path), lock)


def _base() -> Path:
    base = Path(tempfile.gettempdir()) / f"backup-verify-{os.geteuid()}"
    try:
        base.mkdir(mode=0o711, exist_ok=True)
        found = base.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise CannotVerify(f"{base} belongs to somebody else: remove it, or name another TMPDIR")
        base.chmod(0o711)
    except OSError as error:
        raise CannotVerify(
            f"no folder for the throw-away server in {base.parent}: {error.strerror}; name another TMPDIR"
        ) from None
    return base


def _locked(path: Path, flags: int = 0) -> int:
    lock = os.open(path / "lock", flags | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _clear_if_dead(path: Path) -> None:
    """A folder has its name only once it is locked: whoever gets the lock has found a dead one."""
    if (path / _KEPT).exists():
        return
    with contextlib.suppress(OSError), _lock_of_dead(path):
        stop_orphan(path / "data")
        shutil.rmtree(path, ignore_errors=True)


def _clear_if_old(unborn: Path) -> None:
    with contextlib.suppress(OSError):
        if time.time() - unborn.stat().st_mtime > _UNBORN_SECONDS:
            shutil.rmtree(unborn, ignore_errors=True)


@contextlib.contextmanager
def _lock_of_dead(path: Path) -> Iterator[None]:
    lock = _locked(path)
    try:
        yield
    finally:
        os.close(lock)


def stop_orphan(data: Path) -> None:
    """Ends the server of a data folder whose run is dead, if it is still the one that runs there."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if str(data) not in _command_of(pid):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)
        _wait_gone(pid, seconds=5)
        os.kill(pid, signal.SIGKILL)


def _command_of(pid: int) -> str:
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    return done.stdout


def _wait_gone(pid: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        os.kill(pid, 0)
        time.sleep(0.02)
