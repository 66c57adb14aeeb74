"""The database is about as large as its own history lets expect.

Catches restores that lack tables or large values that no count of rows tells of, and databases that have
doubled. Recorded: what is usual today, in MB of 1024 * 1024 bytes. Source: pg_database_size in this run,
and in the log's last successful verifications, of at least seven days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from judging.usual import CHANGES, MEGABYTES, judge
from judging.usual_measures import Wording, look
from judging.wording import sentence
from reporting.history import measures
from reporting.verification import CheckResult

KINDS = dict.fromkeys(CHANGES, "database-size-unusual")
WORDING = Wording("{:,.1f} MB".format, KINDS)


@pytest.mark.warning
@pytest.mark.needs("history")
def test_database_size_usual(
    so_far: Mapping[str, CheckResult],
    history: Sequence[Mapping[str, Any]],
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    found = measures.measured(so_far.values(), measures.DATABASE_SIZE)
    judged = look(found, history, partial(judge, tolerance=MEGABYTES), WORDING, unverified)
    details["usual"] = judged.usual
    findings = what_counts(judged.findings)
    assert not findings, f"{sentence(findings)}; expected what is usual"
