"""A server is asked how far a restore has come, seldom and without any harm to it."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from restoring.server import Server
from restoring.tally import Tally
from restoring.watching import Watch

Name = str
MEGABYTE = 1 << 20


@pytest.fixture
def database(server: Server) -> Iterator[Name]:
    name = f"watched_{secrets.token_hex(4)}"
    with server.connect("postgres") as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    yield name
    with server.connect("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def at_work(server: Server, database: Name, statement: str) -> Iterator[psycopg.Connection]:
    """A session that waits within a statement, since another holds what it needs."""
    with server.connect(database) as holder, server.connect(database) as session:
        holder.execute("BEGIN")
        holder.execute("SELECT pg_advisory_xact_lock(1)")
        thread = threading.Thread(target=lambda: session.execute(statement.encode()))
        thread.start()
        try:
            yield session
        finally:
            holder.execute("ROLLBACK")
            thread.join()


def until(seen: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not seen():
        assert time.monotonic() < end, "it was never seen"
        time.sleep(0.005)


def test_before_there_is_a_database_nothing_is_asked(server: Server) -> None:
    progress = Watch(server, Tally(size=5)).look()
    assert (progress.size, progress.read, progress.restored, progress.filled) == (5, None, None, None)


def test_tables_that_have_rows_and_the_size_are_seen(server: Server, database: Name) -> None:
    with server.connect(database) as admin:
        for table, rows in (("full", 10), ("empty", 0)):
            admin.execute(f"CREATE TABLE public.{table} AS SELECT generate_series(1, {rows}) AS n".encode())
        admin.execute("SELECT pg_stat_force_next_flush()")
    progress = Watch(server, Tally(tables=2, database=database)).look()
    assert (progress.filled, progress.tables, progress.doing) == (1, 2, ())
    assert (progress.restored or 0) > 20 * MEGABYTE
    assert 0 <= progress.seconds < 60


def test_what_the_server_is_at_is_seen_without_what_it_says(server: Server, database: Name) -> None:
    with server.connect(database) as admin:
        admin.execute(
            "CREATE FUNCTION public.nap(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS "
            "'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN 1; END';"
            'CREATE TABLE public."a\tb" AS SELECT 1 AS n'
        )
    index = "CREATE INDEX i ON public.\"a\tb\" (public.nap(n)) WHERE 'c4n4ry' <> ''"
    with at_work(server, database, index):
        assert seen_at_work(server, database) == ('CREATE INDEX i ON public."a b"',)
    with at_work(server, database, "SELECT pg_advisory_xact_lock(1), 'c4n4ry'"):
        assert seen_at_work(server, database) == ()


def seen_at_work(server: Server, database: Name) -> tuple[str, ...]:
    """What a new watch sees once the other session waits."""
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with server.connect(database) as admin:
        until(lambda: admin.execute(waiting).fetchone() == (1,))
    return Watch(server, Tally(database=database)).look().doing


def test_a_server_is_not_asked_again_at_once(server: Server, database: Name) -> None:
    watch = Watch(server, Tally(database=database))
    first = watch.look()
    with server.connect(database) as admin:
        admin.execute("CREATE TABLE public.more AS SELECT generate_series(1, 100000) AS n")
    second = watch.look()
    assert (second.restored, second.filled) == (first.restored, first.filled)
    assert second.seconds > first.seconds


def test_a_database_that_is_not_there_breaks_nothing(server: Server) -> None:
    progress = Watch(server, Tally(database="none")).look()
    assert (progress.restored, progress.doing) == (None, ())


def test_what_was_read_never_becomes_less(server: Server) -> None:
    """Workers that have ended are counted no longer, and files are closed."""
    read = iter([10, 30, 20, None, OSError(), 40])

    def next_one() -> int | None:
        found = next(read)
        if isinstance(found, OSError):
            raise found
        return found

    watch = Watch(server, Tally(read=next_one))
    assert [watch.look().read for _ in range(6)] == [10, 30, 30, 30, 30, 40]


def test_looking_leaves_no_session_behind(server: Server, database: Name) -> None:
    Watch(server, Tally(database=database)).look()
    with server.connect("postgres") as admin:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        until(lambda: admin.execute(query, (database,)).fetchone() == (0,))
