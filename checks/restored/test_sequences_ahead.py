"""No sequence is going to hand out a value that the column it feeds already holds.

Catches dumps that lost the positions of sequences, and rows that were loaded past them. Recorded: how
many sequences were compared, and the colliding ones with their columns. Source: identity columns,
defaults and owners of sequences, and the columns themselves; a sequence further ahead than its rows is
fine.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from judging import sequences
from judging.sequences import Use
from judging.wording import sentence, tell

USES = Path(__file__).with_name("sequences.sql").read_bytes()


@pytest.mark.critical
@pytest.mark.needs("backup")
def test_sequences_ahead(
    database: psycopg.Connection,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    uses = [Use(*row) for row in database.execute(USES).fetchall()]
    asked = [row for query in sequences.state_queries(uses) for row in database.execute(query).fetchall()]
    states = {(schema, name): (value, called) for schema, name, value, called in asked}
    comparable = [use for use in uses if use.comparable]
    all_ahead = [sequences.ahead(use, *states[use.sequence_schema, use.sequence]) for use in comparable]
    coming = [each for each in all_ahead if each is not None]
    held = [row for query in sequences.held_queries(coming) for row in database.execute(query).fetchall()]
    judged = [(coming[at], sequences.finding(coming[at], least, most)) for at, least, most in held]
    findings = what_counts(words for _, words in judged if words is not None)
    details["compared"] = len(states)
    details["colliding"] = {each.use.sequence_name: each.use.column_name for each, words in judged if words}
    tell(unverified, sequences.gaps(uses))
    assert not findings, sentence(findings)
