"""What tables hold, as numbers: how many rows, and one checksum that no order changes.

Equal on a source and on what was restored from it, whatever their versions, settings and encodings, save
on machines of another byte order, which `Contents.probe` tells. No value leaves the database.
"""

import fnmatch
import queue
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from reference.pinned import limited, pinned, why
from reference.tables import (
    Formula,
    Table,
    label,
    objects_statement,
    read_tables,
    statement,
    usual_formula,
)

OBJECTS = "large objects"
"""The name under which the large objects are skipped, or their formula is asked for."""

_ABOUT = """
SELECT pg_catalog.getdatabaseencoding()::text,
    pg_catalog.hashtextextended('verified' COLLATE "C", 0)::text
"""
_NEWEST = "SELECT pg_catalog.max({column})::text FROM {table}"


@dataclass(frozen=True)
class TableContents:
    """`checksum` is a whole number, written out; it says nothing beside one of another formula."""

    rows: int
    checksum: str
    formula: Formula


@dataclass(frozen=True)
class Skipped:
    """Something that was not looked at."""

    what: str
    why: str


@dataclass
class Contents:
    """Tables by their label. Two checksums can be compared where their probes are the same."""

    probe: str
    tables: dict[str, TableContents] = field(default_factory=dict)
    large_objects: TableContents | None = None
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What is to be read: for how many seconds at most, by which formulas, and what is left out.

    `formulas` are those that the other side used, by label; the server's best where it names none.
    `left_out` are patterns of labels, as in a shell, `only` the labels that are read, or None for all.
    Where `given_up` says so nothing more is begun.
    """

    seconds: float
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    left_out: Collection[str] = ()
    only: Collection[str] | None = None
    given_up: Callable[[], bool] = bool


def read_contents(connections: Sequence[psycopg.Connection[Any]], asked: Asked) -> Contents:
    """Reads all tables by as many readers as there are connections, each in a transaction of its own.

    What cannot be read, or not in time, is among `skipped`. Raises psycopg.Error where not even the
    catalogue can be read.
    """
    return _Reading(connections, asked).contents()


def read_newest(
    connection: psycopg.Connection[Any], columns: Sequence[tuple[str, str, str]], seconds: float
) -> tuple[dict[str, str | None], list[Skipped]]:
    """The greatest value of each (schema, table, column), as text, in UTC; None of an empty table."""
    newest: dict[str, str | None] = {}
    skipped: list[Skipped] = []
    with pinned(connection):
        for schema, table, column in columns:
            name = sql.Identifier(schema, table)
            text = sql.SQL(_NEWEST).format(column=sql.Identifier(column), table=name)
            try:
                ((newest[label(schema, table, column)],),) = limited(connection, text, seconds)
            except psycopg.Error as error:
                skipped.append(Skipped(f"newest {label(schema, table, column)}", why(error)))
    return newest, skipped


@dataclass(frozen=True)
class _Task:
    what: str
    text: sql.Composed
    formula: Formula


class _Reading:
    """One reading of everything; its threads share a queue, and write each under another label."""

    def __init__(self, connections: Sequence[psycopg.Connection[Any]], asked: Asked) -> None:
        self._connections = connections
        self._asked = asked
        self._until = time.monotonic() + asked.seconds
        self._tasks: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        self._found: dict[str, TableContents] = {}
        self._faults: list[BaseException] = []
        ((self._encoding, probe),) = connections[0].execute(_ABOUT).fetchall()
        self._contents = Contents(probe)

    def contents(self) -> Contents:
        self._plan()
        threads = [threading.Thread(target=self._read, args=(c,), daemon=True) for c in self._connections]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except BaseException:
            self._cancel()
            raise
        if self._faults:
            raise self._faults[0]
        self._skip_the_rest()
        self._contents.large_objects = self._found.pop(OBJECTS, None)
        self._contents.tables = dict(sorted(self._found.items()))
        self._contents.skipped.sort(key=lambda skipped: skipped.what)
        return self._contents

    def _plan(self) -> None:
        """The largest first; the large objects before all, for nobody knows how large they are."""
        first = self._connections[0]
        best = usual_formula(first.info.server_version)
        formula = self._asked.formulas.get(OBJECTS, best)
        if self._asked.only is None or OBJECTS in self._asked.only:
            self._add(OBJECTS, formula, objects_statement(formula, self._encoding))
        for table in read_tables(first):
            if self._asked.only is None or table.label in self._asked.only:
                formula = self._asked.formulas.get(table.label, best)
                self._add_table(table, formula)

    def _add_table(self, table: Table, formula: Formula) -> None:
        if any(fnmatch.fnmatchcase(table.label, pattern) for pattern in self._asked.left_out):
            self._skip(table.label, "its contents were left out, as asked")
        elif table.extension is not None:
            self._skip(table.label, f"it belongs to the extension {table.extension}")
        else:
            self._add(table.label, formula, statement(table, formula, self._encoding))

    def _add(self, what: str, formula: Formula, text: sql.Composed) -> None:
        if formula == "record" and usual_formula(self._connections[0].info.server_version) != "record":
            self._skip(what, "a checksum by record needs PostgreSQL 14")
        else:
            self._tasks.put(_Task(what, text, formula))

    def _read(self, connection: psycopg.Connection[Any]) -> None:
        try:
            with pinned(connection):
                while not connection.closed and (task := self._next()) is not None:
                    self._measure(connection, task)
        except psycopg.Error:
            return  # what this reader leaves in the queue is another's, or skipped at the end
        except BaseException as fault:
            self._faults.append(fault)

    def _next(self) -> _Task | None:
        if time.monotonic() >= self._until or self._asked.given_up():
            return None
        try:
            return self._tasks.get_nowait()
        except queue.Empty:
            return None

    def _measure(self, connection: psycopg.Connection[Any], task: _Task) -> None:
        try:
            ((rows, checksum),) = limited(connection, task.text, self._until - time.monotonic())
        except psycopg.Error as error:
            self._skip(task.what, why(error))
        else:
            self._found[task.what] = TableContents(rows, checksum, task.formula)

    def _skip_the_rest(self) -> None:
        late = time.monotonic() >= self._until
        reason = "the time limit was reached" if late else "the connection to the database was lost"
        while not self._tasks.empty():
            self._skip(self._tasks.get().what, reason)

    def _skip(self, what: str, reason: str) -> None:
        self._contents.skipped.append(Skipped(what, reason))

    def _cancel(self) -> None:
        for connection in self._connections:
            if not connection.closed:
                connection.cancel_safe(timeout=2)
