"""Each critical table holds a number of rows within the bounds that the expectations give it.

Catches emptied tables, dumps without data and tables that grew beyond reason. Recorded: every count,
in rows; on a live database those above `count_up_to` are the planner's estimates and marked so, and a
table that was never analysed is taken to hold a row for each 100 bytes. Source: count(*), and pg_class
with the size of today.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from database import Access
from expectations import Expectations, Table
from judging.findings import Finding

ESTIMATES = Path(__file__).with_name("row_counts.sql").read_bytes()
COUNT = "SELECT {} AS name, count(*) FROM {}"


def count_query(tables: list[Table]) -> sql.Composed:
    """One query for the counts of all these tables, the smallest UNION where there is none."""
    parts = [
        sql.SQL(COUNT).format(sql.Literal(t.full_name), sql.Identifier(t.schema, t.name)) for t in tables
    ]
    return sql.SQL(" UNION ALL ").join([*parts, sql.SQL("SELECT NULL, 0 WHERE false")])


def finding(table: Table, rows: int | None) -> Finding | None:
    """What is wrong with this number of rows, None where nothing is."""
    if rows is None:
        words = f"{table.full_name}: not there, expected at least {table.min_rows} rows"
        return Finding("table-missing", words)
    if rows < table.min_rows:
        words = f"{table.full_name}: {rows} rows, expected at least {table.min_rows}"
        return Finding("rows-below-least", words)
    if table.max_rows is not None and rows > table.max_rows:
        words = f"{table.full_name}: {rows} rows, expected at most {table.max_rows}"
        return Finding("rows-above-most", words)
    return None


@pytest.mark.warning
def test_row_counts_reasonable(
    database: psycopg.Connection,
    access: Access,
    expectations: Expectations,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    tables = expectations.tables
    names = ([t.full_name for t in tables], [t.schema for t in tables], [t.name for t in tables])
    estimates: dict[str, int] = dict(database.execute(ESTIMATES, names).fetchall())
    limit = float("inf") if access.reach.restored else expectations.count_up_to
    exact = [t for t in tables if t.full_name in estimates and estimates[t.full_name] <= limit]
    counts = estimates | dict(database.execute(count_query(exact)).fetchall())
    details["rows"] = {table.full_name: counts.get(table.full_name) for table in tables}
    details["estimated"] = sorted(set(estimates) - {table.full_name for table in exact})
    found = [finding(table, counts.get(table.full_name)) for table in tables]
    findings = what_counts(filter(None, found))
    assert not findings, "; ".join(findings)
