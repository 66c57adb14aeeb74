"""What looks at indexes and functions from inside, for the checks, in a schema that no backup has."""

from pathlib import Path

from psycopg import sql

from restoring.stage import Stage

EXTENSIONS = ("amcheck", "plpgsql_check")
_STORAGE = Path(__file__).with_name("probes.sql")

_HOMES = """
SELECT e.extname, n.nspname FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = ANY (%s)
"""


def provide_probes(stage: Stage, database: str) -> None:
    """Creates what looks at indexes and functions from inside, in a schema of its own."""
    schema, reader = sql.Identifier(stage.probes), sql.Identifier(stage.reader)
    with stage.server.connect(database) as admin:
        admin.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
        for name in EXTENSIONS:
            if name in stage.server.programs.extensions:
                create = sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {}")
                admin.execute(create.format(sql.Identifier(name), schema))
        homes: dict[str, str] = dict(admin.execute(_HOMES, [list(EXTENSIONS)]).fetchall())
        if "amcheck" in homes:
            probe = _STORAGE.read_text().replace("{probes}", schema.as_string(admin))
            home = sql.Identifier(homes["amcheck"]).as_string(admin)
            admin.execute(probe.replace("{amcheck}", home).encode())
        admin.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, reader))
        for home in {stage.probes, *homes.values()}:
            grant = sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {} TO {}")
            admin.execute(grant.format(sql.Identifier(home), reader))
