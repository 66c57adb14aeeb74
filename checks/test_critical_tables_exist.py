"""Each critical table is there, is a table or a partitioned table, and can be read.

Catches tables that a backup left out, views and foreign tables in their place, and lost grants; each is
told apart. Recorded: the kind of each table. Source: pg_class.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.findings import Finding

KINDS = """
SELECT wanted.name, c.relkind::text, pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted (name, schema_name, table_name)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
"""

WORDS = {
    "r": "table",
    "p": "partitioned table",
    "v": "view",
    "m": "materialized view",
    "f": "foreign table",
    "S": "sequence",
    "i": "index",
    "c": "composite type",
}

TABLES = ("table", "partitioned table")


@pytest.mark.critical
def test_critical_tables_exist(
    database: psycopg.Connection,
    expectations: Expectations,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    names = [table.full_name for table in expectations.tables]
    schemas = [table.schema for table in expectations.tables]
    tables = [table.name for table in expectations.tables]
    rows = database.execute(KINDS, (names, schemas, tables)).fetchall()
    kinds = {name: WORDS.get(kind, kind) for name, kind, _ in rows}
    unreadable = [name for name, _, readable in rows if not readable]
    details["kinds"] = kinds
    others = {name: kind for name, kind in kinds.items() if kind not in TABLES}
    found = [Finding("table-missing", f"{name}: missing") for name in names if name not in kinds]
    found += [
        Finding("table-not-a-table", f"{name}: {kind}, expected a table") for name, kind in others.items()
    ]
    found += [Finding("table-unreadable", f"{name}: not readable by this role") for name in unreadable]
    findings = what_counts(found)
    assert not findings, f"{'; '.join(findings)}; expected {len(names)} tables that can be read"
