"""A server whose database holds one of nearly everything, to be changed and rolled back."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from restoring.programs import Programs, candidates
from restoring.server import Server, serving

SELFTESTS = Path(__file__).parent.parent
SHAPES = [SELFTESTS / "restoring" / "rich.sql", Path(__file__).with_name("shapes.sql")]
SHAPED = "shaped"

Copy = Callable[[Server, Programs, str], None]


def shape(server: Server) -> None:
    """Makes the database of every shape, and the roles that it needs."""
    server.create_login("looks_on")
    with server.connect("postgres") as admin:
        admin.execute("CREATE DATABASE shaped TEMPLATE template0")
    with psycopg.connect(server.dsn(SHAPED), autocommit=True) as admin:
        for script in SHAPES:
            admin.execute(script.read_bytes())


@pytest.fixture(scope="session")
def shapes(programs: Programs) -> Iterator[Server]:
    """The server of the shaped database; roles are made on it, so it is shared with nobody."""
    with serving(programs) as server:
        shape(server)
        yield server


@pytest.fixture(scope="session")
def older_shapes(programs: Programs, shapes: Server) -> Iterator[Server]:
    """The same of an older major version, where this machine has one that knows all of it."""
    majors = {found.major: found for found in candidates(None) if 15 <= found.major < programs.major}
    if not majors:
        pytest.skip("there are server programs of one major version only")
    with serving(majors[min(majors)]) as server:
        shape(server)
        with shapes.connect("postgres") as admin:
            admin.execute(sql.SQL("CREATE ROLE {} SUPERUSER").format(sql.Identifier(server.admin)))
        yield server


@pytest.fixture
def shaped(shapes: Server) -> Iterator[psycopg.Connection]:
    """The superuser's connection, in a transaction that is rolled back."""
    with psycopg.connect(shapes.dsn(SHAPED)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def copied(shapes: Server, tmp_path: Path) -> Iterator[Copy]:
    """Dumps the shaped database of a server by some pg_dump and restores it as `name` beside the first."""
    made: list[str] = []

    def copied(source: Server, programs: Programs, name: str) -> None:
        made.append(name)
        with shapes.connect("postgres") as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        dump = tmp_path / name
        _run(source, [programs.bin / "pg_dump", "-Fc", "-f", dump], SHAPED)
        _run(shapes, [shapes.programs.bin / "pg_restore", "--exit-on-error", dump], name)

    yield copied
    with shapes.connect("postgres") as admin:
        for name in made:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _run(server: Server, command: list[str | Path], database: str) -> None:
    named = ["--dbname", make_conninfo(server.dsn(database), password=None)]
    done = subprocess.run(
        [*command, *named], env={"PGPASSWORD": server.password}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr[-800:]
