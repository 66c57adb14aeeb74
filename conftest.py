"""The fixtures that a check can ask for."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from database import Access
from expectations import Expectations
from reporting.earlier import Earlier, read_earlier
from reporting.exempting import weighed
from reporting.handover import Handover
from reporting.history.reading import Document, LogUnreadable, read_beside, read_documents
from reporting.needs import Absent
from reporting.reports import DETAILS, FINDINGS, UNVERIFIED
from reporting.verification import BackupFacts, CheckResult, FindingResult
from reporting.verifying import RUN
from restoring.facts import RestoredFacts

if TYPE_CHECKING:
    from reference.opening import Compared

HISTORY_DAYS = 366
HISTORY_SECONDS = 20.0

pytest_plugins = ("reporting.plugin",)


@pytest.fixture(scope="session")
def expectations(pytestconfig: pytest.Config) -> Expectations:
    """What the user says must be true."""
    return pytestconfig.stash[RUN].expectations


@pytest.fixture(scope="session")
def handover(pytestconfig: pytest.Config) -> Handover:
    """What the process that restores has told this one."""
    return Handover.received(pytestconfig) or Handover.of(pytestconfig.stash[RUN])


@pytest.fixture(scope="session")
def access(handover: Handover, expectations: Expectations) -> Iterator[Access]:
    """The shared connection, or the reason why there is none."""
    access = Access(handover.reach, expectations.answer_seconds)
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


@pytest.fixture
def acting(
    database: psycopg.Connection, access: Access, handover: Handover
) -> Iterator[psycopg.Connection]:
    """A connection that may become any role of the database, in a transaction that is rolled back.

    On a restored database it may write; on a live one it is the read-only `database` itself.
    """
    if handover.restored is None:
        yield database
        return
    with access.acting(handover.restored.acting_dsn) as connection:
        yield connection


@pytest.fixture(scope="session")
def backup(handover: Handover) -> BackupFacts | None:
    """What is known of the backup; None where a live database is verified."""
    return handover.backup


@pytest.fixture
def restored(handover: Handover) -> RestoredFacts:
    """How the backup came back; a check that asks for it does not run without."""
    if handover.restored is None:
        pytest.skip("no backup has been restored")
    return handover.restored


@pytest.fixture(scope="session")
def reference(pytestconfig: pytest.Config) -> "Compared":
    """What the source looked like; one that cannot be read or trusted leaves its checks not run."""
    return pytestconfig.stash[RUN].reference()


@pytest.fixture
def earlier(pytestconfig: pytest.Config, access: Access, unverified: Callable[[str, str], None]) -> Earlier:
    """The last success of this database; where the log has none, the check that asks is absent."""
    run, name = pytestconfig.stash[RUN], access.database
    dsn = run.settings.log_database_url
    found = read_earlier(dsn, run.target_name, name) if dsn and name else None
    if found is None:
        unverified("changes since the last success", "the log has none of this database, or cannot be read")
        raise Absent("nothing to compare with")
    return found


@pytest.fixture(scope="session")
def documents(pytestconfig: pytest.Config, access: Access) -> list[Document] | LogUnreadable:
    """What the log holds of this target, the oldest first; or why it cannot be read."""
    run = pytestconfig.stash[RUN]
    dsn = run.settings.log_database_url or ""
    access.renew()
    try:
        if dsn == run.settings.database_url and access.problem is None and access.connection is not None:
            with access.limited():
                return read_beside(access.connection, dsn, days=HISTORY_DAYS, target=run.target_name)
        return read_documents(dsn, seconds=HISTORY_SECONDS, days=HISTORY_DAYS, target=run.target_name)
    except LogUnreadable as error:
        return error


@pytest.fixture
def history(
    documents: list[Document] | LogUnreadable, unverified: Callable[[str, str], None]
) -> list[Document]:
    """The earlier verifications of this target that succeeded, the oldest first."""
    if isinstance(documents, LogUnreadable):
        unverified("what is usual", str(documents))
        raise Absent("the log cannot be read")
    return [document for document in documents if document["status"] != "failure"]


@pytest.fixture
def so_far(pytestconfig: pytest.Config) -> dict[str, CheckResult]:
    """What the checks before this one have found in this very run."""
    return {result.name: result for result in pytestconfig.stash[RUN].outcomes.results()}


@pytest.fixture
def details(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What is put here lands in the row, beside the check's outcome."""
    found: dict[str, Any] = {}
    request.node.stash[DETAILS] = found
    return found


@pytest.fixture
def what_counts(
    request: pytest.FixtureRequest, expectations: Expectations
) -> Callable[[Iterable[str]], list[str]]:
    """Takes down what a check finds, and gives back what no exemption covers, to assert upon."""
    taken: list[FindingResult] = []
    request.node.stash[FINDINGS] = taken

    def weigh(findings: Iterable[str]) -> list[str]:
        found = list(findings)
        weighed_now = weighed(found, request.node.name, expectations.exemptions, datetime.now(UTC).date())
        taken.extend(weighed_now)
        return [text for text, result in zip(found, weighed_now, strict=True) if not result.exempted]

    return weigh


@pytest.fixture
def unverified(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Called with what a check could not look at and why; it is listed as not verified."""
    found: list[tuple[str, str]] = []
    request.node.stash[UNVERIFIED] = found
    return lambda what, why: found.append((what, why))
