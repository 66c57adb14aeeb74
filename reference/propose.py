"""A first expectations.toml, read off a database that is there: a beginning to be changed by hand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from reference.tenancies import Told, told_tenancy

MOST_TABLES = 20
MOST_FUNCTIONS = 50
MOST_COUNTED = 1_000_000
"""Rows; of larger tables the floor is a little below this."""

NOT_THEIRS = (
    "auth",
    "cron",
    "extensions",
    "graphql",
    "graphql_public",
    "information_schema",
    "net",
    "pgbouncer",
    "pgmq",
    "pgsodium",
    "realtime",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "vault",
)
_LIMITS = """
SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '2s';
SET LOCAL row_security = off; SET LOCAL search_path = '';
"""
_TABLES = Path(__file__).with_name("propose.sql").read_bytes()
_SIZE = "SELECT pg_catalog.pg_database_size(pg_catalog.current_database()), pg_catalog.current_database()"
_COUNT = "SELECT {name}, count(*) FROM (SELECT FROM {table} LIMIT {most}) AS counted"
_FUNCTIONS = """
SELECT pg_catalog.format('%%I.%%I(%%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes))
FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p') AND n.nspname <> ALL (%s) AND n.nspname NOT LIKE 'pg\\_%%'
AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
AND p.proname !~ '[().]' AND n.nspname !~ '[().]'
AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
)
ORDER BY 1
"""
_PLACEHOLDER = "proposed: row security was off; say here why, or enable it"


@dataclass(frozen=True)
class Candidate:
    """A table that may be critical; `readers` are roles of tenants that we may become."""

    schema: str
    name: str
    row_security: bool
    references: int
    estimate: int
    policies: Sequence[Mapping[str, Any]]
    readers: Sequence[str]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def protected(self) -> bool:
        return self.row_security and bool(self.policies)

    @property
    def weight(self) -> int:
        return (self.estimate + 1) * (self.references + 1)


def propose(dsn: str) -> str:
    """The text of an expectations.toml for the database; only reads it. Raises psycopg.Error.

    Raises ValueError where no table can be read.
    """
    with psycopg.connect(dsn, prepare_threshold=None) as connection:
        connection.read_only = True
        connection.execute(_LIMITS)
        rows = connection.execute(_TABLES, [list(NOT_THEIRS)]).fetchall()
        chosen = choose([Candidate(*row) for row in rows])
        counts = _counts(connection, chosen)
        functions = connection.execute(_FUNCTIONS, [list(NOT_THEIRS)]).fetchall()
        size, database = connection.execute(_SIZE).fetchall()[0]
        told = told_tenancy(connection, [table for table in chosen if table.protected])
    parts = [_database(database, size), *_tables(chosen, counts), _functions([row[0] for row in functions])]
    return "\n".join([*parts, *_tenancy(told)])


def choose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The tables that weigh most, those with policies first; raises ValueError where there is none."""
    if not candidates:
        raise ValueError("no table of this database can be read: nothing can be proposed")
    order = sorted(candidates, key=lambda table: (not table.protected, -table.weight, table.full_name))
    return order[:MOST_TABLES]


def floor_of(rows: int) -> int:
    """A number of rows, a little below what is there."""
    return min(rows, max(1, rows * 9 // 10))


def _counts(connection: psycopg.Connection, tables: Sequence[Candidate]) -> dict[str, int]:
    parts = [
        sql.SQL(_COUNT).format(
            name=sql.Literal(table.full_name),
            table=sql.Identifier(table.schema, table.name),
            most=sql.Literal(MOST_COUNTED),
        )
        for table in tables
    ]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall())


def _database(name: str, size: int) -> str:
    megabytes = size / (1024 * 1024)
    return (
        f"# Proposed from the database {json.dumps(name, ensure_ascii=False)}: read it, change it, and "
        "keep it beside your code.\n\n[database]\n"
        f"min_size_mb = {max(1, int(megabytes * 0.8))}    # it has {megabytes:.1f} MB\n"
        f"max_size_mb = {int(megabytes * 3) + 50}\n"
    )


def _tables(chosen: Sequence[Candidate], counts: Mapping[str, int]) -> list[str]:
    protects = any(table.protected for table in chosen)
    return [_table(table, counts[table.full_name], protects) for table in chosen]


def _table(table: Candidate, rows: int, protects: bool) -> str:
    """Where other tables have policies, one without is left to be judged by a person."""
    counts = (rows, len(table.policies), table.references)
    said = "# {} rows, {} policies, referenced by {} foreign keys".format(*counts)
    lines = [f"[tables.{json.dumps(table.full_name, ensure_ascii=False)}]", f"min_rows = {floor_of(rows)}"]
    if table.protected:
        return "\n".join([said, *lines, ""])
    reason = '""    # to be filled in' if protects else json.dumps(_PLACEHOLDER)
    lines += ["row_security = false", f"reason = {reason}"]
    told = f"{said}; row security is {'on, without a policy' if table.row_security else 'off'}"
    return "\n".join([told, *(f"# {line}" if protects else line for line in lines), ""])


def _functions(names: Sequence[str]) -> str:
    listed = "".join(f"    {json.dumps(name, ensure_ascii=False)},\n" for name in names[:MOST_FUNCTIONS])
    more = len(names) - MOST_FUNCTIONS
    said = f"# and {more} more\n" if more > 0 else ""
    told = "# Every function that no extension brought and that is no trigger's."
    return f"{told}\n{said}[functions]\nrequired = [\n{listed}]\n"


def _tenancy(told: Told | None) -> list[str]:
    if told is None:
        return ["# [tenancy] could not be told from the policies: see the README."]
    lines = [
        f"# From {told.source}.",
        "[tenancy]",
        f"tenants = {json.dumps(told.tenants, ensure_ascii=False)}",
        f"role = {json.dumps(told.role, ensure_ascii=False)}",
        f"anonymous_role = {json.dumps(told.anonymous_role)}",
        f"claims_setting = {json.dumps(told.claims_setting)}",
        "",
        "[tenancy.tables]",
        *(
            f"{json.dumps(t, ensure_ascii=False)} = {json.dumps(c, ensure_ascii=False)}"
            for t, c in told.tables
        ),
    ]
    return [*lines, ""]
