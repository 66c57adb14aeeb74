"""What is defined, and about how many rows each table holds, is recorded for the next run to compare with.

Catches nothing by itself. Recorded: a digest of each definition, and the rows of each table as ANALYZE
estimated them. Source: pg_catalog.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest

from judging.catalogue import shape_found
from judging.findings import Finding
from judging.wording import sentence
from restoring.facts import RestoredFacts


@pytest.mark.info
@pytest.mark.needs("backup")
def test_shape_recorded(
    database: psycopg.Connection,
    restored: RestoredFacts,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    details["shape"] = shape_found(database, restored)
    empty = Finding("shape-empty", "tables: 0, expected at least 1")
    findings = what_counts([] if details["shape"]["rows"] else [empty])
    assert not findings, sentence(findings)
