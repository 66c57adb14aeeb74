"""What a database is made of: its catalogue as rows that can be compared, whatever the major versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from reference.views import without_needless_names

_FOLDER = Path(__file__).parent
_COMMON = (_FOLDER / "catalogue_common.sql").read_text(encoding="utf-8")
_PARTS = {
    "tables": 13,
    "columns": 13,
    "rules": 13,
    "functions": 13,
    "types": 13,
    "other": 13,
    "owners": 13,
    "grants": 13,
    "roles": 13,
    "since_15": 15,
}
NAMES_OF_SECRETS = r"pass|secret|token|credential|api_?key|private_?key|_key$|jwt|dsn|conninfo"

# Whatever changes how PostgreSQL writes an expression down; with this path every name is qualified.
_SETTINGS = """
SET LOCAL transaction_read_only = on;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL quote_all_identifiers = off;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL timezone = 'UTC';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SET LOCAL xmloption = 'content';
SET LOCAL lc_monetary = 'C';
SET LOCAL jit = off
"""

OF_THE_SERVER = frozenset(
    {"collation version", "database", "database grant", "database setting", "extension version"}
    | {"membership", "role", "role setting", "subscription enabled"}
)
"""The kinds that a dump of one database need not carry: they may rightly differ on another server."""


SERVER = "server"
"""The kind of the row that tells the server's major version, by which the others are to be read."""


@dataclass(frozen=True, order=True)
class Definition:
    """One thing of a database; `kind` and `identity`, its qualified name, are unique together."""

    kind: str
    identity: str
    definition: str


@dataclass(frozen=True)
class Ours:
    """What a throw-away server has added: left out, or shown as `owner_shown` where it owns something."""

    roles: frozenset[str] = frozenset()
    schemas: frozenset[str] = frozenset()
    owner_shown: str = ""


def read_definitions(connection: psycopg.Connection, ours: Ours) -> list[Definition]:
    """Everything that users have defined, sorted, by a fixed number of queries.

    Within a transaction it reads what that one sees, and leaves its settings as they were; otherwise in
    one of its own. Never reads a password or an option of a user mapping, and needs no privilege.
    Raises psycopg.Error, also where something is dropped while it reads.
    """
    alone = connection.info.transaction_status == TransactionStatus.IDLE
    with connection.transaction(force_rollback=True):
        if alone:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.execute(_SETTINGS)
        return sorted(_rows(connection, ours))


def _rows(connection: psycopg.Connection, ours: Ours) -> Iterator[Definition]:
    values = {"roles": list(ours.roles), "schemas": list(ours.schemas), "owner": ours.owner_shown}
    major = connection.info.server_version // 10000
    for part, since in _PARTS.items():
        if major < since:
            continue
        query = _COMMON + (_FOLDER / f"catalogue_{part}.sql").read_text(encoding="utf-8")
        with connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(query.encode(), values | {"secrets": NAMES_OF_SECRETS}, prepare=False)
            for kind, identity, definition in cursor:
                yield Definition(kind, identity, _plain(kind, definition or ""))


def _plain(kind: str, definition: str) -> str:
    if kind in ("view", "materialized view"):
        return without_needless_names(definition)
    return definition
