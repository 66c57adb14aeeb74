"""What a restored database's catalogue says, without what the throw-away server has added."""

import psycopg

from judging.shape import shape_of
from reference.definitions import Definition, Ours, read_definitions
from restoring.facts import RestoredFacts

_NOBODY = "(nobody)"
_ROWS = """
SELECT format('%s.%s', n.nspname, c.relname), greatest(c.reltuples, 0)::bigint
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY c.reltuples DESC LIMIT 2000
"""


def definitions_of(database: psycopg.Connection, restored: RestoredFacts) -> list[Definition]:
    """Everything that the backup has defined; what has no owner of its own is shown so."""
    ours = Ours(frozenset(restored.roles), frozenset([restored.schema]), _NOBODY)
    return read_definitions(database, ours)


def shape_found(database: psycopg.Connection, restored: RestoredFacts) -> dict[str, object]:
    """The shape of the database, with the rows of its 2,000 largest tables as ANALYZE estimated them."""
    rows: dict[str, int] = dict(database.execute(_ROWS).fetchall())
    return shape_of(definitions_of(database, restored), rows)
