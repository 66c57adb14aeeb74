"""Times whole processes, one way after the other in turn, and prints what came of it."""

import contextlib
import os
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parent.parent

_POLL_SECONDS = 0.02
_OURS = re.compile(
    r"BACKUP_|VERIFICATION_|DATABASE_URL|SLACK_|RESTORE_TIMEOUT|PG|PYTEST_|PYTHONDONTWRITEBYTECODE"
)


@dataclass(frozen=True)
class Measured:
    """One process: wall time, processor time of it and of what it waited for, both in seconds, and
    its own peak memory, None where /proc does not tell."""

    seconds: float
    processor: float
    peak_bytes: int | None


def measured(
    command: Sequence[str | Path], cwd: Path = HOME, environment: Mapping[str, str] | None = None
) -> Measured:
    """Runs a process to its end; raises SystemExit with its output where it does not end well."""
    inherited = {name: value for name, value in os.environ.items() if not _OURS.match(name)}
    # Installed packages come compiled; ours are, too, from a user's second run on.
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile("w+") as output:
        begun = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command],
            env=inherited | dict(environment or {}),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        processor, peak = _wait(process)
        seconds = time.monotonic() - begun
        if process.returncode != 0:
            output.seek(0)
            raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{output.read()[-4000:]}")
    return Measured(seconds, processor, peak)


def spread(values: Sequence[float]) -> str:
    """Median and range, such as 1.32 (1.28 to 1.41)."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Ours by theirs, pair by pair."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def verdict(value: float, most: float) -> str:
    return f"goal: at most {most:g}, {'met' if value <= most else 'MISSED'}"


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _wait(process: "subprocess.Popen[bytes]") -> tuple[float, int | None]:
    """Waits without delay, while a thread looks at the process's memory now and then."""
    ended = threading.Event()
    peaks: list[int] = []
    thread = threading.Thread(target=_watch, args=(process.pid, ended, peaks), daemon=True)
    thread.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    thread.join()
    return usage.ru_utime + usage.ru_stime, max(peaks, default=None)


def _watch(pid: int, ended: threading.Event, peaks: list[int]) -> None:
    while not ended.wait(_POLL_SECONDS):
        with contextlib.suppress(OSError):
            found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
            peaks += [int(found[1]) * 1024] if found else []
