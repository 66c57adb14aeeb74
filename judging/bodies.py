"""Bodies of functions that cannot run, as plpgsql_check sees them."""

from collections.abc import Sequence

from psycopg import sql

from judging.wording import Gap

# A trigger function is looked at once for each table that it stands on; one that stands on none is not.
COMPLAINTS = """
SELECT p.oid::regprocedure::text, found.sqlstate, found.message
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


def complaints_query(functions: Sequence[int], home: str) -> sql.Composed:
    """A statement for signature, SQLSTATE and words of each complaint; `home` is plpgsql_check's schema."""
    return sql.SQL(COMPLAINTS).format(sql.Identifier(home), sql.Literal(list(functions)))


def findings(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    return [
        f"{name}: its body raises {state} ({words}), expected one that runs" for name, state, words in rows
    ]


def gaps(functions: Sequence[int], home: str | None) -> list[Gap]:
    """That bodies were not looked at, where there are any."""
    if not functions or home is not None:
        return []
    return [(f"bodies of {len(functions)} plpgsql functions", "the server has no plpgsql_check")]
