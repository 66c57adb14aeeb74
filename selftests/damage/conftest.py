"""The bench, one for each process of the session, and the table that the session's entries end in.

Workers of xdist hand their rows over with their reports; whoever prints the summary prints the table, and
writes it below DAMAGE_REPORT, else below the temporary folder.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from restoring.programs import Programs
from selftests.damage.bench import Bench, set_up
from selftests.damage.catalogue import ENTRIES
from selftests.damage.scoreboard import Row, text, write

_PROPERTY = "row of the damage table"
SHARE = 4
"""One in so many entries, and healthy variants, is in a run of all selftests."""

ORDER = {str(entry): place for place, entry in enumerate(ENTRIES)}


@pytest.fixture(scope="session")
def whole_bench(programs: Programs) -> Iterator[Bench]:
    with set_up(programs) as bench:
        yield bench


@pytest.fixture
def bench(whole_bench: Bench) -> Iterator[Bench]:
    """The bench, cleared after each test."""
    yield whole_bench
    whole_bench.clear()


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[[Row], None]:
    """Puts a row into the table."""
    return lambda row: request.node.user_properties.append((_PROPERTY, asdict(row)))


class Table:
    """Gathers the rows of a session, in the order of the tests' names."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, values in report.user_properties:
            if report.when == "call" and name == _PROPERTY and isinstance(values, dict):
                self.rows[report.nodeid] = Row.read(values)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.rows:
            return
        rows = sorted(self.rows.values(), key=_place)
        terminalreporter.section("damage, and what notices it")
        for line in [*text(rows), *map(str, write(rows, _folder()))]:
            terminalreporter.write_line(line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All entries where this room is named by itself; a share of them in a run of everything.

    Each is a whole run of the product, and together they take as long as all other selftests.
    """
    here = Path(__file__).parent
    if all(Path(argument.partition("::")[0]).resolve().is_relative_to(here) for argument in config.args):
        return
    spared = [item for item in items if here in item.path.parents and not _in_share(item)]
    config.hook.pytest_deselected(items=spared)
    items[:] = [item for item in items if item not in set(spared)]


def _in_share(item: pytest.Item) -> bool:
    """Whether an item is in every run; which ones are not is told by their names alone."""
    is_entry = item.name.startswith(("test_damage_to_a_backup", "test_a_healthy_backup_ends"))
    return not is_entry or zlib.crc32(item.name.encode()) % SHARE == 0


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Table())


def _folder() -> Path:
    usual = os.environ.get("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    return Path(os.environ.get("DAMAGE_REPORT", Path(usual) / "damage-report"))


def _place(row: Row) -> tuple[int, str]:
    """Families and entries in the catalogue's order, what lies on a disk behind them."""
    return ORDER.get(row.title, len(ORDER)), row.title
