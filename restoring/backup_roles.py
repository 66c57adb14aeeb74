"""The roles of a backup on the throw-away server: none can log in, none reaches the machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg.pq import Escaping

from restoring.names import bytes_of
from restoring.owners import first_schema, safe_form, sets_search_path
from restoring.server import Server

REFUSED = "refused: no backup may have that done by a superuser"

_BYPASSING = frozenset({"postgres", "service_role", "supabase_admin"})
_TOLD = ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION")
_ATTRIBUTES = ("BYPASSRLS", "NOBYPASSRLS", "NOINHERIT", "INHERIT")
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


@dataclass
class BackupRoles:
    """Creates roles whom `loader` may act as; names are bytes of the backup's own `encoding`.

    `home` is a database of that encoding: roles are shared, and their names never converted. What the
    backup says of roles and no role is given is kept: `declared` are the attributes of each, `settings` the
    values by "setting for role".
    """

    server: Server
    loader: str
    encoding: str = "UTF8"
    home: str = "postgres"
    declared: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def ensure(self, name: str) -> None:
        """Makes a role that the backup names known: one that cannot log in."""
        if name in self._known or name.startswith("pg_") or name in ("public", "none", ""):
            return
        with self._admin() as admin:
            role, loader = _identifier(admin, name), _identifier(admin, self.loader)
            bypass = b"BYPASSRLS" if name in _BYPASSING else b""
            admin.execute(b"CREATE ROLE %s NOLOGIN NOSUPERUSER %s" % (role, bypass))
            admin.execute(b"GRANT %s TO %s" % (role, loader))
        self._known.add(name)

    def set_attributes(self, name: str, attributes: list[str]) -> None:
        """Gives a role the harmless ones of the attributes that the backup gives it, and keeps all."""
        self.declared[name] = attributes_text(attributes)
        harmless = [word for word in attributes if word in _ATTRIBUTES]
        if not harmless or name not in self._known:
            return
        with self._admin() as admin:
            words = " ".join(harmless).encode()
            admin.execute(b"ALTER ROLE %s %s" % (_identifier(admin, name), words))

    def grant_membership(self, group: str, member: str, options: Sequence[str] = ()) -> bool:
        """Makes one role a member of another; False for a group that reaches the machine.

        `options` such as ADMIN OPTION or INHERIT FALSE are given where the server knows them.
        """
        if group.startswith("pg_") and group not in _SAFE_PREDEFINED:
            return False
        if member in self._known and (group in self._known or group.startswith("pg_")):
            with self._admin() as admin:
                known = [
                    each for each in options if admin.info.server_version >= 160000 or "ADMIN O" in each
                ]
                words = (" WITH " + ", ".join(known) if known else "").encode()
                names = (_identifier(admin, group), _identifier(admin, member))
                admin.execute(b"GRANT %s TO %s%s" % (*names, words))
        return True

    def set_owners(self, database: str, statements: list[bytes], seconds: float) -> list[str]:
        """Runs changes of owner as admin, each within `seconds`; the complaints come back."""
        complaints = []
        with self._admin(database) as admin:
            admin.execute(f"SET statement_timeout = '{max(seconds, 1):.0f}s'".encode())
            schema: bytes | None = None
            for statement in statements:
                schema = first_schema(statement) if sets_search_path(statement) else schema
                safe = safe_form(statement, self._known, schema)
                try:
                    # With parameters, though none, the server accepts a single statement alone.
                    admin.execute(safe.replace(b"%", b"%%") if safe else b"", ())
                except psycopg.Error as error:
                    complaints.append(error.diag.message_primary or "unknown")
                if safe is None:
                    complaints.append(REFUSED)
        return complaints

    def let_act(self, actor: str) -> None:
        """Lets a role become any of the backup's."""
        with self._admin() as admin:
            for name in sorted(self._known):
                admin.execute(b"GRANT %s TO %s" % (_identifier(admin, name), _identifier(admin, actor)))

    @contextmanager
    def _admin(self, database: str | None = None) -> Iterator[psycopg.Connection]:
        with self.server.connect(database or self.home) as admin:
            admin.execute("SELECT set_config('client_encoding', %s, false)", (self.encoding,))
            yield admin


def attributes_text(words: Sequence[str]) -> str:
    """Attributes as a reference tells them: what is the default goes without saying, save NOLOGIN."""
    said = [word for word in _TOLD if word in words]
    login = "LOGIN" if "LOGIN" in words else "NOLOGIN"
    inherit = ["NOINHERIT"] if "NOINHERIT" in words else []
    limit = words.index("LIMIT") + 1 if "LIMIT" in words else len(words)
    limited = [f"CONNECTION LIMIT {number}" for number in words[limit : limit + 1] if number != "-1"]
    return " ".join([*said, login, *inherit, *limited])


def _identifier(admin: psycopg.Connection, name: str) -> bytes:
    return bytes(Escaping(admin.pgconn).escape_identifier(bytes_of(name)))
