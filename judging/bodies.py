"""Bodies of functions that cannot run, as plpgsql_check sees them."""

from collections.abc import Sequence
from typing import NamedTuple

import psycopg
from psycopg import sql

from judging.findings import Finding
from judging.wording import Gap

# An application may have any search path: a name that is found in no schema at all is found by none.
EVERYWHERE = r"""
SELECT pg_catalog.set_config('search_path', (
    SELECT string_agg(pg_catalog.quote_ident(nspname), ', ' ORDER BY nspname <> 'public', nspname)
    FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), true)
"""

# A trigger function is looked at once for each table that it stands on; one that stands on none is not.
COMPLAINTS = r"""
SELECT p.oid::regprocedure::text, found.sqlstate, found.message, p.prosrc ~* 'create\s+(\w+\s+)?temp'
FROM pg_catalog.pg_proc AS p
LEFT JOIN LATERAL (
    SELECT DISTINCT t.tgrelid FROM pg_catalog.pg_trigger AS t WHERE t.tgfoid = p.oid AND NOT t.tgisinternal
) AS stands ON true
CROSS JOIN LATERAL {}.plpgsql_check_function_tb(
    funcoid => p.oid::regprocedure, relid => coalesce(stands.tgrelid, 0)::regclass, fatal_errors => false,
    other_warnings => false, extra_warnings => false
) AS found
WHERE p.oid = ANY ({}::oid[]) AND found.level = 'error'
    AND (p.prorettype <> 'trigger'::regtype OR stands.tgrelid IS NOT NULL)
    AND p.prorettype <> 'event_trigger'::regtype
"""


class Complaint(NamedTuple):
    """What is said of a body; one that makes temporary tables cannot be judged before it has run."""

    function: str
    sqlstate: str
    message: str
    makes_tables: bool


def complaints(
    connection: psycopg.Connection, functions: Sequence[int], home: str | None
) -> list[Complaint]:
    """Asks plpgsql_check, which is in the schema `home`; none where it is not there."""
    if home is None:
        return []
    connection.execute(EVERYWHERE)
    query = sql.SQL(COMPLAINTS).format(sql.Identifier(home), sql.Literal(list(functions)))
    return [Complaint(*row) for row in connection.execute(query).fetchall()]


def findings(told: Sequence[Complaint]) -> list[Finding]:
    """The bodies that cannot run."""
    return [
        Finding(
            "function-body-broken",
            f"{each.function}: its body raises {each.sqlstate} ({each.message}), expected one that runs",
        )
        for each in told
        if not each.makes_tables
    ]


def gaps(functions: Sequence[int], home: str | None, told: Sequence[Complaint] = ()) -> list[Gap]:
    """The bodies that were not judged."""
    if functions and home is None:
        return [(f"bodies of {len(functions)} plpgsql functions", "the server has no plpgsql_check")]
    why = "it makes temporary tables, which are not there before it runs"
    return [(f"body of {name}", why) for name in sorted({c.function for c in told if c.makes_tables})]
