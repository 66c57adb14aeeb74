"""A connection that is only spoken to within the transaction which keeps the database from harm.

A read-only session would do the same and, behind a transaction pooler, become somebody else's.
"""

import re
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

ENDED = "the check has ended the read-only transaction that keeps the database from harm"

# A setting, a role, or what a function that is not PostgreSQL's own may have set.
_SETS = re.compile(r"set(_config)?\b|(?<!pg_catalog)\.\s*\"?\w+\"?\s*\(", re.IGNORECASE)
_T = TypeVar("_T")


class Guarded(psycopg.Connection):
    """While `guarded`, refuses to speak where no transaction is open; it costs no round trip.

    `touched` says that a statement may have left something behind in the transaction, read off its text.
    """

    guarded = False
    touched = False

    @classmethod
    def reach(cls, dsn: str) -> Self:
        """Connects as a transaction pooler wants it: every BEGIN is ours, and nothing is prepared."""
        return cls.connect(dsn, autocommit=True, prepare_threshold=None, cursor_factory=_Noting)

    def ensure_begun(self) -> None:
        """Raises InterfaceError where the transaction has been ended."""
        if self.guarded and self.info.transaction_status == TransactionStatus.IDLE:
            raise psycopg.InterfaceError(ENDED)

    def wait(self, gen: PQGen[_T], *arguments: Any, **options: Any) -> _T:
        """What every statement goes through, whichever way it was asked."""
        self.ensure_begun()
        return super().wait(gen, *arguments, **options)


class _Noting(psycopg.Cursor[Any]):
    def execute(self, query: Any, *arguments: Any, **options: Any) -> Self:
        if isinstance(self.connection, Guarded):
            self.connection.touched |= bool(_SETS.search(str(query)))
        return super().execute(query, *arguments, **options)
