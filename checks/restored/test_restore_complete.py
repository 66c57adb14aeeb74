"""Everything that the backup lists is in the restored database.

Catches tables, indexes, constraints, triggers, policies, functions and the like that got lost on the way,
by name. Recorded: how many things were looked for, and what is missing. Source: the archive's table of
contents or the comments that pg_dump writes into a script, and the catalogue; rows are not counted here,
nor are grants, owners and comments on things, and what the restore left out on purpose is listed as not
verified.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.completeness import counting, divided, finding, missing, plain, sentence_of, shown
from judging.wording import tell
from restoring.facts import Listed, RestoredFacts

OBJECTS = Path(__file__).with_name("objects.sql").read_bytes()


@pytest.mark.critical
@pytest.mark.needs("backup")
def test_restore_complete(
    database: psycopg.Connection,
    restored: RestoredFacts,
    expectations: Expectations,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    database.execute("SELECT pg_catalog.set_config('search_path', '', true)")
    found = [Listed(*row) for row in database.execute(OBJECTS).fetchall()]
    lost, gaps = divided(missing(restored.listed, found), restored.left_out, expectations.excluded)
    looked_for = set(plain(restored.listed))
    details["looked_for"] = len(looked_for)
    details["missing"] = [shown(entry) for entry in lost][:100]
    unlisted = ("that everything arrived", "the backup has no list of what it holds")
    tell(unverified, [*gaps, *([] if looked_for else [unlisted])])
    findings = what_counts(map(finding, lost))
    assert not findings, sentence_of(counting(lost, findings))
