"""The guarded connection: silent outside its transaction, and mindful of what a statement leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from restoring.guarded import Guarded
from settings import HOME

WRITE = "CREATE TABLE written ()"
ENDINGS: dict[str, Callable[[psycopg.Connection], object]] = {
    "commit": lambda connection: connection.commit(),
    "COMMIT": lambda connection: connection.execute("COMMIT"),
    "ROLLBACK": lambda connection: connection.execute("ROLLBACK"),
}
WRITING: dict[str, Callable[[psycopg.Connection], object]] = {
    "connection": lambda connection: connection.execute(WRITE),
    "cursor": lambda connection: connection.cursor().execute(WRITE),
    "client cursor": lambda connection: psycopg.ClientCursor(connection).execute(WRITE),
    "many": lambda connection: connection.cursor().executemany(WRITE, [()]),
    "transaction": lambda connection: connection.transaction().__enter__(),
}


@pytest.fixture
def guarded(dsn: str) -> Iterator[Guarded]:
    with closing(Guarded.reach(dsn)) as connection:
        connection.execute("BEGIN READ ONLY")
        connection.guarded, connection.touched = True, False
        yield connection


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("write", WRITING.values(), ids=WRITING)
def test_nothing_is_said_once_the_transaction_is_ended(
    end: Callable[[psycopg.Connection], object],
    write: Callable[[psycopg.Connection], object],
    guarded: Guarded,
    postgresql: psycopg.Connection,
) -> None:
    end(guarded)
    with pytest.raises(psycopg.InterfaceError, match="the check has ended the read-only transaction"):
        write(guarded)
    assert postgresql.execute("SELECT to_regclass('written')").fetchone() == (None,)


def test_a_savepoint_ends_no_transaction(guarded: Guarded) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero), guarded.transaction():
        guarded.execute("SELECT 1 / 0")
    guarded.ensure_begun()
    assert guarded.execute("SELECT 1").fetchone() == (1,)


def test_only_what_is_guarded_is_refused(guarded: Guarded) -> None:
    guarded.guarded = False
    guarded.execute("COMMIT")
    guarded.ensure_begun()
    assert guarded.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    "query",
    [
        "SET LOCAL role = pg_monitor",
        b"SELECT 1;\nset local work_mem = '1MB'",
        "RESET role",
        "SELECT set_config('role', 'pg_monitor', true)",
        sql.SQL("SELECT pg_catalog.{}('role', 'pg_monitor', true)").format(sql.SQL("set_config")),
        "SELECT public.taking_a_role()",
        'SELECT public."taking_a_role" ()',
    ],
)
def test_what_may_leave_something_behind_is_noted(query: Any, guarded: Guarded) -> None:
    guarded.guarded = False
    guarded.execute("ROLLBACK")
    guarded.execute("CREATE FUNCTION public.taking_a_role() RETURNS integer LANGUAGE sql RETURN 1")
    guarded.touched = False
    guarded.cursor().execute(query)
    assert guarded.touched


@pytest.mark.parametrize("file", sorted((HOME / "checks").glob("*.sql")), ids=lambda file: file.name)
def test_what_the_checks_ask_leaves_nothing_behind(file: Path, guarded: Guarded) -> None:
    """Each would cost the next check a round trip."""
    text = file.read_bytes()
    guarded.execute(text, [["a"]] * text.count(b"%s::"))
    assert not guarded.touched
