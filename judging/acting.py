"""Becoming somebody else for one statement, as an application would, and undoing all of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

# The role comes last: it may not be allowed to set the others.
_BECOME = """
SELECT pg_catalog.set_config('row_security', 'on', true), pg_catalog.set_config(%s, %s, true),
    pg_catalog.set_config('role', %s, true)
"""
_OWN = "SELECT pg_catalog.set_config('role', %s, true), pg_catalog.set_config('row_security', 'off', true)"


class CannotBecome(Exception):
    """The connection may not become the role, or there is none; the text says why."""


@dataclass(frozen=True)
class Person:
    """Whom to become: `label` is how messages call it, for neither tenant nor claims may be in them."""

    label: str
    role: str
    claims_setting: str
    claims: str


@dataclass(frozen=True)
class Answer:
    """What a statement led to: its rows or the number of rows it touched, or the error it ended in."""

    rows: Sequence[Sequence[Any]] = ()
    touched: int = 0
    error: psycopg.Error | None = None

    @property
    def state(self) -> str:
        return (self.error and self.error.sqlstate) or ""

    @property
    def too_long(self) -> bool:
        return isinstance(self.error, psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable)

    @property
    def refused_by_policy(self) -> bool:
        """A policy's WITH CHECK gives the same SQLSTATE as a missing grant."""
        text = str(self.error.diag.message_primary) if self.error else ""
        return self.state == "42501" and "row-level security" in text

    @property
    def let_through(self) -> bool:
        """Stopped by a constraint itself and not by a trigger: constraints come after the policies."""
        return self.error is not None and self.state.startswith("23") and not self.error.diag.context


def act(
    connection: psycopg.Connection, person: Person, statement: sql.Composed, values: Sequence[Any]
) -> Answer:
    """Runs one statement as somebody and undoes it; raises CannotBecome."""
    with _being(connection, person):
        return _run(connection, statement, values)


def act_and_look(
    connection: psycopg.Connection,
    person: Person,
    statement: tuple[sql.Composed, Sequence[Any]],
    owner: str,
    look: tuple[sql.Composed, Sequence[Any]],
) -> tuple[Answer, Answer]:
    """As `act`; before all is undone, the table's owner looks at what came of it."""
    with _being(connection, person):
        done = _run(connection, *statement)
        if done.error is not None:
            return done, Answer()
        connection.execute(_OWN, [owner])
        return done, _run(connection, *look)


def complaint(error: psycopg.Error) -> str:
    """What went wrong, without what a row holds: only errors of names and rights are quoted."""
    text = str(error.diag.message_primary or "").split("\n")[0]
    if (error.sqlstate or "").startswith(("42", "57")):
        return text
    return f"{type(error).__name__} ({error.sqlstate})"


@contextmanager
def _being(connection: psycopg.Connection, person: Person) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        settings = [person.claims_setting, person.claims, person.role]
        try:
            connection.execute(_BECOME, settings)
        except psycopg.Error as error:
            raise CannotBecome(f"cannot become {person.role}: {complaint(error)}") from None
        yield


def _run(connection: psycopg.Connection, statement: sql.Composed, values: Sequence[Any]) -> Answer:
    try:
        with connection.transaction():
            cursor = connection.execute(statement, values)
            return Answer(cursor.fetchall() if cursor.description else (), cursor.rowcount)
    except psycopg.OperationalError as error:
        if connection.closed:
            raise
        return Answer(error=error)
    except psycopg.Error as error:
        return Answer(error=error)
