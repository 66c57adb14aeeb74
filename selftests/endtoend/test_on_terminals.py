"""A restore on a real terminal: a bar while it lasts, gone however it ends; lines where there is none."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from selftests.pseudoterminal import OnTerminal, plain, screen
from selftests.voluminous import write_backup

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Product

Start = Callable[..., OnTerminal]

CANARY = "c4n4ry_of_a_password"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A backup that takes seconds to restore, and what is expected of it."""
    return write_backup(tmp_path_factory.mktemp("large"), ("pets", CANARY), 600_000)


@pytest.fixture
def start(product: Product, large: tuple[Path, Path]) -> Iterator[Start]:
    """Starts a run on a terminal; `variables` are added to its environment."""
    started: list[OnTerminal] = []
    backup, expectations = map(str, large)

    def starting(*arguments: str, **variables: str) -> OnTerminal:
        command = [product.python, "-m", "pytest", "-p", "no:cacheprovider", "checks/", "--no-delivery"]
        command += ["--backup", backup, "--expectations", expectations]
        # as a password that is also a table's name, so that a line with the name would tell it
        secret = {"PGPASSWORD": CANARY}
        environment = product._environment() | secret | variables
        started.append(OnTerminal.start([*command, *arguments], environment, product.home))
        return started[-1]

    yield starting
    for each in started:
        each.close()


def test_a_bar_is_drawn_and_gone(start: Start, product: Product) -> None:
    running = start()
    running.until("restoring ━")
    running.until(" filled; ")
    assert running.finish() == 0
    left = [plain(line) for line in screen(running.text)]
    assert not [line for line in left if "restoring ━" in line]
    assert "%" in plain(running.text)
    assert [line for line in left if line.startswith("SUCCESS: the backup can be restored, and ")]
    assert "\x1b[32m" in running.text
    assert CANARY not in running.text
    assert product.leftovers() == []


def test_a_dumb_terminal_has_no_bar(start: Start) -> None:
    running = start(TERM="dumb")
    assert running.finish() == 0
    assert "━" not in running.text
    assert "\x1b" not in running.text


@pytest.mark.parametrize(
    "end",
    [
        lambda running: running.type(b"\x03"),
        lambda running: running.process.send_signal(signal.SIGTERM),
    ],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_an_interrupted_restore_leaves_no_bar(
    start: Start, product: Product, end: Callable[[OnTerminal], None]
) -> None:
    running = start()
    running.until("restoring ━")
    end(running)
    assert running.finish(20) == 2
    assert not [line for line in screen(running.text) if "restoring ━" in plain(line)]
    assert "\x1b[?25l" not in running.text
    assert "nothing was verified" in running.text
    assert product.leftovers() == []


def test_a_terminal_that_goes_away_leaves_the_server_to_nobody(start: Start, product: Product) -> None:
    """The terminal's end is told by SIGHUP, which ends a run at once; its server goes with it."""
    running = start()
    running.until("restoring ━")
    (folder,) = product.leftovers()
    os.close(running.master)
    running.master = os.open(os.devnull, os.O_RDONLY)
    assert running.process.wait(20) != 0
    assert_ends(folder)


def assert_ends(folder: Path) -> None:
    """No server is left that has its files there (Linux)."""
    if sys.platform == "linux":
        for _ in range(500):
            commands = [file for file in Path("/proc").glob("[0-9]*/cmdline") if str(folder) in _text(file)]
            if not commands:
                return
            signal.sigtimedwait([], 0.01)
        raise AssertionError("a server is left")


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
