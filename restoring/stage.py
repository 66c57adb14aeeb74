"""The server as the loaders see it: a role that restores, one that reads, and what is prepared for both.

The restoring role is no superuser; whatever needs one is done here, by name and never by running the
backup's own text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from restoring.backup_roles import BackupRoles
from restoring.extensions import NEVER, STANDINS
from restoring.foreign import silence_wrappers
from restoring.locales import Locale, create_database
from restoring.names import shown
from restoring.prepared import keep_data_of
from restoring.server import Server

_TABLES = """
SELECT count(*) FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
"""


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
    actor: str
    probes: str
    omissions: list[Omission] = field(default_factory=list)
    lacking: dict[str, str | None] = field(default_factory=dict)
    databases: list[str] = field(default_factory=list)
    prepared: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.roles = BackupRoles(self.server, self.loader)

    def begin(self, name: str, encoding: str, locale: Locale | None = None) -> None:
        """Makes the first database, in the encoding of the backup, and the source's locale if known."""
        self.create_database(name, encoding, locale)
        self.roles.encoding, self.roles.home = encoding, name

    def create_database(self, name: str, encoding: str = "UTF8", locale: Locale | None = None) -> None:
        """Adds a database that the loader owns, in the encoding and, if known, the locale of the source."""
        with self.server.connect("template1") as admin:
            if name == "postgres":
                admin.execute("DROP DATABASE IF EXISTS postgres WITH (FORCE)")
            if name != "template1":
                used = create_database(admin, name, encoding, locale, self.server.programs.major)
                if locale is not None and locale != used:
                    self._tell_locale(locale, used)
            owner = sql.SQL("ALTER DATABASE {} OWNER TO {}")
            admin.execute(owner.format(sql.Identifier(name), sql.Identifier(self.loader)))
        if name not in self.databases:
            self.databases.append(name)

    def _tell_locale(self, wanted: Locale, used: Locale) -> None:
        why = f"not known to {self.server.programs}; under {used.name} letters may sort and fold otherwise"
        self.omit(f"the locale {wanted.name}", why)

    def forget_settings(self, database: str) -> None:
        """Takes away what a backup has set for all sessions in a database: ours are among them."""
        with self.server.connect("template1") as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(sql.Identifier(database)))

    def admit_reader(self, database: str) -> None:
        """Lets the checks' roles connect, whatever the backup grants."""
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}")
        names = map(sql.Identifier, (database, self.reader, self.actor))
        with self.server.connect("template1") as admin:
            admin.execute(grant.format(*names))

    def tables(self, database: str) -> int:
        """How many tables a database holds."""
        with self.server.connect(database) as admin:
            row = admin.execute(_TABLES).fetchone()
        return row[0] if row else 0

    def ensure_extension(self, database: str, name: str, schema: str | None) -> None:
        """Creates an extension, or what stands in for it, or leaves it out and says so."""
        if name == "plpgsql":
            return
        with self.server.connect(database) as admin:
            if schema and schema != "pg_catalog":
                self.ensure_schema(admin, schema)
            if name in self.server.programs.extensions and name not in NEVER:
                self._create_extension(admin, name, schema)
            elif name in STANDINS:
                self._stand_in(admin, name, schema or "public")
            else:
                why = "never runs here" if name in NEVER else f"{self.server.programs} lacks it"
                self._leave_out(f"extension {name}", why, name, schema)
                keep_data_of(self, admin, database, name)

    def platform_schemas(self, database: str) -> set[str]:
        """The schemas that were prepared in a database."""
        return {schema for where, schema in self.prepared if where == database}

    def leave_to_platform(self, database: str, schemas: Iterable[str]) -> None:
        """Takes schemas for prepared that a backup leaves to the platform, whether or not it needs them."""
        self.prepared.update((database, schema) for schema in schemas)

    def unfilled_views(self, database: str) -> list[str]:
        """The materialised views that nothing has filled."""
        query = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND NOT relispopulated"
        with self.server.connect(database) as admin:
            return [name for (name,) in admin.execute(query).fetchall()]

    def is_platform(self, database: str, schema: str) -> bool:
        return (database, schema) in self.prepared

    @property
    def standing_in(self) -> tuple[str, ...]:
        """The words of the stand-ins in use: every name that they define is among them."""
        scripts = [STANDINS[name].read_text() for name in self.lacking if name in STANDINS]
        return tuple(sorted({word for script in scripts for word in re.findall(r"[\w<=>#+-]+", script)}))

    def omit(self, what: str, why: str) -> None:
        omission = Omission(shown(what), shown(why))
        if omission not in self.omissions:
            self.omissions.append(omission)

    def _leave_out(self, what: str, why: str, extension: str, schema: str | None) -> None:
        self.omit(what, why)
        self.lacking[extension] = schema

    def _create_extension(self, admin: psycopg.Connection, name: str, schema: str | None) -> None:
        place = sql.SQL(" SCHEMA {}").format(sql.Identifier(schema)) if schema else sql.SQL("")
        create = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}{} CASCADE")
        try:
            admin.execute("SET search_path = public")
            admin.execute(create.format(sql.Identifier(name), place))
            silence_wrappers(self, admin)
        except psycopg.Error as error:
            why = f"it could not be created: {error.diag.message_primary}"
            self._leave_out(f"extension {name}", why, name, schema)

    def _stand_in(self, admin: psycopg.Connection, name: str, schema: str) -> None:
        if name in self.lacking:
            return
        # With pg_catalog unnamed it comes first: nothing in the schema can take its functions' place.
        admin.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
        admin.execute(STANDINS[name].read_bytes())
        self._leave_out(f"extension {name}", "the server lacks it; a stand-in keeps the data", name, schema)

    def ensure_schema(self, admin: psycopg.Connection, schema: str) -> None:
        name = sql.Identifier(schema)
        admin.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        if schema != "public":
            owner = sql.SQL("ALTER SCHEMA {} OWNER TO {}")
            admin.execute(owner.format(name, sql.Identifier(self.loader)))


def set_stage(server: Server, suffix: str) -> Stage:
    """Makes the three roles; their names end in `suffix`, so that no backup can name them."""
    loader, reader, actor, probes = (
        f"verifier_{kind}_{suffix}" for kind in ("loader", "reader", "actor", "probes")
    )
    stage = Stage(server, loader, reader, actor, probes)
    server.create_login(stage.loader, "BYPASSRLS")
    server.create_login(stage.reader, "BYPASSRLS IN ROLE pg_read_all_data")
    server.create_login(stage.actor, "NOINHERIT")
    with server.connect("postgres") as admin:
        # to read all data does not mean large objects
        readable = sql.SQL("ALTER ROLE {} SET lo_compat_privileges = on")
        admin.execute(readable.format(sql.Identifier(stage.reader)))
        grant = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}")
        admin.execute(grant.format(sql.Identifier(stage.loader)))
    return stage
