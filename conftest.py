"""The fixtures that a check can ask for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest

from database import Access, Reach
from expectations import Expectations
from reporting.plugin import RUN
from reporting.reports import DETAILS
from reporting.verification import BackupFacts

pytest_plugins = ("reporting.plugin",)


@pytest.fixture(scope="session")
def expectations(pytestconfig: pytest.Config) -> Expectations:
    """What the user says must be true."""
    return pytestconfig.stash[RUN].expectations


@pytest.fixture(scope="session")
def access(pytestconfig: pytest.Config, expectations: Expectations) -> Iterator[Access]:
    """The shared connection, or the reason why there is none."""
    handed_over = getattr(pytestconfig, "workerinput", {}).get("reach")
    reach = Reach(**handed_over) if handed_over else pytestconfig.stash[RUN].reach
    access = Access(reach, expectations.answer_seconds)
    yield access
    access.close()


@pytest.fixture
def database(access: Access) -> Iterator[psycopg.Connection]:
    """A read-only connection to the database; a check that asks for it does not run without one."""
    access.renew()
    if access.problem is not None or access.connection is None:
        pytest.skip("the database cannot be looked at")
    with access.limited():
        yield access.connection


@pytest.fixture(scope="session")
def backup(pytestconfig: pytest.Config) -> BackupFacts | None:
    """What is known of the backup; None where a live database is verified."""
    worker = getattr(pytestconfig, "workerinput", None)
    if worker is None:
        return pytestconfig.stash[RUN].backup_facts()
    facts = worker["backup"]
    return facts and BackupFacts(**facts | {"taken_at": datetime.fromisoformat(facts["taken_at"])})


@pytest.fixture
def details(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What is put here lands in the row, beside the check's outcome."""
    found: dict[str, Any] = {}
    request.node.stash[DETAILS] = found
    return found
