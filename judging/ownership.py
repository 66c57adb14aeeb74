"""Which tenants there are, in which tables, and how many rows each of them owns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

from expectations import Tenancy

MOST_TENANTS = 10_000
"""How many of the tenants that the query names are considered."""
NOBODY = ""
"""The tenant under which the rows are counted that belong to none."""

_NO_CLAIMS = ("", "{}", "null")
_PLACES = Path(__file__).with_name("tenants.sql").read_bytes()
_NAMED = """
SELECT DISTINCT ON (1) tenant::text COLLATE "C", claims::text FROM ({query}
) AS named (tenant, claims)
WHERE tenant::text <> '' ORDER BY 1, claims::text COLLATE "C" LIMIT {most}
"""
_TRUTH = """
SELECT coalesce({column}::text, ''), count(*) FROM {table}
WHERE {column}::text = ANY (%s) OR {column} IS NULL GROUP BY 1
"""


@dataclass(frozen=True)
class Place:
    """A table with the column that says whose a row is, and what the tenants' role was granted there."""

    name: str
    schema: str
    table: str
    column: str
    type: str
    owner: str
    readable: bool
    open_to_strangers: bool
    writes: Sequence[str]
    triggered: bool
    insertable: Mapping[str, str]

    def filled(self, text: LiteralString, **more: sql.Composable) -> sql.Composed:
        """A statement with the names of table and column, and a `{value}` of the column's type."""
        table, column = sql.Identifier(self.schema, self.table), sql.Identifier(self.column)
        value = sql.SQL("%s::{}").format(sql.SQL(cast(Any, self.type)))
        return sql.SQL(text).format(table=table, column=column, value=value, **more)


def named_tenants(database: psycopg.Connection, tenancy: Tenancy) -> dict[str, str]:
    """The claims of each tenant that the query names, without those that have none."""
    query = tenancy.tenants.strip().rstrip(";")
    with database.transaction():
        rows = database.execute(_NAMED.format(query=query, most=MOST_TENANTS).encode()).fetchall()
    return {
        tenant: claims for tenant, claims in rows if claims and claims.strip() not in ("", "{}", "null")
    }


def places_of(database: psycopg.Connection, tenancy: Tenancy) -> list[Place]:
    """The tables of the expectations that are there, with their columns."""
    parts = [(name, *name.split(".", 1), column) for name, column in tenancy.tables.items()]
    columns = [list(column) for column in zip(*parts, strict=True)]
    rows = database.execute(_PLACES, [*columns, tenancy.role, tenancy.anonymous_role]).fetchall()
    return [Place(*row) for row in rows]


def rows_by_tenant(database: psycopg.Connection, place: Place, tenants: Iterable[str]) -> dict[str, int]:
    """How many rows each of these tenants owns, of those that own any; and NOBODY."""
    with database.transaction():
        rows = database.execute(place.filled(_TRUTH), [list(tenants)]).fetchall()
    return dict(rows)


def in_order(owned: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The tenants, first those with rows in the most tables and, of these, with the fewest rows."""
    everybody = sorted({key for rows in owned.values() for key in rows} - {NOBODY})
    tables = {key: sum(key in rows for rows in owned.values()) for key in everybody}
    total = {key: sum(rows.get(key, 0) for rows in owned.values()) for key in everybody}
    return sorted(everybody, key=lambda key: (-tables[key], total[key], key))
