"""INSERTs that follow each other are gathered; nothing is lost, and nothing changes its place."""

from collections.abc import Iterator

import pytest

from restoring.batches import Inserts, batched
from restoring.script import Comment, CopyData, Event, MetaCommand, Statement


def insert(number: int) -> Statement:
    return Statement(b"INSERT INTO t VALUES (%d)" % number, number)


def shape(events: list[Event]) -> list[list[bytes] | Event]:
    return [found.texts if isinstance(found, Inserts) else found for found in batched(iter(events))]


OTHERS: list[Event] = [
    Statement(b"SELECT pg_catalog.setval('s', 1)", 3),
    Statement(b"INSERT  INTO t VALUES (1)", 3),
    Comment(b"-- x", 3),
    MetaCommand("connect", "b", 3),
    CopyData(b"COPY t FROM stdin", 3, iter(())),
]


@pytest.mark.parametrize("other", OTHERS, ids=["other", "spaced", "comment", "command", "copy"])
def test_whatever_comes_between_keeps_its_place(other: Event) -> None:
    events = [insert(1), insert(2), other, insert(4)]
    assert shape(events) == [[insert(1).text, insert(2).text], other, [insert(4).text]]


def test_nothing_makes_nothing() -> None:
    assert shape([]) == []


@pytest.mark.parametrize(
    ("count", "sizes"), [(499, [499]), (500, [500]), (501, [500, 1]), (1001, [500, 500, 1])]
)
def test_a_batch_has_a_bounded_length_and_keeps_the_order(count: int, sizes: list[int]) -> None:
    batches = [found for found in shape([insert(n) for n in range(count)]) if isinstance(found, list)]
    assert [len(batch) for batch in batches] == sizes
    assert [text for batch in batches for text in batch] == [insert(n).text for n in range(count)]


def test_a_batch_has_a_bounded_size() -> None:
    large = Statement(b"insert into t values ('" + b"x" * (1 << 19) + b"')", 1)
    assert [len(found) for found in shape([large] * 5) if isinstance(found, list)] == [2, 2, 1]


def test_an_event_comes_before_the_next_is_read() -> None:
    """The data of a COPY is only there until then."""
    read: list[Event] = []

    def reading() -> Iterator[Event]:
        for event in (OTHERS[0], OTHERS[4], insert(1)):
            read.append(event)
            yield event

    assert next(batched(reading())) is OTHERS[0]
    assert len(read) == 1
