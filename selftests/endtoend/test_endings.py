"""Runs that are ended from outside: nothing is claimed, and nothing of theirs stays behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Finished, Log, Product, Running, Slack

HOLDING = """
import os, time
from pathlib import Path
import pytest

@pytest.mark.critical
def test_hold(database):
    Path(os.environ["HELD"]).touch()
    while not Path(os.environ["GO"]).exists():
        time.sleep(0.02)
"""
TOO_MANY = "[database]\nmin_size_mb = 1\n[tables.pets]\nmin_rows = 3\n"

OPENING = """
from restoring.workplace import open_workplace

for _ in range(300):
    workplace = open_workplace()
    (workplace.path / "data").mkdir()
    assert (workplace.path / "lock").exists()
    workplace.close()
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")


@dataclass
class Endable:
    """A product whose runs can be caught at a moment."""

    product: Product
    archives: Path
    slack: Slack
    held: Path
    go: Path
    stack: ExitStack

    def at(self, moment: str, *arguments: str) -> Running:
        """A run that has come to this moment and stays there, or nearly."""
        stale = self.product.folder / "report.json"
        stale.write_text("{}")
        if moment == "checks":
            self.product.add_check("test_hold.py", HOLDING)
        asked = self.stack.enter_context(self.slack.holding())
        running = self.start("slow.dump" if moment == "restore" else "small.dump", moment, *arguments)
        reached = {
            "start": lambda: not stale.exists(),
            "initdb": lambda: running.runs("initdb"),
            "restore": lambda: running.runs("pg_restore") and running.runs("postgres: verifier_loader"),
            "checks": self.held.exists,
            "delivery": asked.is_set,
        }
        running.until(reached[moment])
        return running

    def start(self, backup: str, moment: str, *arguments: str) -> Running:
        expectations = self.product.folder / "mine.toml"
        small = (self.archives / "small.toml").read_text()
        expectations.write_text(TOO_MANY if moment == "delivery" else small)
        named = ("--backup", self.archives / backup, "--expectations", expectations)
        return self.product.start("checks/", *named, *arguments, HELD=str(self.held), GO=str(self.go))

    def next(self) -> Finished:
        """The run that comes after, which holds nowhere."""
        self.go.touch()
        return self.start("small.dump", "end").finish()


@pytest.fixture
def endable(copy: Product, archives: Path, log: Log, slack: Slack) -> Iterator[Endable]:
    with ExitStack() as stack:
        yield Endable(copy, archives, slack, copy.folder / "held", copy.folder / "go", stack)


def alive(processes: dict[int, str]) -> dict[int, str]:
    """Those that run still; a process that nobody has buried yet runs no more."""
    return {pid: command for pid, command in processes.items() if state_of(pid) not in ("", "Z")}


def state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def assert_gone(processes: dict[int, str], seconds: float = 3) -> None:
    end = time.monotonic() + seconds
    while alive(processes) and time.monotonic() < end:
        time.sleep(0.01)
    assert alive(processes) == {}


@pytest.mark.parametrize("moment", ["start", "initdb", "restore", "checks", "delivery"])
def test_a_killed_run_takes_its_server_along_and_the_next_clears_its_files(
    endable: Endable, log: Log, moment: str
) -> None:
    running = endable.at(moment)
    below = running.children()
    running.end(signal.SIGKILL)
    killed = running.finish()
    assert_gone(below)
    assert (killed.code, killed.report, "SUCCESS" in killed.out) == (-signal.SIGKILL, None, False)
    assert [row["status"] for row in log.rows()] == (["warning"] if moment == "delivery" else [])
    assert below or moment == "start"
    assert endable.next().code == 0
    assert endable.product.leftovers() == []


@pytest.mark.parametrize(
    ("ending", "moment"),
    [
        (signal.SIGTERM, "restore"),
        (signal.SIGTERM, "checks"),
        (signal.SIGTERM, "delivery"),
        (signal.SIGINT, "restore"),
        (signal.SIGINT, "checks"),
    ],
)
def test_an_interrupted_run_exits_2_and_puts_everything_away(
    endable: Endable, log: Log, ending: signal.Signals, moment: str
) -> None:
    running = endable.at(moment)
    below = running.children()
    running.end(ending)
    ended = running.finish(20)
    assert_gone(below)
    assert (ended.code, "SUCCESS" in ended.out) == (2, False)
    assert (ended.report or {}).get("verification") is None
    assert [row["status"] for row in log.rows()] == (["warning"] if moment == "delivery" else [])
    assert endable.product.leftovers() == []


def test_an_interrupted_distributed_run_puts_its_workers_away(endable: Endable, log: Log) -> None:
    running = endable.at("checks", "-n2")
    below = running.children()
    running.end(signal.SIGTERM)
    time.sleep(0.5)
    endable.go.touch()
    ended = running.finish(20)
    assert_gone(below)
    assert (ended.code, log.rows(), endable.product.leftovers()) == (2, [], [])


def test_a_run_that_is_alive_is_left_alone(endable: Endable, log: Log) -> None:
    first = endable.at("checks")
    (folder,) = endable.product.leftovers()
    servers = {pid: words for pid, words in first.children().items() if "postgres" in words}
    go, endable.go = endable.go, endable.product.folder / "go at once"
    assert endable.next().code == 0
    assert endable.product.leftovers() == [folder]
    assert alive(servers) == servers
    go.touch()
    assert first.finish().code == 0
    assert [row["status"] for row in log.rows()] == ["success", "success"]
    assert endable.product.leftovers() == []


def test_runs_that_start_together_leave_each_other_alone(product: Product) -> None:
    together = [product.start_python("-c", OPENING) for _ in range(4)]
    ended = [running.finish() for running in together]
    assert [run.err for run in ended if run.code != 0] == []
    assert product.leftovers() == []


def test_a_kept_server_says_how_to_reach_it_and_how_to_remove_it(endable: Endable) -> None:
    kept = endable.start("small.dump", "end", "--keep-restored").finish()
    assert kept.code == 0
    assert endable.next().code == 0
    assert len(endable.product.leftovers()) == 1
    connect, remove = (
        re.search(rf"^  {word}: +(.+)$", kept.out, re.MULTILINE) for word in ("connect", "remove")
    )
    assert connect is not None
    assert remove is not None
    query = f"{connect[1]} -AXtw -c 'SELECT count(*) FROM public.pets'"
    assert shell(query) == "2\n"
    shell(remove[1])
    assert endable.product.leftovers() == []


def test_a_server_to_be_kept_does_not_outlive_an_interruption_in_silence(endable: Endable) -> None:
    running = endable.at("checks", "--keep-restored")
    below = running.children()
    running.end(signal.SIGTERM)
    ended = running.finish(20)
    assert ended.code == 2
    if "remove:" not in ended.out:
        assert_gone(below)
        assert endable.product.leftovers() == []


def shell(command: str) -> str:
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
