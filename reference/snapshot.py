"""One moment of the source, held still for as many readers as are wanted, and for pg_dump."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from reference.pinned import why

APPLICATION_NAME = "backup-verification"
CONNECT_SECONDS = 30
LOCK_SECONDS = 60
HEARTBEAT_SECONDS = 30.0
GRACE_SECONDS = 30.0
"""How much longer than its limit a session may last before we hang up: a server that hangs keeps none."""

_ASKED = 3

_BEGIN: LiteralString = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
{}
SET LOCAL lock_timeout = {};
SET LOCAL statement_timeout = {};
SELECT pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings
WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout');
SELECT pg_catalog.current_setting('lock_timeout') <> '0'
    AND pg_catalog.current_setting('transaction_read_only') = 'on'
    AND pg_catalog.current_setting('transaction_isolation') = 'repeatable read'
    AND pg_catalog.current_setting('idle_in_transaction_session_timeout') = '0'
"""


class Unreachable(Exception):
    """The source cannot be reached; the sentence says why."""


@dataclass(frozen=True)
class Snapshot:
    """`id` is None where `problem` says why nobody else can share it."""

    dsn: str
    grace: float
    connection: psycopg.Connection[Any]
    id: str | None
    problem: str | None

    @contextlib.contextmanager
    def readers(self, most: int, seconds: float) -> Iterator[list[psycopg.Connection[Any]]]:
        """Up to `most` connections that see this moment, one at least, each in its transaction.

        A source that grants fewer gets fewer; where the snapshot cannot be shared it is its own reader.
        """
        with contextlib.ExitStack() as stack:
            found: list[psycopg.Connection[Any]] = []
            with contextlib.suppress(psycopg.Error, Unreachable):
                while self.id is not None and len(found) < most:
                    found.append(stack.enter_context(_session(self.dsn, seconds, self.grace, self.id)))
            yield found or [self.connection]


@contextlib.contextmanager
def snapshot(dsn: str, seconds: float, grace: float = GRACE_SECONDS) -> Iterator[Snapshot]:
    """Opens a read-only transaction and keeps it open, and awake, as long as the context.

    No statement may take longer than `seconds`; `grace` seconds after them the connection is cut.
    Raises Unreachable, and psycopg.Error where the source does not take the limits that keep it from
    harm.
    """
    with _session(dsn, seconds, grace) as connection, _awake(connection):
        exported = problem = None
        try:
            ((exported,),) = connection.execute("SELECT pg_catalog.pg_export_snapshot()").fetchall()
        except psycopg.Error as error:
            problem = why(error)
            connection.execute("ROLLBACK")
            _begin(connection, seconds)
        yield Snapshot(dsn, grace, connection, exported, problem)


def lends_sessions(dsn: str) -> bool:
    """Whether a pooler stands before the source that lends a session for a transaction only.

    One client then gets several, or a second client the first one's while that stays. Raises
    Unreachable and psycopg.Error.
    """
    with _connected(dsn, GRACE_SECONDS) as first:
        pids = {_pid(first) for _ in range(_ASKED)}
        if pids == {first.info.backend_pid}:
            return False
        with _connected(dsn, GRACE_SECONDS) as second:
            return len(pids) > 1 or _pid(second) in pids


def with_limits(dsn: str) -> str:
    """The DSN with a limit on every wait for the network, where it does not set them itself."""
    ours = {
        "application_name": APPLICATION_NAME,
        "connect_timeout": str(CONNECT_SECONDS),
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "30000",
    }
    return make_conninfo(dsn, **{**ours, **conninfo_to_dict(dsn), "client_encoding": "utf8"})


def _pid(connection: psycopg.Connection[Any]) -> int:
    ((pid,),) = connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchall()
    return int(pid)


@contextlib.contextmanager
def _connected(dsn: str, seconds: float) -> Iterator[psycopg.Connection[Any]]:
    try:
        connection = psycopg.connect(with_limits(dsn), autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        raise Unreachable(f"the source cannot be reached: {why(error)}") from None
    with contextlib.closing(connection), _cut_after(connection, seconds):
        yield connection


@contextlib.contextmanager
def _cut_after(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    with socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:

        def cut() -> None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@contextlib.contextmanager
def _session(
    dsn: str, seconds: float, grace: float, shared: str | None = None
) -> Iterator[psycopg.Connection[Any]]:
    with _connected(dsn, seconds + grace) as connection:
        _begin(connection, seconds, shared)
        yield connection


def _begin(connection: psycopg.Connection[Any], seconds: float, shared: str | None = None) -> None:
    same = sql.SQL("SET TRANSACTION SNAPSHOT {};").format(sql.Literal(shared)) if shared else sql.SQL("")
    limits = (sql.Literal(f"{LOCK_SECONDS}s"), sql.Literal(max(1, round(seconds * 1000))))
    cursor = connection.execute(sql.SQL(_BEGIN).format(same, *limits))
    while cursor.nextset():
        pass
    if cursor.fetchall() != [(True,)]:
        raise psycopg.OperationalError("the source did not take the limits that keep it from harm")


@contextlib.contextmanager
def _awake(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Says something now and then, for what lies between may cut a connection that is silent."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            with contextlib.suppress(psycopg.Error):
                connection.execute("SELECT 1")

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(1)
