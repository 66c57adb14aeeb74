"""The restore took about as long as its own history lets expect.

Catches restores that have become slow long before the promised recovery time is broken. Recorded: what is
usual, in seconds. Source: the restore just made, and those of the log's last successful verifications, of
at least seven days, on whatever machines they ran.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from judging.usual import CHANGES
from judging.usual_measures import Wording, look
from judging.usual_times import RESTORE, judge_seconds
from judging.wording import sentence
from reporting.history import measures
from restoring.facts import RestoredFacts

KINDS = dict.fromkeys(CHANGES, "restore-time-unusual")
WORDING = Wording("{:,.1f} s".format, KINDS)


@pytest.mark.warning
@pytest.mark.needs("backup", "history")
def test_restore_time_usual(
    restored: RestoredFacts,
    history: Sequence[Mapping[str, Any]],
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    found = {measures.RESTORE_TIME: restored.seconds}
    judged = look(found, history, partial(judge_seconds, patience=RESTORE), WORDING, unverified)
    details["usual"] = judged.usual
    findings = what_counts(judged.findings)
    assert not findings, f"{sentence(findings)}; expected what is usual"
