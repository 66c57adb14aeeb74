"""The server as the loaders see it: a role that restores, one that reads, and what is prepared for both.

The restoring role is no superuser; whatever needs one is done here, by name and never by running the
backup's own text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from restoring.backup_roles import BackupRoles
from restoring.extensions import NEVER, STANDINS
from restoring.locales import Locale, create_database
from restoring.names import shown
from restoring.server import Server

PLATFORM = {path.stem: path for path in (Path(__file__).parent / "platform").glob("*.sql")}
"""Schemas of Supabase's own services to the SQL that prepares what a backup without them reaches into."""

PROBES = ("amcheck", "plpgsql_check")
STORAGE_PROBE = Path(__file__).with_name("probes.sql")

EMPTY_PLATFORM = frozenset({"extensions", "graphql", "graphql_public", "pgmq"})

_OF_EVERYBODY = frozenset({"cron", "net"})

_MADE_BY_EXTENSION = {"pg_cron": "cron", "pg_net": "net", "supabase_vault": "vault"}

_NOT_BROUGHT = (
    "not in the backup; a stand-in holds what the rest reaches into, and nothing that was added to it: no "
    "policies, triggers or grants"
)

_ABSENT_WRAPPER = "absent"
_WITHOUT_HANDLER = "it is without its handler, so it reaches nothing"

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

_TABLES = """
SELECT count(*) FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
"""


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

