"""Row security is enabled on each critical table, with policies that tell tenants apart and no way around.

Catches restores that lost every policy for want of a role, policies that stand on a table whose row
security is off, where they protect nothing, policies that let anybody at every row, and views, functions
and roles that no policy holds for. Recorded: the policies of each table and the tables left out, by
name; what was granted and no policy opens; what is allowed. Source: pg_class, pg_policy, pg_depend,
pg_proc and pg_roles. A table is left out only by `row_security = false` with a reason; a policy, view,
function or role by an entry of `row_security.allowed`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.row_security import judge_row_security, question
from judging.wording import sentence, tell
from reporting.handover import Handover

POLICIES = Path(__file__).with_name("policies.sql").read_bytes()


@pytest.mark.critical
def test_rls_policies_active(
    database: psycopg.Connection,
    expectations: Expectations,
    handover: Handover,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    asked = question(expectations, handover.restored)
    facts = database.execute(POLICIES, asked).fetchall()[0][0]
    judgement = judge_row_security(expectations, facts, handover.restored)
    details |= judgement.details
    tell(unverified, judgement.unverified)
    findings = what_counts(judgement.findings)
    assert not findings, f"{sentence(findings)}; expected row security with a policy on each"
