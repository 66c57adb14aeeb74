"""Each call that the expectations name answers what it should, and no plpgsql body is broken.

Catches functions that exist and cannot run: for want of a table, a grant, an extension or a search path.
Recorded: how many calls were made, and how many bodies were looked at. Source: the calls, each as the
role that it names and rolled back, and plpgsql_check where the server has it.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging import bodies
from judging.calls import answer
from judging.wording import sentence, tell
from restoring.facts import RestoredFacts

PLPGSQL = Path(__file__).with_name("plpgsql.sql").read_bytes()


@pytest.mark.warning
@pytest.mark.needs("backup", "calls")
def test_functions_answer(  # noqa: PLR0913, PLR0917 # a fixture each
    database: psycopg.Connection,
    acting: psycopg.Connection,
    restored: RestoredFacts,
    expectations: Expectations,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    home, functions = database.execute(PLPGSQL, [restored.schema]).fetchall()[0]
    complaints = bodies.complaints(database, functions, home)
    answers = [answer(acting, call) for call in expectations.calls]
    details["calls"] = len(answers)
    details["bodies"] = len(functions) if home else 0
    tell(unverified, bodies.gaps(functions, home, complaints))
    findings = what_counts(filter(None, [*answers, *bodies.findings(complaints)]))
    assert answers, "calls: 0, expected at least 1"
    assert not findings, sentence(findings)
