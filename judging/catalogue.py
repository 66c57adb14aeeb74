"""What a restored database's catalogue says, without what the throw-away server has added."""

import re
from collections.abc import Sequence

import psycopg

from judging.shape import shape_of
from reference.definitions import NAMES_OF_SECRETS, Definition, Ours, read_definitions
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
    found = read_definitions(database, ours)
    return as_declared(found, restored) if restored.carries_roles else found


def as_declared(found: Sequence[Definition], restored: RestoredFacts) -> list[Definition]:
    """The definitions with the backup's own word on its roles, which are given less here than it says."""
    kept = [each for each in found if not _is_role(each)]
    roles = {_unquoted(each.identity): each.identity for each in found if _is_role(each)}
    declared = restored.declared_roles
    kept += [Definition("role", roles[name], declared[name]) for name in roles.keys() & declared.keys()]
    for identity, value in restored.declared_settings.items():
        setting, _, role = identity.partition(" for ")
        if role in roles:
            hidden = re.search(NAMES_OF_SECRETS, setting, re.IGNORECASE)
            shown = "value not shown" if hidden else value
            kept.append(Definition("role setting", f"{setting} for {roles[role]}", shown))
    return sorted(kept)


def _is_role(definition: Definition) -> bool:
    return definition.kind == "role" and not definition.identity.endswith(": comment")


def _unquoted(identity: str) -> str:
    return identity[1:-1].replace('""', '"') if identity.startswith('"') else identity


def shape_found(database: psycopg.Connection, restored: RestoredFacts) -> dict[str, object]:
    """The shape of the database, with the rows of its 2,000 largest tables as ANALYZE estimated them."""
    rows: dict[str, int] = dict(database.execute(_ROWS).fetchall())
    return shape_of(definitions_of(database, restored), rows)
