"""What goes on is told a line at a time; what tells never holds up or fails what it tells of."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from restoring import telling
from restoring.progress import Progress
from restoring.telling import Look, by_lines, growing, shown, watching


class Screen:
    """A display that remembers; `breaks` and `hangs` say what it does instead of showing."""

    def __init__(self, *, breaks: bool = False, hangs: bool = False) -> None:
        self.seen: list[Progress] = []
        self.threads: set[int] = set()
        self.shown, self.closed, self.free = threading.Event(), threading.Event(), threading.Event()
        self.breaks, self.hangs = breaks, hangs

    def show(self, progress: Progress) -> None:
        self.seen.append(progress)
        self.threads.add(threading.get_ident())
        self.shown.set()
        if self.breaks:
            raise OSError("the terminal is gone")
        if self.hangs:
            self.free.wait(60)

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed.set()


def look() -> Progress:
    return Progress(1, filled=2, tables=3)


def test_lines_come_after_each_gap() -> None:
    lines: list[str] = []
    enough = threading.Event()

    def say(line: str) -> None:
        lines.append(line)
        if len(lines) == 3:
            enough.set()

    with by_lines(say, look, [0.001] * 3):
        assert enough.wait(5)
    assert lines == ["restoring for 1 s; 2 of 3 tables filled"] * 3


def test_the_gaps_grow() -> None:
    assert list(itertools.islice(growing(), 6)) == [10, 30, 60, 120, 300, 300]


def test_what_is_over_before_the_first_gap_is_not_told_of() -> None:
    lines: list[str] = []
    begun = time.monotonic()
    with watching(lines.append, look):
        pass
    assert time.monotonic() - begun < 2
    assert lines == []


def test_a_teller_shows_in_its_own_way() -> None:
    looks: list[Progress] = []

    class Own:
        def __call__(self, line: str, /) -> None:
            raise AssertionError(line)

        @contextmanager
        def _seen(self, look: Look) -> Iterator[None]:
            looks.append(look())
            yield

        def watching(self, look: Look) -> AbstractContextManager[None]:
            return self._seen(look)

    with watching(Own(), look):
        assert looks == [look()]


def test_one_thread_alone_touches_a_display_and_puts_it_away() -> None:
    screen = Screen()
    with shown(screen, look, itertools.repeat(0.001)):
        assert screen.shown.wait(5)
        assert not screen.closed.is_set()
    assert screen.closed.is_set()
    assert len(screen.threads) == 1
    assert threading.get_ident() not in screen.threads


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_display_is_put_away_when_a_restore_fails(error: type[BaseException]) -> None:
    screen = Screen()

    def fail() -> None:
        with shown(screen, look, itertools.repeat(0.001)):
            assert screen.shown.wait(5)
            raise error

    with pytest.raises(error):
        fail()
    assert screen.closed.is_set()


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What threads that die would print."""
    found: list[object] = []
    monkeypatch.setattr(threading, "excepthook", found.append)
    return found


def test_a_display_that_breaks_is_given_up(complaints: list[object]) -> None:
    screen = Screen(breaks=True)
    with shown(screen, look, itertools.repeat(0.001)):
        assert screen.closed.wait(5)
    assert len(screen.seen) == 1
    assert complaints == []


def test_a_look_that_fails_is_given_up(complaints: list[object]) -> None:
    def fail() -> Progress:
        raise ValueError

    screen = Screen()
    with shown(screen, fail, itertools.repeat(0.001)):
        assert screen.closed.wait(5)
    assert (screen.seen, complaints) == ([], [])


def test_what_is_seen_too_late_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_PATIENCE", 0.05)
    screen, looking = Screen(), threading.Event()

    def look_long() -> Progress:
        looking.set()
        screen.free.wait(5)
        return look()

    with shown(screen, look_long, itertools.repeat(0.001)):
        assert looking.wait(5)
    screen.free.set()
    assert screen.closed.wait(5)
    assert screen.seen == []


def test_a_display_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_PATIENCE", 0.05)
    screen = Screen(hangs=True)
    begun = time.monotonic()
    with shown(screen, look, itertools.repeat(0.001)):
        assert screen.shown.wait(5)
    assert time.monotonic() - begun < 3
    assert not screen.closed.is_set()
    screen.free.set()
    assert screen.closed.wait(5)
    assert len(screen.seen) == 1
