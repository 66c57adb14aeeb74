"""Telling people what goes on: a line at a time, and while a restore lasts how far it has come.

What tells never fails what it tells of: a display that breaks is given up, one that hangs is left behind.
"""

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from restoring.progress import Pace, Progress, line_of

Say = Callable[[str], object]
Look = Callable[[], Progress]

_PATIENCE = 5.0


@runtime_checkable
class Teller(Protocol):
    """Takes a line when it is called, and can show progress by more than lines."""

    def __call__(self, line: str, /) -> None: ...

    def watching(self, look: Look) -> AbstractContextManager[None]:
        """Shows what `look` sees for as long as the context lasts."""
        ...


class Display(Protocol):
    """Shows one moment after another, and takes itself away at the end."""

    def show(self, progress: Progress) -> None: ...

    def close(self) -> None: ...


def watching(say: Say, look: Look) -> AbstractContextManager[None]:
    """Shows progress in the way that is `say`'s own, else by lines."""
    return say.watching(look) if isinstance(say, Teller) else by_lines(say, look)


def growing() -> Iterator[float]:
    """Seconds between lines: soon enough to reassure, and seldom enough to be read afterwards."""
    return itertools.chain((10.0, 30.0, 60.0, 120.0), itertools.repeat(300.0))


def by_lines(say: Say, look: Look, gaps: Iterable[float] | None = None) -> AbstractContextManager[None]:
    """Says a line after each gap."""
    return shown(_Lines(say), look, growing() if gaps is None else gaps)


@contextlib.contextmanager
def shown(display: Display, look: Look, gaps: Iterable[float]) -> Iterator[None]:
    """Looks and shows after each gap, in a thread of its own that alone touches the display."""
    over = threading.Event()

    def work() -> None:
        with contextlib.suppress(Exception), contextlib.closing(display):
            for gap in gaps:
                if over.wait(gap):
                    return
                progress = look()
                if not over.is_set():
                    display.show(progress)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(_PATIENCE)


@dataclass(frozen=True)
class _Lines:
    say: Say
    pace: Pace = field(default_factory=Pace)

    def show(self, progress: Progress) -> None:
        self.pace.take(progress)
        self.say(line_of(progress, self.pace))

    def close(self) -> None:
        """Lines stay where they are."""
