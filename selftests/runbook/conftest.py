"""The ground, one for each process of the session, and how many of the cases a session takes."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from restoring.programs import Programs
from selftests.runbook.ground import Ground, set_up

SHARE = 4
"""One in so many cases is in a run of all selftests."""


@pytest.fixture(scope="session")
def whole_ground(programs: Programs) -> Iterator[Ground]:
    if sys.platform != "linux":
        pytest.skip("the runbook is written for Linux and its commands")
    with set_up(programs) as ground:
        yield ground


@pytest.fixture
def ground(whole_ground: Ground) -> Iterator[Ground]:
    """The ground, cleared after each test."""
    yield whole_ground
    whole_ground.clear()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All cases where this room is named by itself; a share of them in a run of everything."""
    here = Path(__file__).parent
    if all(Path(argument.partition("::")[0]).resolve().is_relative_to(here) for argument in config.args):
        return
    spared = [item for item in items if here in item.path.parents and not _in_share(item)]
    config.hook.pytest_deselected(items=spared)
    items[:] = [item for item in items if item not in set(spared)]


def _in_share(item: pytest.Item) -> bool:
    """Whether an item is in every run; which ones are not is told by their names alone."""
    return "[" not in item.name or zlib.crc32(item.name.encode()) % SHARE == 0
