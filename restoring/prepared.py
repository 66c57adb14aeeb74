"""Supabase's own schemas, prepared for a backup that leaves them to the platform and reaches into them."""

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from restoring.stage import Stage

PLATFORM = {path.stem: path for path in (Path(__file__).parent / "platform").glob("*.sql")}
"""Schemas of Supabase's own services to the SQL that prepares what a backup without them reaches into."""

EMPTY_PLATFORM = frozenset({"extensions", "graphql", "graphql_public", "pgmq"})

_OF_EVERYBODY = frozenset({"cron", "net"})

_MADE_BY_EXTENSION = {"pg_cron": "cron", "pg_net": "net", "supabase_vault": "vault"}

_NOT_BROUGHT = (
    "not in the backup; a stand-in holds what the rest reaches into, and nothing that was added to it: no "
    "policies, triggers or grants"
)

_ROLES_OF_SERVICES = (
    "postgres",
    "anon",
    "authenticated",
    "service_role",
    "supabase_admin",
    "supabase_auth_admin",
    "supabase_storage_admin",
    "supabase_realtime_admin",
    "supabase_functions_admin",
)

_OURS = """
WITH home AS (SELECT oid, nspowner FROM pg_catalog.pg_namespace WHERE nspname = %s)
SELECT 'ALTER SCHEMA {} OWNER TO {}', NULL FROM home WHERE nspowner = current_user::regrole
UNION ALL
SELECT 'ALTER TABLE {} OWNER TO {}', c.relname FROM home
JOIN pg_catalog.pg_class AS c ON c.relnamespace = home.oid
WHERE c.relkind IN ('r', 'v') AND c.relowner = current_user::regrole
UNION ALL
SELECT 'ALTER SEQUENCE {} OWNER TO {}', c.relname FROM home
JOIN pg_catalog.pg_class AS c ON c.relnamespace = home.oid
WHERE c.relkind = 'S' AND c.relowner = current_user::regrole
"""
"""What the admin itself owns in a schema; a sequence of a table has gone over with it by then."""


def ensure_platform(stage: "Stage", database: str, schema: str) -> bool:
    """Prepares a platform schema; False where there is nothing (more) to prepare under this name."""
    if (database, schema) in stage.prepared:
        return False
    if schema not in PLATFORM and schema not in EMPTY_PLATFORM:
        return False
    with stage.server.connect(database) as admin:
        if admin.execute("SELECT FROM pg_namespace WHERE nspname = %s", (schema,)).rowcount:
            return False
        if schema in PLATFORM:
            _prepare(stage, admin, database, schema)
        else:
            stage.ensure_schema(admin, schema)
    stage.prepared.add((database, schema))
    stage.omit(f"schema {schema}", _NOT_BROUGHT)
    return True


def make_way(stage: "Stage", database: str, schema: str) -> None:
    """Takes a prepared schema away again, for a backup that brings its own."""
    if (database, schema) not in stage.prepared:
        return
    statement = sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema))
    with stage.server.connect(database) as admin:
        admin.execute(statement)
    stage.prepared.discard((database, schema))
    stage.omissions = [item for item in stage.omissions if item.what != f"schema {schema}"]


def keep_data_of(stage: "Stage", admin: psycopg.Connection, database: str, extension: str) -> None:
    """Tables for the rows of an extension that is left out, and functions that do nothing with them."""
    schema = _MADE_BY_EXTENSION.get(extension)
    if schema is not None and not stage.is_platform(database, schema):
        _prepare(stage, admin, database, schema)
        stage.prepared.add((database, schema))


def ensure_roles_of_services(stage: "Stage") -> None:
    """Makes the roles that every project has, and that its rows and functions may name."""
    for role in _ROLES_OF_SERVICES:
        stage.roles.ensure(role)


def _prepare(stage: "Stage", admin: psycopg.Connection, database: str, schema: str) -> None:
    if schema not in _OF_EVERYBODY:
        ensure_roles_of_services(stage)
    admin.execute(PLATFORM[schema].read_bytes())
    _hand_over(stage, admin, schema)


def _hand_over(stage: "Stage", admin: psycopg.Connection, schema: str) -> None:
    """The loader owns what no service does, so that it can fill and alter it."""
    loader = sql.Identifier(stage.loader)
    for statement, name in admin.execute(_OURS, (schema,)).fetchall():
        target = sql.Identifier(schema, name) if name else sql.Identifier(schema)
        admin.execute(sql.SQL(statement).format(target, loader))
