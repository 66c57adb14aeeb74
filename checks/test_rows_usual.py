"""Each critical table holds about as many rows as its own history lets expect.

Catches lost rows that fixed bounds let pass: sudden losses, tables that erode little by little, and
tables that have doubled. Recorded: what is usual for each table today, in rows. Source: the counts of
this run, and those of the log's last successful verifications, of at least seven days; estimates are left
out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from judging.usual import ROWS, Change, judge
from judging.usual_measures import Wording, look
from judging.wording import sentence
from reporting.history import measures
from reporting.verification import CheckResult

KINDS: Mapping[Change, str] = {"fell": "rows-unusual", "grew": "rows-unusual", "eroded": "rows-eroded"}
WORDING = Wording("{:,.0f} rows".format, KINDS)


@pytest.mark.warning
@pytest.mark.needs("history")
def test_rows_usual(
    so_far: Mapping[str, CheckResult],
    history: Sequence[Mapping[str, Any]],
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    found = measures.measured(so_far.values(), measures.ROWS)
    judged = look(found, history, partial(judge, tolerance=ROWS), WORDING, unverified)
    details["usual"] = judged.usual
    findings = what_counts(judged.findings)
    assert not findings, f"{sentence(findings)}; expected what is usual"
