"""Whether the rows of foreign keys join, and which constraints have not been validated."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from judging.batches import Batch, gathered
from judging.findings import Finding
from judging.wording import Gap
from restoring.facts import RestoredFacts

NOT_VALID = "NOT VALID"
"""The kind under which a restore lists a constraint that the backup itself declares so."""

WEAKENED = "rows behind "

# A row that points nowhere; with every column in the key's own comparison and collation.
UNJOINED = """
SELECT {}::int, count(*), EXISTS (SELECT FROM {}) FROM {} AS f
WHERE {} AND NOT EXISTS (SELECT FROM {} AS p WHERE {})
"""


class Pair(NamedTuple):
    """A key's column, the one it points to, the operator between, and a collation where they differ."""

    column: str
    points_to: str
    operator_schema: str
    operator: LiteralString
    collation_schema: str | None
    collation: str | None


@dataclass(frozen=True)
class Constraint:
    """A constraint of a table; `switched_off` says that a trigger of it is disabled."""

    schema: str
    table: str
    name: str
    validated: bool
    switched_off: bool
    foreign: bool

    @property
    def title(self) -> str:
        return f"{self.schema}.{self.table} {self.name}"


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key; a partitioned table is looked at with its partitions, another without its heirs."""

    constraint: Constraint
    partitioned: bool
    to_schema: str
    to_table: str
    to_partitioned: bool
    full: bool
    for_a_period: bool
    size: int
    pairs: tuple[Pair, ...]


def constraint_of(row: tuple[Any, ...]) -> Constraint:
    """The first six columns of a row of constraints.sql."""
    return Constraint(*row[:6])


def key_of(row: tuple[Any, ...]) -> ForeignKey:
    """A row of constraints.sql that is about a foreign key."""
    partitioned, to_schema, to_table, to_partitioned, full, for_a_period, size, pairs = row[6:]
    return ForeignKey(
        constraint_of(row),
        partitioned,
        to_schema,
        to_table,
        to_partitioned,
        full,
        for_a_period,
        size,
        tuple(Pair(*pair) for pair in pairs),
    )


def batches(keys: Sequence[ForeignKey]) -> Iterator[Batch]:
    """Statements of the place in `keys`, how many rows do not join, and whether there is any to join."""
    numbered = [(at, key) for at, key in enumerate(keys) if not key.for_a_period]
    for group in gathered(numbered, lambda item: item[1].size):
        query = sql.SQL(" UNION ALL ").join([_unjoined(at, key) for at, key in group])
        yield Batch([key.constraint.title for _, key in group], query)


def _unjoined(at: int, key: ForeignKey) -> sql.Composed:
    to = _relation(key.to_schema, key.to_table, key.to_partitioned)
    table = _relation(key.constraint.schema, key.constraint.table, key.partitioned)
    nulls = [sql.SQL("f.{} IS NULL").format(sql.Identifier(pair.column)) for pair in key.pairs]
    excused = sql.SQL(" AND " if key.full else " OR ").join(nulls)
    joined = sql.SQL(" AND ").join([_equal(pair) for pair in key.pairs])
    asked = sql.SQL("NOT ({})").format(excused)
    return sql.SQL(UNJOINED).format(sql.Literal(at), to, table, asked, to, joined)


def _relation(schema: str, name: str, partitioned: bool) -> sql.Composed:
    return sql.SQL("{}{}").format(
        sql.SQL("" if partitioned else "ONLY "),
        sql.Identifier(schema, name),
    )


def _equal(pair: Pair) -> sql.Composed:
    operator = sql.Identifier(pair.operator_schema) + sql.SQL(".") + sql.SQL(pair.operator)
    collation = sql.Composed([])
    if pair.collation is not None and pair.collation_schema is not None:
        collation = sql.SQL(" COLLATE {}").format(sql.Identifier(pair.collation_schema, pair.collation))
    names = sql.Identifier(pair.points_to), sql.Identifier(pair.column)
    return sql.SQL("p.{} OPERATOR({}) f.{}{}").format(names[0], operator, names[1], collation)


@dataclass(frozen=True)
class Declared:
    """What a restore says of constraints that are not valid: declared so, weakened here, or standing in."""

    not_valid: Collection[tuple[str, str]]
    weakened: Collection[str]
    prepared: Collection[str]

    @classmethod
    def by(cls, restored: RestoredFacts) -> "Declared":
        listed = {(entry.schema, entry.name) for entry in restored.listed if entry.kind == NOT_VALID}
        weakened = {
            what.removeprefix(WEAKENED) for what, _ in restored.left_out if what.startswith(WEAKENED)
        }
        return cls(listed, weakened, frozenset(restored.prepared))

    def excuses(self, constraint: Constraint) -> str | None:
        """Why a constraint may be NOT VALID; None where it may not."""
        if (constraint.schema, f"{constraint.table} {constraint.name}") in self.not_valid:
            return "the backup itself declares it NOT VALID"
        if constraint.schema in self.prepared:
            return "its table stands in for one of the platform"
        return "its rows point to the platform's" if constraint.name in self.weakened else None


def validity(constraints: Iterable[Constraint], declared: Declared) -> tuple[list[Finding], list[Gap]]:
    """Constraints that are not valid or not enforced: findings, and what is excused."""
    findings: list[Finding] = []
    excused: list[Gap] = []
    for constraint in constraints:
        why = declared.excuses(constraint)
        if constraint.switched_off:
            words = f"{constraint.title}: its trigger is disabled, expected enabled"
            findings.append(Finding("trigger-disabled", words))
        if not constraint.validated and why is None:
            words = f"{constraint.title}: NOT VALID, expected valid"
            findings.append(Finding("constraint-not-valid", words))
        elif not constraint.validated and why is not None:
            excused.append((f"constraint {constraint.title}", why))
    return findings, excused


def joining(
    keys: Sequence[ForeignKey], rows: Iterable[tuple[int, int, bool]], declared: Declared
) -> tuple[list[Finding], list[Gap]]:
    """Keys whose rows do not join: findings, and those whose other side the backup does not hold."""
    findings: list[Finding] = []
    excused: list[Gap] = []
    for at, count, any_there in sorted(rows):
        key = keys[at]
        title, to = key.constraint.title, f"{key.to_schema}.{key.to_table}"
        if not count:
            continue
        if key.to_schema in declared.prepared and not any_there:
            why = f"{to} stands in for the platform's, without its rows"
            excused.append((f"rows of {title}", why))
        elif not key.constraint.validated and declared.excuses(key.constraint) is not None:
            excused.append((f"rows of {title}", f"{count} point to no row of {to}; it is NOT VALID"))
        else:
            words = f"{title}: {count} rows point to no row of {to}, expected 0"
            findings.append(Finding("orphaned-rows", words))
    return findings, excused


def unreached(keys: Sequence[ForeignKey], names: Sequence[str]) -> list[Gap]:
    """The keys whose rows were not looked at."""
    late = [(f"rows of {name}", "the time for foreign keys was over") for name in names]
    periods = [key.constraint.title for key in keys if key.for_a_period]
    return late + [(f"rows of {name}", "a key WITH PERIOD is not looked at") for name in periods]
