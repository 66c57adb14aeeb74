"""What amcheck says of tables and indexes, and what it cannot look at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from psycopg import sql

from judging.batches import Batch, gathered
from judging.findings import Finding
from judging.wording import Gap

STATE = "SELECT relation, complaints, complaint FROM {}.storage_state({}::oid[])"


class Relation(NamedTuple):
    """A table, a materialized view, what is TOASTed of them, or an index; `readable` by amcheck."""

    number: int
    name: str
    method: str
    readable: bool
    size: int

    @property
    def kind_of_finding(self) -> str:
        return "table-corrupt" if self.method == "heap" else "index-corrupt"


def batches(relations: Iterable[Relation], schema: str) -> Iterator[Batch]:
    """Statements that look at relations by the probe of this schema; each answers number, count, words."""
    readable = [relation for relation in relations if relation.readable]
    for group in gathered(readable, lambda relation: relation.size):
        numbers = sql.Literal([relation.number for relation in group])
        query = sql.SQL(STATE).format(sql.Identifier(schema), numbers)
        yield Batch([relation.name for relation in group], query)


def findings(relations: Iterable[Relation], rows: Iterable[tuple[int, int, str | None]]) -> list[Finding]:
    """What was complained of, by the name of what it is about."""
    known = {relation.number: relation for relation in relations}
    return [
        Finding(
            known[number].kind_of_finding,
            f"{known[number].name}: {count} complaints of amcheck, expected 0 ({complaint})",
        )
        for number, count, complaint in rows
        if count
    ]


def gaps(relations: Sequence[Relation], unreached: Sequence[str], probed: bool) -> list[Gap]:
    """What amcheck did not look at."""
    if not probed:
        return [("the inside of tables and indexes", "the server has no amcheck")]
    late = [(f"the inside of {name}", "the time for amcheck was over") for name in unreached]
    others = methods(relation for relation in relations if not relation.readable)
    return late + [
        (f"the inside of {count} {method} relations", "amcheck reads heaps and B-trees alone")
        for method, count in others.items()
    ]


def methods(relations: Iterable[Relation]) -> Mapping[str, int]:
    """How many relations each access method has."""
    counts: dict[str, int] = {}
    for relation in relations:
        counts[relation.method] = counts.get(relation.method, 0) + 1
    return counts
