"""The judgement on row security as a whole: findings, what could not be told, and what is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expectations import Expectations
from judging.findings import Finding
from judging.policies import Policies, judge_policies, without_policy
from judging.ways_around import PLATFORM_ROLES, PLATFORM_SCHEMAS, ways_around
from judging.wording import Gap
from restoring.facts import RestoredFacts

Question = tuple[list[str], list[str], list[str], list[str], list[str], list[str]]
_BYPASSING = frozenset({"SUPERUSER", "BYPASSRLS"})
ATTRIBUTES = "roles that no policy holds for"


@dataclass(frozen=True)
class Judgement:
    """`findings` and `unverified` are in the order of the expectations' tables."""

    findings: list[Finding]
    unverified: list[Gap]
    details: dict[str, Any]


def question(expectations: Expectations, restored: RestoredFacts | None) -> Question:
    """The parameters of `checks/policies.sql`: the tables, the roles and schemas that are trusted, and the
    roles that no policy holds for by the backup's own word, whatever they were given here."""
    tables = [table for table in expectations.tables if table.row_security]
    names = ([t.full_name for t in tables], [t.schema for t in tables], [t.name for t in tables])
    ours = restored.roles if restored else ()
    declared = restored.declared_roles.items() if restored else ()
    bypassing = [name for name, text in declared if _BYPASSING & set(text.split())]
    return (*names, [*PLATFORM_ROLES, *ours], bypassing, list(PLATFORM_SCHEMAS))


def judge_row_security(
    expectations: Expectations, facts: Mapping[str, Any], restored: RestoredFacts | None
) -> Judgement:
    """Judges the answer to the question; `restored` is None for a live database."""
    policies = Policies(facts)
    allowed = {allowance.object: allowance.reason for allowance in expectations.allowed}
    findings, untold = judge_policies(expectations, policies, allowed)
    findings += ways_around(facts, allowed)
    if restored is not None and not restored.carries_roles:
        untold.append((ATTRIBUTES, "a backup of one database tells no role's attributes"))
    details = {
        "policies": policies.by_name,
        "exempt": {t.full_name: t.reason for t in expectations.tables if not t.row_security},
    }
    more = {"without_policy": without_policy(policies), "allowed": allowed}
    return Judgement(findings, untold, details | {key: value for key, value in more.items() if value})
