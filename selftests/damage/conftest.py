"""The bench, one for each process of the session, and the table that a session's entries end in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from restoring.programs import Programs
from selftests.damage.bench import Bench, set_up


@pytest.fixture(scope="session")
def whole_bench(programs: Programs) -> Iterator[Bench]:
    with set_up(programs) as bench:
        yield bench


@pytest.fixture
def bench(whole_bench: Bench) -> Iterator[Bench]:
    """The bench, cleared after each test."""
    yield whole_bench
    whole_bench.clear()
