"""Everything that is defined in the source is defined in the same way in what came back, and nothing else.

Catches lost or widened policies, row security that is off, lost grants, emptied functions, lost indexes.
Recorded: definitions compared, and differences for each kind. Source: the reference, pg_catalog.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.catalogue import definitions_of
from judging.definitions import counting, finding, sift
from judging.findings import Finding
from judging.wording import sentence, tell
from reference.differences import differences, explain
from reference.opening import Compared
from restoring.facts import RestoredFacts

SHOWN, TOLD = 200, 3
"""How many differences the row holds, and how many the message."""


@pytest.mark.critical
@pytest.mark.needs("backup", "reference")
def test_definitions_match(  # noqa: PLR0913, PLR0917 # a fixture each
    database: psycopg.Connection,
    reference: Compared,
    restored: RestoredFacts,
    expectations: Expectations,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    found = definitions_of(database, restored)
    expected = reference.reference.definitions
    sifted = sift(differences(expected, found), restored, expectations.excluded)
    tell(unverified, sifted.gaps)
    details["compared with"] = reference.words
    details["definitions"] = len(expected)
    details["differences"] = sifted.counts
    details["diff"] = explain(sifted.findings, SHOWN)
    none = Finding("nothing-compared", "definitions of the reference: 0, expected at least 1")
    nothing = what_counts([] if expected else [none])
    assert not nothing, sentence(nothing)
    findings = what_counts(map(finding, sifted.findings))
    told = "; ".join(map(str.strip, explain(counting(sifted.findings, findings), TOLD)))
    assert not findings, f"definitions that differ: {len(findings)}, expected 0; {told}"
