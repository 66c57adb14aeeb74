"""Every constraint is valid, and each row of a foreign key points to a row that is there.

Catches rows that were loaded with triggers off, as `session_replication_role = replica` does, and lost
rows that others point to. Recorded: how many keys were looked at, and the rows that do not join, of each.
Source: pg_constraint, and an anti-join of each key; what time or a stand-in kept from view is listed as
not verified.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from judging import keys
from judging.batches import ask
from judging.wording import sentence, tell
from restoring.facts import RestoredFacts

CONSTRAINTS = Path(__file__).with_name("constraints.sql").read_bytes()


@pytest.mark.critical
@pytest.mark.needs("backup")
def test_constraints_hold(
    database: psycopg.Connection,
    restored: RestoredFacts,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    rows = database.execute(CONSTRAINTS).fetchall()
    declared = keys.Declared.by(restored)
    broken, excused = keys.validity(map(keys.constraint_of, rows), declared)
    foreign = [keys.key_of(row) for row in rows if keys.constraint_of(row).foreign]
    answers = ask(database, keys.batches(foreign))
    unjoined, others_excused = keys.joining(foreign, answers.rows, declared)
    details["foreign_keys"] = len(answers.rows)
    details["unjoined_rows"] = {
        foreign[at].constraint.title: count for at, count, _ in answers.rows if count
    }
    tell(unverified, [*excused, *others_excused, *keys.unreached(foreign, answers.unreached)])
    findings = what_counts(broken + unjoined)
    assert not findings, sentence(findings)
