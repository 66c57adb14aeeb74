"""The runs that the page shows: what it keeps of each verification, and nothing besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from reporting.verification import Outcome, Severity, Status


@dataclass(frozen=True)
class Finding:
    """One line; `until` is the last day of its exemption, None where it counts."""

    text: str
    kind: str | None = None
    reason: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Check:
    """What one check found; `exempted` has the reason and last day of an exemption of the whole check."""

    name: str
    title: str
    severity: Severity
    outcome: Outcome
    message: str | None = None
    findings: tuple[Finding, ...] = ()
    exempted: Finding | None = None
    diff: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        return self.severity != "info" and self.exempted is None

    @property
    def missed(self) -> bool:
        return self.outcome != "passed"

    @property
    def fails(self) -> bool:
        """Whether this is one that keeps its run from being a success."""
        return self.missed and self.counts


@dataclass(frozen=True)
class Backup:
    """What is known of a backup; `taken_from` says what its time was read from."""

    id: str
    taken_at: datetime | None
    taken_from: str
    age_hours: float | None
    size_bytes: float | None


@dataclass(frozen=True)
class Run:
    """One verification; `rows` by table, `size_mb` of the database, `restore_seconds` of a restore that
    came to its end, `usual` the ends of what the checks held to be usual, by the measure's name there."""

    id: str
    at: datetime
    target: str
    kind: Literal["backup", "database"]
    status: Status
    partial: bool
    checks: tuple[Check, ...]
    backup: Backup | None = None
    not_verified: tuple[tuple[str, str], ...] = ()
    rows: Mapping[str, float | None] = field(default_factory=dict)
    size_mb: float | None = None
    restore_seconds: float | None = None
    usual: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @cached_property
    def failures(self) -> list[Check]:
        """The counted checks that did not pass, the critical ones first."""
        missed = [check for check in self.checks if check.fails]
        return sorted(missed, key=lambda check: check.severity != "critical")

    @property
    def counted(self) -> int:
        return sum(check.counts for check in self.checks)

    @cached_property
    def notable(self) -> list[Check]:
        """The checks that there is something to tell of: not passed, or with findings; failures first."""
        told = [check for check in self.checks if _tells(check) and not check.fails]
        return [*self.failures, *told]

    @property
    def exempted(self) -> int:
        """How many findings do not count for now; a check that is exempted as a whole is one."""
        single = [check for check in self.checks if check.exempted is None]
        whole = len(self.checks) - len(single)
        return whole + sum(finding.until is not None for check in single for finding in check.findings)

    @property
    def good(self) -> bool:
        """Whether the whole of it was looked at, and can be relied upon."""
        return not self.partial and self.status != "failure"


@dataclass(frozen=True)
class LeftOut:
    """A document that is no run; `at` where at least its time can be read."""

    why: str
    target: str | None
    at: datetime | None


def _tells(check: Check) -> bool:
    return check.missed or bool(check.findings) or check.exempted is not None
