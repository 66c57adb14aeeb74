"""The newest value of each column that the expectations name is close to the backup's own time.

Catches dumps of a replica that lags, of a copy that nobody writes to, and rows that were left behind.
Recorded: the newest moment of each in ISO-8601 UTC, and its lag in hours. Source: the tables; dates count
until their day is over, times without a zone are taken as UTC, and values later than the backup prove
nothing.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.newest import lag_finding, lag_hours, newest_query, type_finding
from judging.wording import sentence
from reporting.verification import BackupFacts

COLUMNS = Path(__file__).with_name("newest_columns.sql").read_bytes()


@pytest.mark.warning
@pytest.mark.needs("backup", "newest")
def test_newest_data_recent(
    database: psycopg.Connection,
    expectations: Expectations,
    backup: BackupFacts | None,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    assert backup is not None, "the backup: not there, expected one with a time"
    tables = [table for table in expectations.tables if table.newest_column]
    names = ([t.full_name for t in tables], [t.schema for t in tables], [t.name for t in tables])
    columns = [t.newest_column for t in tables]
    types: dict[str, str | None] = dict(database.execute(COLUMNS, (*names, columns)).fetchall())
    unfit = [type_finding(table, types) for table in tables]
    fit = [table for table, words in zip(tables, unfit, strict=True) if words is None]
    database.execute("SELECT pg_catalog.set_config('TimeZone', 'UTC', true)")
    rows = database.execute(newest_query(fit, backup.taken_at)).fetchall() if fit else []
    newest: dict[str, float | None] = dict(rows)
    details["newest"] = {
        name: datetime.fromtimestamp(moment, UTC).isoformat() for name, moment in newest.items() if moment
    }
    details["lag_hours"] = {
        name: round(lag_hours(moment, str(types[name]), backup.taken_at), 2)
        for name, moment in newest.items()
        if moment
    }
    late = [
        lag_finding(table, newest[table.full_name], str(types[table.full_name]), backup.taken_at)
        for table in fit
    ]
    findings = what_counts(filter(None, [*unfit, *late]))
    assert tables, "columns: 0, expected at least 1 newest_column"
    assert not findings, sentence(findings)
