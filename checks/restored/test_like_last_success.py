"""The database is much like the one that was last verified with success.

Catches definitions that are gone, policies and grants that changed, and tables that were emptied or halved,
where no reference would tell. Recorded: when that was, and the changes. Source: the log, pg_catalog.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest

from judging.catalogue import shape_found
from judging.shape import changes
from judging.wording import sentence
from reporting.earlier import Earlier
from restoring.facts import RestoredFacts


@pytest.mark.warning
@pytest.mark.needs("backup", "earlier")
def test_like_last_success(
    database: psycopg.Connection,
    earlier: Earlier,
    restored: RestoredFacts,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    found = changes(earlier.shape, shape_found(database, restored))
    details["compared with"] = earlier.words
    details["changes"] = found
    findings = what_counts(found)
    assert not findings, f"changes since {earlier.words}: {len(findings)}, expected 0; {sentence(findings)}"
