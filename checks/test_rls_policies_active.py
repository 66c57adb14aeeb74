"""Row security is enabled on each critical table, and at least one policy exists there.

Catches restores that lost every policy for want of a role, and policies that stand on a table whose row
security is off, where they protect nothing. Recorded: the policies of each table, by name. Source:
pg_class and pg_policy. A table is left out only by `row_security = false` with a reason.
"""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import Expectations

POLICIES = Path(__file__).with_name("policies.sql").read_bytes()


def finding(name: str, enabled: bool | None, policies: list[str]) -> str | None:
    """What is wrong with a table's row security, None where nothing is."""
    if enabled is None:
        return f"{name}: not there"
    if not enabled and policies:
        them = "1 policy protects" if len(policies) == 1 else f"{len(policies)} policies protect"
        return f"{name}: row security is off, so its {them} nothing"
    if not enabled:
        return f"{name}: row security is off and there is no policy"
    return None if policies else f"{name}: row security is on and there is no policy"


@pytest.mark.critical
def test_rls_policies_active(
    database: psycopg.Connection, expectations: Expectations, details: dict[str, Any]
) -> None:
    tables = [table for table in expectations.tables if table.row_security]
    names = ([t.full_name for t in tables], [t.schema for t in tables], [t.name for t in tables])
    rows = database.execute(POLICIES, names).fetchall()
    found = {name: (enabled, policies) for name, enabled, policies in rows}
    details["policies"] = {name: policies for name, _, policies in rows}
    details["exempt"] = {t.full_name: t.reason for t in expectations.tables if not t.row_security}
    judged = [finding(table.full_name, *found.get(table.full_name, (None, []))) for table in tables]
    findings = [words for words in judged if words is not None]
    assert not findings, f"{'; '.join(findings)}; expected row security with a policy on each"
