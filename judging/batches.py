"""Questions that may last, put in few statements until the time for them is used up."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg import sql

SECONDS = 1200
"""How long one check may look into tables before it names what it has not reached."""

MOST = 200
HEAVIEST = 1 << 30

_LIMIT = "SELECT pg_catalog.set_config('statement_timeout', %s, true)"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Batch:
    """One statement, its values, and the names of what it looks at."""

    names: Sequence[str]
    query: sql.Composed
    values: Sequence[Any] = ()


@dataclass(frozen=True)
class Answers:
    """The rows of all batches that were answered, and the names in those that were not."""

    rows: list[tuple[Any, ...]]
    unreached: list[str]


def gathered(
    items: Iterable[_T], weight: Callable[[_T], int], most: int = MOST, heaviest: int = HEAVIEST
) -> Iterator[list[_T]]:
    """Groups of at most so many, none heavier than `heaviest` but for a single one; the light first."""
    group: list[_T] = []
    total = 0
    for item in sorted(items, key=weight):
        if group and (len(group) >= most or total + weight(item) > heaviest):
            yield group
            group, total = [], 0
        group.append(item)
        total += weight(item)
    if group:
        yield group


def ask(connection: psycopg.Connection, batches: Iterable[Batch], seconds: float = SECONDS) -> Answers:
    """Puts one after the other; one that outlasts the time that is left is cancelled and not reached."""
    until = time.monotonic() + seconds
    answers = Answers([], [])
    for batch in batches:
        rows = _rows(connection, batch, until - time.monotonic())
        if rows is None:
            answers.unreached.extend(batch.names)
        else:
            answers.rows.extend(rows)
    return answers


def _rows(connection: psycopg.Connection, batch: Batch, seconds: float) -> list[tuple[Any, ...]] | None:
    if seconds <= 0:
        return None
    try:
        with connection.transaction():
            connection.execute(_LIMIT, [f"{seconds * 1000:.0f}ms" if seconds > 0.001 else "1ms"])
            return connection.execute(batch.query, batch.values or None).fetchall()
    except psycopg.errors.QueryCanceled:
        return None
