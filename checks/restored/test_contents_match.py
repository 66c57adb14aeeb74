"""Every table holds the rows that it held in the source, to the last byte, whatever their order.

Catches lost, doubled, altered and swapped rows, tables whose rows were left out, sequences set back.
Recorded: tables that are the same, rows in all. Source: the reference, every table of the database.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.contents import SECONDS, asked_of, judge_contents, judge_positions
from judging.findings import Finding
from judging.wording import sentence, tell
from reference.contents import read_contents
from reference.opening import Compared
from reference.sequences import read_sequences
from restoring.facts import RestoredFacts

DOWNWARD = """
SELECT format('%s.%s', schemaname, sequencename) FROM pg_catalog.pg_sequences WHERE increment_by < 0
"""


@pytest.mark.critical
@pytest.mark.needs("backup", "reference")
def test_contents_match(  # noqa: PLR0913, PLR0917 # a fixture each
    database: psycopg.Connection,
    reference: Compared,
    restored: RestoredFacts,
    expectations: Expectations,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    found = read_contents([database], asked_of(reference.reference))
    contents = judge_contents(reference, found, expectations.excluded, restored.prepared)
    downward = {name for (name,) in database.execute(DOWNWARD).fetchall()}
    positions = judge_positions(reference, *read_sequences(database, SECONDS), downward, restored.prepared)
    differing = contents.findings + positions.findings
    tell(unverified, contents.gaps + positions.gaps + reference.gaps)
    details["compared with"] = reference.words
    details["tables that are the same"] = contents.equal
    details["rows"] = sum(table.rows for table in found.tables.values())
    details["findings"] = differing
    findings = what_counts(differing)
    assert not findings, f"contents that differ: {sentence(findings)}"
    none = Finding("nothing-compared", "tables that could be compared: 0, expected at least 1")
    nothing = what_counts([] if contents.equal else [none])
    assert not nothing, sentence(nothing)
