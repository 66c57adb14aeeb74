"""The database is at least as large as expected, and at most, in MB of 1024 * 1024 bytes.

Catches restores that came back nearly empty. Recorded: the size, and the size without what an empty
database weighs (template0's). Source: pg_database_size.
"""

from typing import Any

import psycopg
import pytest

from expectations import MEGABYTE, Expectations

SIZES = """
SELECT pg_catalog.pg_database_size(pg_catalog.current_database()), (
    SELECT pg_catalog.pg_database_size(oid) FROM pg_catalog.pg_database
    WHERE datname = 'template0' AND pg_catalog.has_database_privilege(oid, 'CONNECT')
)
"""


@pytest.mark.warning
def test_database_size_reasonable(
    database: psycopg.Connection, expectations: Expectations, details: dict[str, Any]
) -> None:
    size, empty = database.execute(SIZES).fetchall()[0]
    megabytes = size / MEGABYTE
    least, most = expectations.min_size_mb, expectations.max_size_mb or float("inf")
    details["size_mb"] = round(megabytes, 2)
    details["size_without_empty_mb"] = round((size - (empty or 0)) / MEGABYTE, 2) if empty else None
    bounds = f"at least {least} MB" if most == float("inf") else f"{least} to {most} MB"
    assert least <= megabytes <= most, f"database size: {megabytes:.2f} MB, expected {bounds}"
