"""Whether a sequence would hand out a value that its column already holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from judging.findings import Finding
from judging.wording import Gap

IN_ONE_STATEMENT = 200
NUMBERS = ("smallint", "integer", "bigint", "numeric")

STATE = "SELECT {}::text, {}::text, last_value, is_called FROM {}"
HELD = "SELECT {}::int, min({})::text, max({})::text FROM {} WHERE {} BETWEEN {} AND {}"
IN_STEPS = " AND ({}::numeric - {}) % {} = 0"


@dataclass(frozen=True)
class Use:
    """A sequence and a column that it feeds; `kind` is the column's type, `direct` says that the column's
    default is the sequence's value and nothing else."""

    sequence_schema: str
    sequence: str
    increment: int
    least: int
    most: int
    cycles: bool
    schema: str
    table: str
    column: str
    kind: str
    direct: bool

    @property
    def sequence_name(self) -> str:
        return f"{self.sequence_schema}.{self.sequence}"

    @property
    def column_name(self) -> str:
        return f"{self.schema}.{self.table}.{self.column}"

    @property
    def comparable(self) -> bool:
        return self.kind in NUMBERS and self.direct


@dataclass(frozen=True)
class Ahead:
    """The values, from `first` to `last`, that a sequence is going to hand out to its column."""

    use: Use
    first: int
    last: int


def state_queries(uses: Iterable[Use]) -> Iterator[sql.Composed]:
    """Statements for the position of each sequence: schema, name, last value, whether it was handed out."""
    names = sorted({(use.sequence_schema, use.sequence) for use in uses if use.comparable})
    parts = [
        sql.SQL(STATE).format(sql.Literal(schema), sql.Literal(name), sql.Identifier(schema, name))
        for schema, name in names
    ]
    yield from _united(parts)


def ahead(use: Use, last_value: int, is_called: bool) -> Ahead | None:
    """What is still to come; None where the sequence is at its end. One that cycles may hand out
    everything, and only its next value is looked at."""
    value = last_value + use.increment if is_called else last_value
    if not use.least <= value <= use.most:
        if not use.cycles:
            return None
        value = use.least if use.increment > 0 else use.most
    if use.cycles:
        return Ahead(use, value, value)
    return Ahead(use, value, use.most if use.increment > 0 else use.least)


def held_queries(coming: Sequence[Ahead]) -> Iterator[sql.Composed]:
    """Statements for the least and the largest of the coming values that a column already holds."""
    yield from _united([_held(at, each) for at, each in enumerate(coming)])


def _held(at: int, coming: Ahead) -> sql.Composed:
    use = coming.use
    column, table = sql.Identifier(use.column), sql.Identifier(use.schema, use.table)
    low, high = sorted((coming.first, coming.last))
    held = sql.SQL(HELD).format(sql.Literal(at), column, column, table, column, low, high)
    if abs(use.increment) == 1:
        return held
    return held + sql.SQL(IN_STEPS).format(column, coming.first, abs(use.increment))


def finding(coming: Ahead, least: str | None, most: str | None) -> Finding | None:
    """What is wrong where a column already holds such values, None where it holds none."""
    if least is None or most is None:
        return None
    up = coming.use.increment > 0
    nearest, farthest = (least, most) if up else (most, least)
    bound = f"above {farthest}" if up else f"below {farthest}"
    reached = "is" if nearest == str(coming.first) else f"leads to {nearest}, which is"
    return Finding(
        "sequence-behind",
        f"{coming.use.sequence_name}: its next value {coming.first} {reached} in {coming.use.column_name} "
        f"already, expected {bound}",
    )


def gaps(uses: Iterable[Use]) -> list[Gap]:
    """The uses that cannot be compared with what a column holds."""
    return [
        (f"sequence {use.sequence_name}", f"its values are only a part of those in {use.column_name}")
        for use in uses
        if not use.comparable
    ]


def _united(parts: list[sql.Composed]) -> Iterator[sql.Composed]:
    for start in range(0, len(parts), IN_ONE_STATEMENT):
        yield sql.SQL(" UNION ALL ").join(parts[start : start + IN_ONE_STATEMENT])
