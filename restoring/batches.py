"""INSERTs that follow each other, gathered, since a round trip costs more than a row."""

from collections.abc import Iterator
from dataclasses import dataclass

from restoring.script import Event, Statement

_MOST = 500
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Inserts:
    """Statements that can be run as one."""

    texts: list[bytes]


def batched(events: Iterator[Event]) -> Iterator[Event | Inserts]:
    """The same events in the same order, with Inserts in place of INSERT statements."""
    texts: list[bytes] = []
    size = 0
    for event in events:
        insert = isinstance(event, Statement) and event.text[:12].upper() == b"INSERT INTO "
        if texts and (not insert or len(texts) >= _MOST or size >= _MOST_BYTES):
            yield Inserts(texts)
            texts, size = [], 0
        if isinstance(event, Statement) and insert:
            texts.append(event.text)
            size += len(event.text)
        else:
            yield event
    if texts:
        yield Inserts(texts)
