"""Everything that is defined in the source is defined in the same way in what came back, and nothing else.

Catches lost or widened policies, row security that is off, lost grants, emptied functions, lost indexes.
Recorded: definitions compared, and differences for each kind. Source: the reference, pg_catalog.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.definitions import sift
from judging.wording import tell
from reference.definitions import Ours, read_definitions
from reference.differences import differences, explain
from reference.opening import Compared
from restoring.facts import RestoredFacts

SHOWN = 40


@pytest.mark.critical
@pytest.mark.needs("backup", "reference")
def test_definitions_match(
    database: psycopg.Connection,
    reference: Compared,
    restored: RestoredFacts,
    expectations: Expectations,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
) -> None:
    ours = Ours(frozenset(restored.roles), frozenset([restored.schema]), "(nobody)")
    found = read_definitions(database, ours)
    expected = reference.reference.definitions
    sifted = sift(differences(expected, found), restored, expectations.excluded)
    lines = explain(sifted.findings, SHOWN)
    tell(unverified, sifted.gaps)
    details["compared with"] = reference.words
    details["definitions"] = len(expected)
    details["differences"] = sifted.counts
    details["diff"] = lines
    assert expected, "definitions of the reference: 0, expected at least 1"
    assert not sifted.findings, (
        f"definitions that differ: {len(sifted.findings)}, expected 0; " + "; ".join(map(str.strip, lines))
    )
