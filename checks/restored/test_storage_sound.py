"""Tables and indexes are sound on disk, and every index is valid and sorted as this server sorts.

Catches pages that a disk or a copy has damaged, indexes that miss rows, indexes that were never finished,
and collations that changed under an index. Recorded: how many relations were looked at, by access method,
and how many were not reached. Source: amcheck (with heapallindexed), pg_index, pg_collation, and
checksums.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from judging import storage
from judging.batches import ask
from judging.findings import Finding
from judging.storage import Relation
from judging.wording import sentence, tell
from restoring.facts import RestoredFacts

RELATIONS = Path(__file__).with_name("relations.sql").read_bytes()
STATES = Path(__file__).with_name("storage.sql").read_bytes()
PROBED = """
SELECT count(*) > 0 FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = %s AND p.proname = 'storage_state'
"""


@pytest.mark.critical
@pytest.mark.needs("backup")
def test_storage_sound(
    database: psycopg.Connection,
    restored: RestoredFacts,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    relations = [Relation(*row) for row in database.execute(RELATIONS).fetchall()]
    probed = database.execute(PROBED, [restored.schema]).fetchall()[0][0]
    answers = ask(database, storage.batches(relations, restored.schema) if probed else ())
    details["relations"] = storage.methods(relations)
    details["looked_at"] = len(answers.rows)
    details["not_reached"] = len(answers.unreached)
    tell(unverified, storage.gaps(relations, answers.unreached, probed))
    states = [Finding(*row) for row in database.execute(STATES).fetchall()]
    findings = what_counts(states + storage.findings(relations, answers.rows))
    assert not findings, sentence(findings)
