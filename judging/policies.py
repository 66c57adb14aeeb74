"""What the policies of the critical tables let in: tables without protection, and policies too wide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from expectations import Expectations, Table
from judging.findings import Finding
from judging.nodes import parse
from judging.openness import Openness, Reader
from judging.session import Names
from judging.wording import Gap

COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
_WRITING = ("a", "w")
_WIDE = {
    Openness.BY_SESSION: "whatever the row",
    Openness.ALWAYS: "since its condition is always true",
}


@dataclass(frozen=True)
class Policy:
    """One policy; `using` and `check` say how far it opens, None where it has none.

    `command` is the catalogue's letter, `*` for all; `roles` are those of tenants and strangers that
    it applies to, none for a policy of the backend's own.
    """

    table: str
    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: Openness | None
    check: Openness | None

    @property
    def full_name(self) -> str:
        return f"{self.table}.{self.name}"

    def is_for(self, command: str, role: str) -> bool:
        return self.command in ("*", command) and (role in self.roles or "PUBLIC" in self.roles)

    def opens(self, command: str, writing: bool) -> Openness | None:
        """How far it opens the rows there are, or, when `writing`, those that would be."""
        if not writing:
            return None if command == "a" else self.using
        return self.using if self.check is None and self.command != "a" else self.check


@dataclass(frozen=True)
class Policies:
    """All policies of the critical tables."""

    facts: Mapping[str, Any]

    @cached_property
    def tables(self) -> dict[str, Mapping[str, Any]]:
        return {table["name"]: table for table in self.facts["tables"] or []}

    @cached_property
    def all(self) -> list[Policy]:
        return [self._policy(row) for row in self.facts["policies"] or []]

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The names of each table's policies."""
        found: dict[str, list[str]] = {name: [] for name in self.tables}
        for policy in self.all:
            found[policy.table].append(policy.name)
        return found

    def of(self, table: str) -> list[Policy]:
        return [policy for policy in self.all if policy.table == table]

    def _policy(self, row: Mapping[str, Any]) -> Policy:
        roles = frozenset({"anon", "authenticated"}.union(*(p["roles"] for p in self.facts["policies"])))
        not_null = frozenset(self.tables[row["table"]]["not_null"])
        names = Names(self.facts["operators"] or {}, self.facts["functions"] or {})
        reader = Reader(names, not_null, roles - {"PUBLIC"})
        using, check = (row[key] and reader.openness(parse(row[key])) for key in ("using", "check"))
        fixed = (row["table"], row["name"], row["command"], row["permissive"], tuple(row["roles"]))
        return Policy(*fixed, using, check)


def unprotected(table: Table, policies: Policies) -> Finding | None:
    """What is wrong with a table's row security itself, None where nothing is."""
    name, facts = table.full_name, policies.tables.get(table.full_name)
    if facts is None:
        return Finding("table-missing", f"{name}: not there")
    count = len(policies.of(name))
    if not facts["enabled"] and count:
        them = "1 policy protects" if count == 1 else f"{count} policies protect"
        return Finding("row-security-off", f"{name}: row security is off, so its {them} nothing")
    if not facts["enabled"]:
        return Finding("row-security-off", f"{name}: row security is off and there is no policy")
    if not count:
        return Finding("policy-missing", f"{name}: row security is on and there is no policy")
    if table.force_row_security and not facts["forced"]:
        owner = "row security does not hold for its owner (ALTER TABLE … FORCE ROW LEVEL SECURITY)"
        return Finding("row-security-not-forced", f"{name}: {owner}")
    return None


def closed(policies: Sequence[Policy]) -> bool:
    """Whether the policies only narrow what no policy opens, and so were not meant to stand alone."""
    narrowing = [policy for policy in policies if not policy.permissive]
    narrows = any(p.using not in (None, Openness.NEVER) for p in narrowing)
    return len(narrowing) == len(policies) > 0 and narrows


def too_wide(policy: Policy, others: Sequence[Policy]) -> list[tuple[str, str, Openness]]:
    """What a permissive policy opens at every row: command, role and how; `others` are its table's."""
    found = []
    for command in COMMANDS:
        for role in [role for role in policy.roles if role != "PUBLIC"] or policy.roles:
            if policy.permissive and policy.command in ("*", command):
                found += [(command, role, how) for how in _widest(policy, others, command, role)]
    return found


def _widest(policy: Policy, others: Sequence[Policy], command: str, role: str) -> list[Openness]:
    narrowing = [other for other in others if not other.permissive and other.is_for(command, role)]
    ways = [writing for writing in (False, True) if command in _WRITING or not writing]
    opened = []
    for writing in ways:
        open_at = policy.opens(command, writing)
        narrowed = any(
            how is not None and how <= Openness.BY_ROW
            for how in (other.opens(command, writing) for other in narrowing)
        )
        if open_at is not None and open_at >= Openness.BY_FUNCTION and not narrowed:
            opened.append(open_at)
    return [max(opened)] if opened else []


def judge_policies(
    expectations: Expectations, policies: Policies, allowed: Mapping[str, str]
) -> tuple[list[Finding], list[Gap]]:
    """What is wrong, each in one line, and what could not be told, as pairs of what and why."""
    findings: list[Finding] = []
    untold: list[Gap] = []
    for table in (table for table in expectations.tables if table.row_security):
        wrong = unprotected(table, policies)
        findings += [wrong] if wrong else []
        of_table = policies.of(table.full_name)
        if wrong is None and closed(of_table):
            words = f"{table.full_name}: its policies are all restrictive, and none lets anybody in"
            findings.append(Finding("policy-missing", words))
        for policy in of_table:
            if policy.full_name not in allowed:
                said, unsaid = _sayings(policy, of_table)
                findings += said
                untold += unsaid
    return findings, untold


def _sayings(policy: Policy, of_table: Sequence[Policy]) -> tuple[list[Finding], list[Gap]]:
    opened = too_wide(policy, of_table)
    wide = [(command, role, how) for command, role, how in opened if how > Openness.BY_FUNCTION]
    if wide:
        roles = _those(policy, list(dict.fromkeys(role for _, role, _ in wide)))
        commands = ", ".join(dict.fromkeys(COMMANDS[command] for command, _, _ in wide))
        why = _WIDE[max(how for _, _, how in wide)]
        words = (
            f"{policy.full_name}: the policy opens every row to {roles} ({commands}) {why} "
            f"(compare the row's tenant with the session's, or allow it by name)"
        )
        return [Finding("policy-open", words)], []
    if opened:
        why = "a function that is not told of the row decides; allow the policy by name if it is meant to"
        return [], [(f"policy {policy.full_name}", why)]
    return [], []


def _those(policy: Policy, opened: list[str]) -> str:
    everybody = {"PUBLIC"} <= set(policy.roles) <= {"PUBLIC", *opened}
    return "PUBLIC" if everybody else ", ".join(opened)


def without_policy(policies: Policies) -> dict[str, list[str]]:
    """The commands that were granted on each table and no policy lets anybody use, as `role: COMMAND`.

    Where everything is granted to everybody by default, as on Supabase, these are what keeps a table shut.
    """
    found: dict[str, list[str]] = {}
    letters = {command: letter for letter, command in COMMANDS.items()}
    for grant in policies.facts["grants"] or []:
        of_table = [policy for policy in policies.of(grant["table"]) if policy.permissive]
        if not any(policy.is_for(letters[grant["command"]], grant["role"]) for policy in of_table):
            found.setdefault(grant["table"], []).append(f"{grant['role']}: {grant['command']}")
    return found
