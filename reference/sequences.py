"""Where sequences stand. No snapshot holds that still: it is what it was when it was read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from reference.contents import Skipped
from reference.pinned import limited, why
from reference.tables import label

_SQL = Path(__file__).with_name("sequences.sql").read_bytes()
_POSITION: LiteralString = "SELECT {schema}, {name}, last_value, is_called FROM {sequence}"
_AT_ONCE = 500


@dataclass(frozen=True)
class Position:
    """`last_value` was handed out where `is_called`, and comes next where not."""

    last_value: int
    is_called: bool


def read_sequences(
    connection: psycopg.Connection[Any], seconds: float
) -> tuple[dict[str, Position], list[Skipped]]:
    """The positions of all sequences, by label, and those that cannot be read; 500 a statement."""
    rows = connection.execute(_SQL).fetchall()
    skipped = [Skipped(label(schema, name), "no right to read it") for schema, name, may in rows if not may]
    found: dict[str, Position] = {}
    readable = [(schema, name) for schema, name, may in rows if may]
    for names in _chunks(readable):
        try:
            for schema, name, *position in limited(connection, _union(names), seconds):
                found[label(schema, name)] = Position(*position)
        except psycopg.Error as error:
            skipped += [Skipped(label(*name), why(error)) for name in names]
    return found, skipped


def _chunks(names: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _union(names: Sequence[tuple[str, str]]) -> sql.Composable:
    each = (
        sql.SQL(_POSITION).format(
            schema=sql.Literal(schema), name=sql.Literal(name), sequence=sql.Identifier(schema, name)
        )
        for schema, name in names
    )
    return sql.SQL(" UNION ALL ").join(each)
