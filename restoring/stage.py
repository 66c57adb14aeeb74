"""The server as the loaders see it: a role that restores, one that reads, and what is prepared for both.

The restoring role is no superuser; whatever needs one is done here, by name and never by running the
backup's own text, save a single `ALTER … OWNER TO`, which can run nothing.
"""

from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from restoring.extensions import NEVER, STANDINS
from restoring.server import Server

PLATFORM = {path.stem: path for path in (Path(__file__).parent / "platform").glob("*.sql")}
"""Schemas of Supabase's own services to the SQL that prepares what a backup without them reaches into."""

EMPTY_PLATFORM = frozenset({"extensions", "graphql", "graphql_public", "vault", "net", "cron"})

_BYPASSING = frozenset({"postgres", "service_role", "supabase_admin"})
_HARMLESS_ATTRIBUTES = {
    "BYPASSRLS": sql.SQL("BYPASSRLS"),
    "INHERIT": sql.SQL("INHERIT"),
    "NOINHERIT": sql.SQL("NOINHERIT"),
}
_SAFE_PREDEFINED = frozenset(
    [
        "pg_read_all_data",
        "pg_write_all_data",
        "pg_monitor",
        "pg_read_all_settings",
        "pg_read_all_stats",
        "pg_stat_scan_tables",
        "pg_signal_backend",
        "pg_checkpoint",
        "pg_maintain",
        "pg_use_reserved_connections",
    ]
)


@dataclass(frozen=True)
class Omission:
    """Something of the backup that was stood in for or left out here, and why."""

    what: str
    why: str


