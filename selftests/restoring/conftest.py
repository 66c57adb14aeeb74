"""Real backups of a real database, and a server of its own for each restore."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import LiteralString

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


@pytest.fixture(scope="session")
def target(programs: Programs) -> Iterator[Server]:
    """The server that backups are restored into, emptied after each."""
    with serving(programs) as running:
        yield running


@pytest.fixture
def restoring(target: Server) -> Restore:
    """Restores a backup; what it makes is there as long as the context."""

    @contextmanager
    def restoring(path: Path, seconds: float = 60) -> Iterator[Restored]:
        try:
            yield restored_into(target, path, seconds)
        finally:
            empty(target)

    return restoring


@pytest.fixture
def restoring_alone(programs: Programs) -> Restore:
    """Restores a backup into a server of its own, for one that may do harm to it."""

    @contextmanager
    def restoring(path: Path, seconds: float = 60) -> Iterator[Restored]:
        with serving(programs) as server:
            yield restored_into(server, path, seconds)

    return restoring


def restored_into(server: Server, path: Path, seconds: float) -> Restored:
    choice = Choice(server.programs, "selftest", frozenset())
    return restore(find_backup(path), server, choice, seconds, lambda _: 0)


def empty(server: Server) -> None:
    """Drops all databases and roles but the server's first, and the copy of the backup."""
    shutil.rmtree(server.workplace.path / "backup", ignore_errors=True)
    (server.workplace.path / "backup").unlink(missing_ok=True)
    with server.connect("template1") as admin:
        names = admin.execute("SELECT datname FROM pg_database WHERE datname !~ '^template'").fetchall()
        for (name,) in names:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute("CREATE DATABASE postgres TEMPLATE template0")
        roles = admin.execute("SELECT oid::regrole::text FROM pg_roles WHERE oid >= 16384").fetchall()
        listed = ", ".join(role for (role,) in roles)
        if listed:
            admin.execute(f"REASSIGN OWNED BY {listed} TO CURRENT_USER; DROP OWNED BY {listed}".encode())
            admin.execute(f"DROP ROLE {listed}".encode())


@pytest.fixture(scope="session")
def dump(server: Server, programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    """Runs pg_dump, or pg_dumpall where `program` says so, against a database of the shared server."""
    folder = tmp_path_factory.mktemp("dumps")

    def dump(database: str, *options: str, program: str = "pg_dump") -> Path:
        path = folder / f"backup{len(list(folder.iterdir()))}"
        command: list[str | Path] = [
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

    def source(name: str, text: str, encoding: str = "UTF8", locale: LiteralString = "LOCALE 'C'") -> None:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} {}")
        names = (sql.Identifier(name), sql.Literal(encoding), sql.SQL(locale))
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
            admin.execute(create.format(*names))
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
