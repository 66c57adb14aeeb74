"""A database as large as one asks for, and its dumps: what the restore benchmark restores."""

import gzip
import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.clients import client
from restoring.programs import Programs
from restoring.server import Server, serving

SCRIPT = Path(__file__).with_name("bulk.sql")
DATABASE = "bulk"
TABLES = ("accounts", "contacts", "calls", "messages", "events")

_ACCOUNTS_PER_MEGABYTE = 18.2
_SIZE = """
SELECT pg_database_size(current_database()),
    (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public')
"""


@dataclass(frozen=True)
class Bulk:
    """One database, dumped three times; sizes in bytes."""

    archive: Path
    script: Path
    zipped_script: Path
    expectations: Path
    size_bytes: int
    indexes: int


def make_bulk(programs: Programs, folder: Path, megabytes: int) -> Bulk:
    """Builds the database on a server of its own; raises SystemExit where it came out too small."""
    archive, script = folder / "bulk.dump", folder / "bulk.sql"
    with serving(programs) as server:
        prepare(server)
        accounts = f"accounts={math.ceil(megabytes * _ACCOUNTS_PER_MEGABYTE)}"
        options = ("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--set", accounts)
        client(server, "psql", DATABASE, *options, "--file", SCRIPT)
        size, indexes = _size_of(server)
        client(server, "pg_dump", DATABASE, "--format=custom", f"--file={archive}")
        client(server, "pg_dump", DATABASE, f"--file={script}")
    if size < megabytes * 1024 * 1024:
        raise SystemExit(f"the database has {size} bytes, fewer than {megabytes} MB: see {SCRIPT.name}")
    return Bulk(archive, script, _zipped(script), _expectations(folder), size, indexes)


def prepare(server: Server) -> float:
    """An empty database, and the role that owns the tables to come; the seconds for the database."""
    with server.connect("postgres") as admin:
        admin.execute("CREATE ROLE bulk_owner")
        begun = time.monotonic()
        admin.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
        return time.monotonic() - begun


def _size_of(server: Server) -> tuple[int, int]:
    with server.connect(DATABASE) as admin:
        row: tuple[int, int] | None = admin.execute(_SIZE).fetchone()
    if row is None:
        raise psycopg.DataError("the database has no size")
    return row


def _zipped(script: Path) -> Path:
    zipped = script.with_suffix(".sql.gz")
    with script.open("rb") as plain, gzip.open(zipped, "wb", compresslevel=6) as target:
        shutil.copyfileobj(plain, target, 1 << 20)
    return zipped


def _expectations(folder: Path) -> Path:
    exempt = 'row_security = false\nreason = "a table of the benchmark"\n'
    path = folder / "expectations.toml"
    path.write_text("\n".join(f"[tables.{name}]\nmin_rows = 1\n{exempt}" for name in TABLES))
    return path
