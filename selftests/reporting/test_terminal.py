"""Lines and bars go to pytest's own terminal, and nowhere that is none."""

import io
import itertools
import threading
from collections.abc import Callable

import pytest
from _pytest.config import create_terminal_writer

from reporting.redaction import Redactor
from reporting.summary import Line
from reporting.terminal import Terminal
from restoring.progress import Progress
from restoring.telling import Teller
from selftests.pseudoterminal import plain

CANARY = "c4n4ry-of-a-password"

Made = tuple[Terminal, "Screen"]
Make = Callable[..., Made]


class Screen(io.StringIO):
    """Where pytest writes; `drawn` tells that something was, and a broken one takes nothing."""

    def __init__(self, *, is_terminal: bool, broken: bool = False) -> None:
        super().__init__()
        self.is_terminal, self.broken = is_terminal, broken
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return self.is_terminal

    def write(self, text: str, /) -> int:
        if text.strip():
            self.drawn.set()
        if self.broken:
            raise OSError("the terminal is gone")
        return super().write(text)


@pytest.fixture
def make(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A terminal of a run with these arguments, that looks each millisecond."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("PY_COLORS")  # pytester's own, for pytest's own

    def making(*arguments: str, is_terminal: bool = True, broken: bool = False) -> Made:
        config = pytester.parseconfigure(*arguments)
        screen = Screen(is_terminal=is_terminal, broken=broken)
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter._tw = create_terminal_writer(config, screen)
        return Terminal(config, Redactor.of(CANARY), itertools.repeat(0.001)), screen

    return making


def look() -> Progress:
    return Progress(5, 50, 100, doing=(f"COPY public.{CANARY}",))


def watched(made: Made) -> str:
    """What was drawn during a restore, and left after it."""
    terminal, screen = made
    with terminal.watching(look):
        assert screen.drawn.wait(5)
    return screen.getvalue()


def test_it_is_a_teller(make: Make) -> None:
    terminal, screen = make()
    assert isinstance(terminal, Teller)
    terminal(f"server: {CANARY}")
    assert screen.getvalue() == "server: ***\n"


def test_lines_keep_their_colours_and_no_secret(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal, screen = make()
    terminal.show([Line(f"✓ {CANARY}", {"green": True}, 1), Line(""), Line("end", {"red": True})])
    assert screen.getvalue() == "\x1b[32m✓\x1b[0m ***\n\n\x1b[31mend\x1b[0m\n"


def test_a_terminal_has_a_bar(make: Make) -> None:
    text = watched(make())
    assert "restoring ━" in plain(text)
    assert "50% 10 bytes/s" in plain(text)
    assert "restoring for" not in text
    assert text.endswith("\x1b[2K")
    assert CANARY not in text


@pytest.mark.parametrize("arguments", [["-q"], ["--dist=load", "--tx=popen"]], ids=["quiet", "distributed"])
def test_a_quiet_or_a_distributed_run_has_lines(make: Make, arguments: list[str]) -> None:
    assert_lines(watched(make(*arguments)))


def test_what_is_no_terminal_has_lines(make: Make) -> None:
    assert_lines(watched(make(is_terminal=False)))


@pytest.mark.parametrize("name", ["dumb", "unknown", None])
def test_a_dumb_terminal_has_lines(make: Make, monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    monkeypatch.setenv("TERM", name or "")
    if name is None:
        monkeypatch.delenv("TERM")
    assert_lines(watched(make()))


def assert_lines(text: str) -> None:
    assert text.startswith("restoring for 5 s; 50 bytes of 100 bytes read (50%), 10 bytes/s")
    assert "━" not in text
    assert "\x1b" not in text
    assert CANARY not in text


def test_without_pytests_terminal_nothing_is_said(make: Make) -> None:
    terminal, screen = make("-p", "no:terminal")
    looked = threading.Event()

    def looking() -> Progress:
        looked.set()
        return look()

    terminal("a line")
    with terminal.watching(looking):
        assert looked.wait(5)
    assert screen.getvalue() == ""


@pytest.mark.parametrize("variable", ["NO_COLOR", None])
def test_colours_are_left_out_where_pytest_leaves_them_out(
    make: Make, monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if variable:
        monkeypatch.setenv(variable, "1")
    assert ("\x1b[3" in watched(make())) == (variable is None)


def test_a_terminal_that_is_gone_fails_nothing(make: Make) -> None:
    terminal, screen = make(broken=True)
    with terminal.watching(look):
        assert screen.drawn.wait(5)
    assert screen.getvalue() == ""
