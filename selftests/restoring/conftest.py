"""Real backups of a real database, and a server of its own for each restore."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from restoring.backup import find_backup
from restoring.programs import Choice, Programs
from restoring.restore import Restored, restore
from restoring.server import Server, serving

RICH = (Path(__file__).parent / "rich.sql").read_text(encoding="utf-8")

Dump = Callable[..., Path]
Restore = Callable[..., AbstractContextManager[Restored]]
Source = Callable[..., None]


@pytest.fixture
def restoring(programs: Programs) -> Restore:
    """Restores a backup into a server that lives as long as the context."""

    @contextmanager
    def restoring(path: Path, seconds: float = 60) -> Iterator[Restored]:
        backup = find_backup(path)
        with serving(programs) as server:
            yield restore(backup, server, Choice(programs, "selftest", frozenset()), seconds, lambda _: 0)

    return restoring


@pytest.fixture(scope="session")
def dump(server: Server, programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    """Runs pg_dump, or pg_dumpall where `program` says so, against a database of the shared server."""
    folder = tmp_path_factory.mktemp("dumps")

    def dump(database: str, *options: str, program: str = "pg_dump") -> Path:
        path = folder / f"backup{len(list(folder.iterdir()))}"
        command = [
            programs.bin / program,
            *options,
            "-d",
            make_conninfo(server.dsn(database), password=None),
            "-f",
            path,
        ]
        environment = {"PGPASSWORD": server.password}
        done = subprocess.run(command, check=False, capture_output=True, env=environment)
        assert done.returncode == 0, done.stderr[:500]
        return path

    return dump


@pytest.fixture(scope="session")
def source(server: Server) -> Iterator[Source]:
    """Makes a database of the shared server by running SQL in it; it is gone after the session."""
    made: list[str] = []

    def source(name: str, text: str, encoding: str = "UTF8") -> None:
        create = "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE 'C'"
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL(create).format(sql.Identifier(name), sql.Literal(encoding)))
        made.append(name)
        with psycopg.connect(server.dsn(name), autocommit=True) as admin:
            admin.execute(text.encode())

    yield source
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        for name in made:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def rich(source: Source) -> str:
    """The name of a database with one of nearly everything that pg_dump knows."""
    source("rich", RICH)
    return "rich"


@pytest.fixture(scope="session")
def small(source: Source) -> str:
    """The name of a database of two tables with a key between them, an index and a policy."""
    source(
        "small",
        """
        create table a (id int primary key, t text);
        insert into a select g, md5(g::text) from generate_series(1, 2000) as g;
        create table b (id int primary key, a_id int references a, t text);
        insert into b select g, g, md5(g::text) from generate_series(1, 2000) as g;
        create table nothing (t text);
        create index on b (t);
        alter table a enable row level security;
        create policy p on a using (true);
        select lo_from_bytea(55, '\\xaabb');
        """,
    )
    return "small"
