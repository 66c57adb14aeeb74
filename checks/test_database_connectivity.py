"""The database answers in time, and a row of the first critical table can be asked for.

Catches a restore that failed or lost something, a server that is down, wrong credentials, and a role
that may not read. Recorded: milliseconds to connect, the server's version, whether it is in recovery.
Source: the DSN, or the restore just made.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from psycopg import sql

from database import Access
from expectations import Expectations
from judging.arrival import lacks, told

ONE_ROW = "SELECT 1 FROM {} LIMIT 1"


@pytest.mark.critical
def test_database_connectivity(
    access: Access,
    expectations: Expectations,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    details["milliseconds_to_connect"] = access.milliseconds
    details["database"] = access.database
    details["server_version"] = access.server_version
    details["in_recovery"] = access.in_recovery
    findings = what_counts(lacks(access))
    assert not findings, told(access, findings)
    assert access.connection is not None, "the database was not connected to"
    table = expectations.tables[0]
    name = sql.Identifier(table.schema, table.name)
    with access.limited():
        access.connection.execute(sql.SQL(ONE_ROW).format(name)).fetchall()
