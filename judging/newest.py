"""How far the newest rows are behind the backup's own time."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from psycopg import sql

from expectations import Table
from judging.findings import Finding

GRACE_HOURS = 14
"""A header's clock has no zone: a row may seem to be as much younger than its backup."""

DAY = 24 * 3600
TIMES = ("date", "timestamp without time zone", "timestamp with time zone")

# The newest moment that is no later than the backup; what lies in the future proves nothing.
NEWEST = """
SELECT {}::text, extract(epoch FROM max({}::timestamptz))::float8 FROM {}
WHERE isfinite({}) AND {}::timestamptz <= to_timestamp({})
"""


def newest_query(tables: Sequence[Table], taken_at: datetime) -> sql.Composed:
    """One statement for the newest moment of each, in seconds since 1970; at least one table."""
    latest = sql.Literal(taken_at.timestamp() + GRACE_HOURS * 3600)
    parts: list[sql.Composed] = []
    for table in tables:
        column, place = sql.Identifier(table.newest_column or ""), sql.Identifier(table.schema, table.name)
        name = sql.Literal(table.full_name)
        parts.append(sql.SQL(NEWEST).format(name, column, place, column, column, latest))
    return sql.SQL(" UNION ALL ").join(parts)


def type_finding(table: Table, types: Mapping[str, str | None]) -> Finding | None:
    """Why a table's newest value cannot be asked for; `types` names each column's base type."""
    column = f"{table.full_name}.{table.newest_column}"
    if table.full_name not in types:
        words = f"{table.full_name}: not there, expected a table with {table.newest_column}"
        return Finding("table-missing", words)
    found = types[table.full_name]
    if found is None:
        return Finding("newest-column-unfit", f"{column}: not there, expected a column")
    words = f"{column}: {found}, expected a date or a timestamp"
    return None if found in TIMES else Finding("newest-column-unfit", words)


def lag_hours(newest: float, of_type: str, taken_at: datetime) -> float:
    """How far a value is behind; a date counts until its day is over."""
    return (taken_at.timestamp() - newest - (DAY if of_type == "date" else 0)) / 3600


def lag_finding(table: Table, newest: float | None, of_type: str, taken_at: datetime) -> Finding | None:
    """What is wrong with the newest value, None where nothing is."""
    column = f"{table.full_name}.{table.newest_column}"
    if newest is None or not math.isfinite(newest):
        return Finding("newest-data-old", f"{column}: no value from before the backup, expected one")
    lag = lag_hours(newest, of_type, taken_at)
    if lag <= table.max_lag_hours:
        return None
    moment = datetime.fromtimestamp(newest, UTC)
    return Finding(
        "newest-data-old",
        f"{column}: the newest value ({moment:%F %T} UTC) is {lag:.2f} hours behind the backup, "
        f"expected at most {table.max_lag_hours:g}",
    )
