"""A process on a real pseudo-terminal: what it draws there is read as a terminal would."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class OnTerminal:
    """A running process whose terminal, of so many columns and rows, this is."""

    process: subprocess.Popen[bytes]
    master: int
    written: bytes = b""
    _begun: float = field(default_factory=time.monotonic)

    @classmethod
    def start(
        cls, command: Sequence[str | Path], environment: Mapping[str, str], home: Path, columns: int = 110
    ) -> OnTerminal:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=home,
            env={"TERM": "xterm-256color"} | dict(environment),
            start_new_session=True,
            preexec_fn=_take_the_terminal,  # noqa: PLW1509
        )
        os.close(slave)
        return cls(process, master)

    @property
    def text(self) -> str:
        return self.written.decode(errors="replace")

    def until(self, words: str, seconds: float = 60) -> None:
        """Reads until these words have been drawn, whatever their colours."""
        end = time.monotonic() + seconds
        while words not in plain(self.text):
            assert time.monotonic() < end, f"{words!r} was not drawn:\n{self.text}"
            assert self._read(), f"the process ended before it drew {words!r}:\n{self.text}"

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def finish(self, seconds: float = 60) -> int:
        """Reads to the end; the exit code."""
        end = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < end, f"no end within {seconds} s:\n{self.text}"
        return self.process.wait(10)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, 9)
        self.process.wait()
        os.close(self.master)

    def _read(self) -> bool:
        """Reads what there is; whether there may be more."""
        ready, _, _ = select.select([self.master], [], [], 0.1)
        if not ready:
            return self.process.poll() is None
        try:
            found = os.read(self.master, 1 << 16)
        except OSError:  # Linux says so that nobody has the terminal open any more
            return False
        self.written += found
        return bool(found)


def plain(text: str) -> str:
    """What was written, without colours and movements."""
    return _ESCAPE.sub("", text)


def screen(text: str) -> list[str]:
    """The lines that a terminal shows in the end, with their colours: for what is written here, which
    goes back to the beginning of a line, up a line, and erases lines."""
    lines: list[str] = [""]
    at, fresh = 0, False
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
        if token == "\n":
            at, fresh = at + 1, False
            lines += [""] * (at + 1 - len(lines))
        elif token == "\r":
            fresh = True
        elif token.endswith("A"):
            at -= int(token[2:-1] or 1)
        elif token.endswith("K"):
            lines[at] = ""
        elif token.endswith("m") or not token.startswith("\x1b"):
            lines[at] = (lines[at] if not fresh else _kept(lines[at], token)) + token
            fresh = False
    return lines


def _kept(line: str, token: str) -> str:
    """What of a line is left when it is written over from its beginning: nothing, but its colours."""
    return "" if plain(token) or not plain(line) else line


def _take_the_terminal() -> None:
    """The terminal is this session's own, so that Ctrl-C reaches it; a job of a shell would ignore that."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