_HOMES_OF_PROBES = """
SELECT e.extname, n.nspname FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = ANY (%s)
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
    _platform: set[tuple[str, str]] = field(default_factory=set)

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

    def provide_probes(self, database: str) -> None:
        """Creates what looks at indexes and functions from inside, in a schema of its own."""
        schema, reader = sql.Identifier(self.probes), sql.Identifier(self.reader)
        with self.server.connect(database) as admin:
            admin.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
            for name in PROBES:
                if name in self.server.programs.extensions:
                    create = sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {}")
                    admin.execute(create.format(sql.Identifier(name), schema))
            homes: dict[str, str] = dict(admin.execute(_HOMES_OF_PROBES, [list(PROBES)]).fetchall())
            if "amcheck" in homes:
                probe = STORAGE_PROBE.read_text().replace("{probes}", schema.as_string(admin))
                home = sql.Identifier(homes["amcheck"]).as_string(admin)
                admin.execute(probe.replace("{amcheck}", home).encode())
            admin.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, reader))
            for home in {self.probes, *homes.values()}:
                grant = sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {} TO {}")
                admin.execute(grant.format(sql.Identifier(home), reader))

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
                self._ensure_schema(admin, schema)
            if name in self.server.programs.extensions and name not in NEVER:
                self._create_extension(admin, name, schema)
            elif name in STANDINS:
                self._stand_in(admin, name, schema or "public")
            else:
                why = "never runs here" if name in NEVER else f"{self.server.programs} lacks it"
                self._leave_out(f"extension {name}", why, name, schema)
                self._keep_its_data(admin, database, name)

    def ensure_platform(self, database: str, schema: str) -> bool:
        """Prepares a platform schema; False where there is nothing (more) to prepare under this name."""
        if (database, schema) in self._platform:
            return False
        if schema not in PLATFORM and schema not in EMPTY_PLATFORM:
            return False
        with self.server.connect(database) as admin:
            if admin.execute("SELECT FROM pg_namespace WHERE nspname = %s", (schema,)).rowcount:
                return False
            if schema in PLATFORM:
                self._prepare(admin, database, schema)
            else:
                self._ensure_schema(admin, schema)
        self._platform.add((database, schema))
        self.omit(f"schema {schema}", _NOT_BROUGHT)
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

    def leave_to_platform(self, database: str, schemas: Iterable[str]) -> None:
        """Takes schemas for prepared that a backup leaves to the platform, whether or not it needs them."""
        self._platform.update((database, schema) for schema in schemas)

    def unfilled_views(self, database: str) -> list[str]:
        """The materialised views that nothing has filled."""
        query = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND NOT relispopulated"
        with self.server.connect(database) as admin:
            return [name for (name,) in admin.execute(query).fetchall()]

    def is_platform(self, database: str, schema: str) -> bool:
        return (database, schema) in self._platform

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

    def ensure_server(self, database: str, name: str) -> None:
        """Makes a foreign server that a backup of single schemas has tables of and does not bring."""
        with self.server.connect(database) as admin:
            if admin.execute("SELECT FROM pg_foreign_server WHERE srvname = %s", (name,)).rowcount:
                return
        self.ensure_wrapper(database, _ABSENT_WRAPPER)
        create = sql.SQL("CREATE SERVER {} FOREIGN DATA WRAPPER {}")
        with self.server.connect(database, self.loader) as loader:
            loader.execute(create.format(sql.Identifier(name), sql.Identifier(_ABSENT_WRAPPER)))
        self.omit(f"foreign server {name}", "not in the backup, which brings tables of it")

    def ensure_wrapper(self, database: str, name: str) -> None:
        """Lets the loader define servers of a wrapper; one that is not there is made without a handler."""
        wrapper, loader = sql.Identifier(name), sql.Identifier(self.loader)
        grant = "GRANT USAGE ON FOREIGN DATA WRAPPER {} TO {} WITH GRANT OPTION"
        with self.server.connect(database) as admin:
            found = admin.execute("SELECT FROM pg_foreign_data_wrapper WHERE fdwname = %s", (name,))
            if found.fetchone() is None:
                admin.execute(sql.SQL("CREATE FOREIGN DATA WRAPPER {}").format(wrapper))
                self.omit(f"foreign data wrapper {name}", _WITHOUT_HANDLER)
            admin.execute(sql.SQL(grant).format(wrapper, loader))

    def ensure_publication(self, database: str, name: str) -> None:
        """Makes an empty publication that a backup adds tables to and does not create."""
        with self.server.connect(database, self.loader) as loader:
            loader.execute(sql.SQL("CREATE PUBLICATION {}").format(sql.Identifier(name)))
        self.omit(f"options of publication {name}", "its definition stays with the platform")

    def _create_extension(self, admin: psycopg.Connection, name: str, schema: str | None) -> None:
        place = sql.SQL(" SCHEMA {}").format(sql.Identifier(schema)) if schema else sql.SQL("")
        create = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}{} CASCADE")
        try:
            admin.execute("SET search_path = public")
            admin.execute(create.format(sql.Identifier(name), place))
            self._silence_wrappers(admin)
        except psycopg.Error as error:
            why = f"it could not be created: {error.diag.message_primary}"
            self._leave_out(f"extension {name}", why, name, schema)

    def _silence_wrappers(self, admin: psycopg.Connection) -> None:
        """Foreign servers arrive as data: without a handler none is ever connected to."""
        reaching = "SELECT fdwname FROM pg_foreign_data_wrapper WHERE fdwhandler <> 0"
        for (name,) in admin.execute(reaching).fetchall():
            admin.execute(sql.SQL("ALTER FOREIGN DATA WRAPPER {} NO HANDLER").format(sql.Identifier(name)))
            self.omit(f"foreign data wrapper {name}", _WITHOUT_HANDLER)

    def _keep_its_data(self, admin: psycopg.Connection, database: str, extension: str) -> None:
        """Tables for the rows of an extension that is left out, and functions that do nothing with them."""
        schema = _MADE_BY_EXTENSION.get(extension)
        if schema is not None and not self.is_platform(database, schema):
            self._prepare(admin, database, schema)
            self._platform.add((database, schema))

    def ensure_roles_of_services(self) -> None:
        """Makes the roles that every project has, and that its rows and functions may name."""
        for role in _ROLES_OF_SERVICES:
            self.roles.ensure(role)

    def _prepare(self, admin: psycopg.Connection, database: str, schema: str) -> None:
        if schema not in _OF_EVERYBODY:
            self.ensure_roles_of_services()
        admin.execute(PLATFORM[schema].read_bytes())
        self._hand_over(admin, schema)

    def _stand_in(self, admin: psycopg.Connection, name: str, schema: str) -> None:
        if name in self.lacking:
            return
        # With pg_catalog unnamed it comes first: nothing in the schema can take its functions' place.
        admin.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
        admin.execute(STANDINS[name].read_bytes())
        self._leave_out(f"extension {name}", "the server lacks it; a stand-in keeps the data", name, schema)

    def _ensure_schema(self, admin: psycopg.Connection, schema: str) -> None:
        name = sql.Identifier(schema)
        admin.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        if schema != "public":
            owner = sql.SQL("ALTER SCHEMA {} OWNER TO {}")
            admin.execute(owner.format(name, sql.Identifier(self.loader)))

    def _hand_over(self, admin: psycopg.Connection, schema: str) -> None:
        """The loader owns what no service does, so that it can fill and alter it."""
        loader = sql.Identifier(self.loader)
        for statement, name in admin.execute(_OURS, (schema,)).fetchall():
            target = sql.Identifier(schema, name) if name else sql.Identifier(schema)
            admin.execute(sql.SQL(statement).format(target, loader))


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
