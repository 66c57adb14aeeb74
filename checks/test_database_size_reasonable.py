"""The database is at least as large as expected, and at most, in MB of 1024 * 1024 bytes.

Catches restores that came back nearly empty. Recorded: the size, and the size without what an empty
database weighs (template0's). Source: pg_database_size.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest

from expectations import MEGABYTE, Expectations
from judging.findings import Finding
from judging.wording import sentence

SIZES = """
SELECT pg_catalog.pg_database_size(pg_catalog.current_database()), (
    SELECT pg_catalog.pg_database_size(oid) FROM pg_catalog.pg_database
    WHERE datname = 'template0' AND pg_catalog.has_database_privilege(oid, 'CONNECT')
)
"""


def finding(megabytes: float, least: float, most: float | None) -> Finding | None:
    """What is wrong with this size, None where nothing is."""
    bounds = f"at least {least} MB" if most is None else f"{least} to {most} MB"
    words = f"database size: {megabytes:.2f} MB, expected {bounds}"
    if megabytes < least:
        return Finding("size-below-least", words)
    return Finding("size-above-most", words) if most is not None and megabytes > most else None


@pytest.mark.warning
def test_database_size_reasonable(
    database: psycopg.Connection,
    expectations: Expectations,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    size, empty = database.execute(SIZES).fetchall()[0]
    megabytes = size / MEGABYTE
    details["size_mb"] = round(megabytes, 2)
    details["size_without_empty_mb"] = round((size - (empty or 0)) / MEGABYTE, 2) if empty else None
    found = finding(megabytes, expectations.min_size_mb, expectations.max_size_mb or None)
    findings = what_counts(filter(None, [found]))
    assert not findings, sentence(findings)
