"""The database that the checks look at: reached in time, read only, and kept that way.

A live database may be somebody's production, behind a pooler: every limit is set inside a transaction
and read back, since a transaction pooler drops what was set at the start of a session. Outside that
transaction nothing is said at all: a read-only session would, behind a pooler, become somebody else's.
"""

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from restoring.deadline import deadline
from restoring.guarded import Guarded

APPLICATION_NAME = "backup-verification"

LIVE_STATEMENT_SECONDS = 60
RESTORED_STATEMENT_SECONDS = 3600
LOCK_SECONDS = 2
LONGEST_TRANSACTION_SECONDS = 5
"""After this a new transaction begins before the next check, so that no lock is held for long."""

_BEGIN = """
BEGIN READ ONLY;
SET LOCAL statement_timeout = {statement};
SET LOCAL lock_timeout = {lock};
SET LOCAL row_security = off;
SELECT pg_catalog.current_setting('statement_timeout'), pg_catalog.current_setting('lock_timeout'),
    pg_catalog.current_setting('transaction_read_only'), pg_catalog.pg_is_in_recovery()
"""
_BEGIN_ANEW: LiteralString = "ROLLBACK;" + _BEGIN


@dataclass(frozen=True)
class Reach:
    """Where the database is, or why there is none; small enough to be handed to another process.

    `problem` means that there is nothing to look at; `loss` that there is, and that something of the
    backup is missing in it. `restored` says that nobody waits for its locks: everything is counted.
    `kind` is the kind of finding that the problem makes; `lost` has that of each line of the loss.
    """

    dsn: str | None
    restored: bool
    problem: str | None = None
    loss: str | None = None
    kind: str = "could-not-verify"
    lost: Mapping[str, str] = field(default_factory=dict)


class Access:
    """The one connection that all checks share, and what was learned by making it."""

    def __init__(self, reach: Reach, answer_seconds: float) -> None:
        self.reach = reach
        self.problem, self.kind = reach.problem, reach.kind
        self.connection: Guarded | None = None
        self.milliseconds: float | None = None
        self.in_recovery: bool | None = None
        self.server_version: str | None = None
        self.database: str | None = None
        self._begun = 0.0
        self._answer_seconds = answer_seconds
        if reach.dsn is not None and self.problem is None:
            self._connect(reach.dsn, answer_seconds)

    @property
    def statement_seconds(self) -> int:
        return RESTORED_STATEMENT_SECONDS if self.reach.restored else LIVE_STATEMENT_SECONDS

    def renew(self) -> None:
        """Begins anew where a check has broken or changed the transaction, or it has lasted long enough."""
        if self.connection is None:
            return
        if self.connection.closed:
            if self.problem is None:
                self._unreachable("the connection to the database was lost")
            return
        status = self.connection.info.transaction_status
        old = time.monotonic() - self._begun > LONGEST_TRANSACTION_SECONDS
        if status != TransactionStatus.INTRANS or old or self.connection.touched:
            try:
                with deadline(self.connection, self._answer_seconds):
                    self._begin(self.connection)
            except (psycopg.Error, TimeoutError) as error:
                self._unreachable(f"the connection to the database was lost: {reason(error)}")

    @contextlib.contextmanager
    def limited(self) -> Iterator[None]:
        """Cuts the connection when a check lasts longer than a server that still answers would let it.

        Raises InterfaceError at its end where the check has ended the transaction: with several
        statements in one text it may even have written.
        """
        if self.connection is None:
            yield
            return
        with deadline(self.connection, self.statement_seconds * 2):
            yield
        self.connection.ensure_begun()

    @contextlib.contextmanager
    def acting(self, dsn: str) -> Iterator[psycopg.Connection]:
        """Another connection to a restored database, in a transaction that is rolled back."""
        with psycopg.connect(with_limits(dsn, self._answer_seconds), prepare_threshold=None) as connection:
            values = {"statement": f"{self.statement_seconds}s", "lock": f"{LOCK_SECONDS}s"}
            for name, value in values.items():
                connection.execute("SELECT set_config(%s, %s, true)", (f"{name}_timeout", value))
            try:
                with deadline(connection, self.statement_seconds * 2):
                    yield connection
            finally:
                if not connection.closed:
                    connection.rollback()

    def close(self) -> None:
        if self.connection is not None and not self.connection.closed:
            with (
                contextlib.suppress(psycopg.Error, TimeoutError),
                deadline(self.connection, self._answer_seconds),
            ):
                self.connection.guarded = False
                self.connection.execute("ROLLBACK")
            self.connection.close()

    def _connect(self, dsn: str, answer_seconds: float) -> None:
        started = time.monotonic()
        try:
            self.connection = Guarded.reach(with_limits(dsn, answer_seconds))
            self.milliseconds = round((time.monotonic() - started) * 1000, 1)
            with deadline(self.connection, answer_seconds):
                self._begin(self.connection)
        except (psycopg.Error, TimeoutError) as error:
            self._unreachable(f"the database cannot be reached: {reason(error)}")

    def _begin(self, connection: Guarded) -> None:
        self._begun = time.monotonic()
        connection.guarded = False
        idle = connection.info.transaction_status == TransactionStatus.IDLE
        values = {"statement": f"{self.statement_seconds}s", "lock": f"{LOCK_SECONDS}s"}
        literals = {name: sql.Literal(value) for name, value in values.items()}
        begin = sql.SQL(_BEGIN if idle else _BEGIN_ANEW).format(**literals)
        cursor = connection.execute(begin)
        while cursor.nextset():
            pass
        connection.guarded, connection.touched = True, False
        statement, lock, read_only, self.in_recovery = cursor.fetchone() or (None,) * 4
        self.database = connection.info.dbname
        self.server_version = connection.info.parameter_status("server_version")
        if not (_seconds(statement) and _seconds(lock) and read_only == "on"):
            self.problem = "the database did not take the limits that keep it from harm: not verified"
            self.kind = "limits-not-taken"

    def _unreachable(self, problem: str) -> None:
        self.problem, self.kind = problem, "database-unreachable"


def with_limits(dsn: str, seconds: float) -> str:
    """The DSN with limits on every wait, and our name, where it does not set them itself.

    To connect may take the shorter of its own `connect_timeout` and `seconds`.
    """
    said = conninfo_to_dict(dsn)
    ours = {
        "application_name": APPLICATION_NAME,
        "client_encoding": "utf8",
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "30000",
    }
    added = {name: value for name, value in ours.items() if name not in said}
    return make_conninfo(dsn, **added, connect_timeout=_shorter(said.get("connect_timeout"), seconds))


def _shorter(said: object, seconds: float) -> str:
    """In whole seconds, two at least, for libpq knows no shorter wait; what it cannot read it refuses."""
    ours = max(2, round(seconds))
    if not re.fullmatch(r"\s*-?\d+\s*", str(said)):
        return str(ours if said is None else said)
    theirs = int(str(said))
    return str(min(theirs, ours) if theirs > 0 else ours)


def reason(error: psycopg.Error | TimeoutError) -> str:
    """A server's or libpq's complaint in one line; only the first, for each address repeats it."""
    told = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    text = told or str(error).strip() or type(error).__name__
    return " ".join(text.split("\n")[0].split())


def _seconds(shown: str | None) -> bool:
    """Whether a limit as SHOW gives it is one: 0 means none."""
    return shown not in (None, "0")
