"""The critical tables, each a section of its own."""

from collections.abc import Mapping
from typing import Any

from expectations.model import Table
from expectations.values import ABOVE_ZERO, ANY_TEXT, COUNT, TEXT, TRUTH, Source

_KEYS = {
    "min_rows": COUNT,
    "max_rows": COUNT,
    "row_security": TRUTH,
    "reason": ANY_TEXT,
    "force_row_security": TRUTH,
    "newest_column": TEXT,
    "max_lag_hours": ABOVE_ZERO,
}
_LEAST_ROWS = {"public.organizations": 1}


def read_tables(source: Source, content: Mapping[str, Any]) -> tuple[Table, ...]:
    """At least one, each named once; a name without a schema means public."""
    entries = content.get("tables", {})
    if not isinstance(entries, dict) or not entries:
        raise source.error("tables", "expected at least one table, such as [tables.organizations]")
    tables = [_table(source, name, entry) for name, entry in entries.items()]
    names = [table.full_name for table in tables]
    for name in names:
        if names.count(name) > 1:
            raise source.error(f"tables.{name}", "expected once, but the table is named twice")
    return tuple(tables)


def split_name(source: Source, where: str, name: str) -> tuple[str, str]:
    """Schema and table of a name as users write it."""
    schema, _, table = name.rpartition(".")
    if not table or name.startswith(".") or name.count(".") > 1:
        raise source.error(where, "expected the name of a table, or schema.table")
    return schema or "public", table


def _table(source: Source, name: str, entry: object) -> Table:
    where = f"tables.{name}"
    if isinstance(entry, dict) and any(isinstance(value, dict) for value in entry.values()):
        inner = next(key for key, value in entry.items() if isinstance(value, dict))
        raise source.error(where, f'expected quotes around both parts: [tables."{name}.{inner}"]')
    values = source.values(where, entry, _KEYS)
    source.in_order(where, "rows", values)
    _require_reason(source, where, values)
    if "max_lag_hours" in values and "newest_column" not in values:
        raise source.error(f"{where}.max_lag_hours", "expected only beside newest_column")
    schema, table = split_name(source, where, name)
    least = _LEAST_ROWS.get(f"{schema}.{table}", 0)
    if values.get("max_rows") is not None:
        least = min(least, values["max_rows"])
    given: dict[str, Any] = {"min_rows": least} | values
    return Table(schema, table, **given)


def _require_reason(source: Source, where: str, values: Mapping[str, Any]) -> None:
    off = values.get("row_security") is False
    if off and not values.get("reason", "").strip():
        raise source.error(f"{where}.reason", "expected a reason for row_security = false")
    if not off and "reason" in values:
        raise source.error(f"{where}.reason", "expected only beside row_security = false")
    if off and values.get("force_row_security"):
        raise source.error(f"{where}.force_row_security", "expected only where row security is on")