@dataclass
class Stage:
    """Prepares roles, databases, extensions and platform schemas; remembers what it left out."""

    server: Server
    loader: str
    reader: str
    omissions: list[Omission] = field(default_factory=list)
    lacking: dict[str, str | None] = field(default_factory=dict)
    databases: list[str] = field(default_factory=list)
    _platform: set[tuple[str, str]] = field(default_factory=set)
    _roles: set[str] = field(default_factory=set)

    def create_database(self, name: str, encoding: str = "UTF8") -> None:
        """Adds a database that the loader owns, in the encoding that its data has."""
        with self.server.connect("postgres") as admin:
            if name not in ("postgres", "template1"):
                statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE 'C'"
                admin.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Literal(encoding)))
            owner = sql.SQL("ALTER DATABASE {} OWNER TO {}")
            admin.execute(owner.format(sql.Identifier(name), sql.Identifier(self.loader)))
        if name not in self.databases:
            self.databases.append(name)

    def ensure_role(self, name: str) -> None:
        """Makes a role that the backup names known: one that cannot log in."""
        if name in self._roles or name.startswith("pg_") or name in ("public", "none"):
            return
        attributes = "BYPASSRLS" if name in _BYPASSING else ""
        create = sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER {}")
        grant = sql.SQL("GRANT {} TO {}")
        with self.server.connect("postgres") as admin:
            role = sql.Identifier(name)
            admin.execute(create.format(role, sql.SQL(attributes)))
            admin.execute(grant.format(role, sql.Identifier(self.loader)))
        self._roles.add(name)

    def set_role_attributes(self, name: str, attributes: list[str]) -> None:
        """Gives a role the harmless ones of the attributes that the backup gives it."""
        harmless = [words for word, words in _HARMLESS_ATTRIBUTES.items() if word in attributes]
        if not harmless or name not in self._roles:
            return
        statement = sql.SQL("ALTER ROLE {} {}")
        words = sql.SQL(" ").join(harmless)
        with self.server.connect("postgres") as admin:
            admin.execute(statement.format(sql.Identifier(name), words))

    def grant_membership(self, group: str, member: str) -> None:
        """Makes one role of the backup a member of another; never of a role that reaches the machine."""
        if group.startswith("pg_") and group not in _SAFE_PREDEFINED:
            self.omit(f"membership of {member} in {group}", "not granted on a throw-away server")
            return
        if member not in self._roles or not (group in self._roles or group.startswith("pg_")):
            return
        statement = sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(member))
        with self.server.connect("postgres") as admin:
            admin.execute(statement)

    def ensure_extension(self, database: str, name: str, schema: str | None) -> None:
        """Creates an extension, or what stands in for it, or leaves it out and says so."""
        if name == "plpgsql":
            return
        with self.server.connect(database) as admin:
            if schema and schema != "pg_catalog":
                self._ensure_schema(admin, schema)
            if name in self.server.programs.extensions and name not in NEVER:
                self._create_extension(admin, name, schema)
            elif name in STANDINS:
                self._stand_in(admin, name, schema or "public")
            else:
                why = "never runs here" if name in NEVER else f"{self.server.programs} lacks it"
                self._leave_out(f"extension {name}", why, name, schema)

    def ensure_platform(self, database: str, schema: str) -> bool:
        """Prepares a platform schema; False where there is nothing (more) to prepare under this name."""
        if (database, schema) in self._platform:
            return False
        if schema not in PLATFORM and schema not in EMPTY_PLATFORM:
            return False
        with self.server.connect(database) as admin:
            if schema in PLATFORM:
                admin.execute(PLATFORM[schema].read_bytes())
                self._hand_over(admin, schema)
            else:
                self._ensure_schema(admin, schema)
        self._platform.add((database, schema))
        self.omit(f"schema {schema}", "not in the backup; a stand-in holds what the rest reaches into")
        return True

    def make_way(self, database: str, schema: str) -> None:
        """Takes a prepared schema away again, for a backup that brings its own."""
        if (database, schema) not in self._platform:
            return
        statement = sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema))
        with self.server.connect(database) as admin:
            admin.execute(statement)
        self._platform.discard((database, schema))
        self.omissions = [item for item in self.omissions if item.what != f"schema {schema}"]

    def platform_schemas(self, database: str) -> set[str]:
        """The schemas that were prepared in a database."""
        return {schema for where, schema in self._platform if where == database}

    def is_platform(self, database: str, schema: str) -> bool:
        return (database, schema) in self._platform

    def set_owner(self, database: str, statements: list[bytes]) -> list[str]:
        """Runs single `ALTER … OWNER TO` statements as admin; the complaints come back."""
        complaints = []
        with self.server.connect(database) as admin:
            for statement in statements:
                try:
                    admin.execute(statement, ())
                except psycopg.Error as error:
                    complaints.append(error.diag.message_primary or "unknown")
        return complaints

    def omit(self, what: str, why: str) -> None:
        omission = Omission(what, why)
        if omission not in self.omissions:
            self.omissions.append(omission)

    def _leave_out(self, what: str, why: str, extension: str, schema: str | None) -> None:
        self.omit(what, why)
        self.lacking[extension] = schema

    def _create_extension(self, admin: psycopg.Connection, name: str, schema: str | None) -> None:
        place = sql.SQL(" SCHEMA {}").format(sql.Identifier(schema)) if schema else sql.SQL("")
        create = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}{} CASCADE")
        try:
            admin.execute(create.format(sql.Identifier(name), place))
        except psycopg.Error as error:
            why = f"it could not be created: {error.diag.message_primary}"
            self._leave_out(f"extension {name}", why, name, schema)

    def _stand_in(self, admin: psycopg.Connection, name: str, schema: str) -> None:
        if name in self.lacking:
            return
        path = sql.SQL("SET search_path = {}, pg_catalog").format(sql.Identifier(schema))
        admin.execute(path)
        admin.execute(STANDINS[name].read_bytes())
        self._leave_out(f"extension {name}", "the server lacks it; a stand-in keeps the data", name, schema)

    def _ensure_schema(self, admin: psycopg.Connection, schema: str) -> None:
        name = sql.Identifier(schema)
        admin.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        if schema != "public":
            owner = sql.SQL("ALTER SCHEMA {} OWNER TO {}")
            admin.execute(owner.format(name, sql.Identifier(self.loader)))

    def _hand_over(self, admin: psycopg.Connection, schema: str) -> None:
        """The loader owns a prepared schema's tables, so that it can fill and alter them."""
        loader = sql.Identifier(self.loader)
        owner = sql.SQL("ALTER SCHEMA {} OWNER TO {}")
        admin.execute(owner.format(sql.Identifier(schema), loader))
        rows = admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'",
            (schema,),
        ).fetchall()
        for (table,) in rows:
            name = sql.Identifier(schema, table)
            admin.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(name, loader))


def set_stage(server: Server, suffix: str) -> Stage:
    """Makes the two roles; their names end in `suffix`, so that no backup can name them."""
    stage = Stage(server, f"verifier_loader_{suffix}", f"verifier_reader_{suffix}")
    server.create_login(stage.loader, "BYPASSRLS")
    server.create_login(stage.reader, "BYPASSRLS IN ROLE pg_read_all_data")
    with server.connect("postgres") as admin:
        grant = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}")
        admin.execute(grant.format(sql.Identifier(stage.loader)))
    return stage
