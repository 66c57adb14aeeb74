"""No check took far longer than it usually does.

Catches lost indexes, bloat and locks that make a database slow while it still answers. Recorded: what is
usual for each check, in seconds. Source: the times of this run's checks, and those of the log's last
successful verifications, of at least seven days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from judging.usual import CHANGES
from judging.usual_measures import Wording, look
from judging.usual_times import CHECK, judge_seconds
from judging.wording import sentence
from reporting.history import measures
from reporting.verification import CheckResult

KINDS = dict.fromkeys(CHANGES, "check-duration-unusual")
WORDING = Wording("{:,.1f} s".format, KINDS)


@pytest.mark.warning
@pytest.mark.needs("history")
def test_check_durations_usual(
    so_far: Mapping[str, CheckResult],
    history: Sequence[Mapping[str, Any]],
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    found = measures.measured(so_far.values(), measures.SECONDS)
    judged = look(found, history, partial(judge_seconds, patience=CHECK), WORDING, unverified)
    details["usual"] = judged.usual
    findings = what_counts(judged.findings)
    assert not findings, f"{sentence(findings)}; expected what is usual"
