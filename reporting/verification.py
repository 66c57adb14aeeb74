"""The verification: one run, in the one form that row, message, report and summary read.

Shape and names follow the JSON that users may rely on (`as_dict`); it is versioned, and grows only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

VERSION = 1

Severity = Literal["critical", "warning", "info"]
Outcome = Literal["passed", "failed", "not run"]
Status = Literal["success", "warning", "failure"]


@dataclass(frozen=True)
class Exempted:
    """Why something that was found does not count for now, and the last day, as YYYY-MM-DD."""

    reason: str
    until: str


@dataclass(frozen=True)
class FindingResult:
    """One thing that a check found: a line, and its kind, which is the name of the runbook's entry."""

    kind: str
    text: str
    exempted: Exempted | None = None


@dataclass(frozen=True)
class CheckResult:
    """What one check found; `message` is one line, `details` holds only JSON values.

    `exempted` is given where the whole check is, and it failed: it keeps its outcome and counts nowhere.
    """

    name: str
    title: str
    severity: Severity
    outcome: Outcome
    message: str | None = None
    seconds: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[FindingResult] = field(default_factory=list)
    exempted: Exempted | None = None


@dataclass(frozen=True)
class Target:
    """What was looked at; `location` is already free of secrets, and `name` the same from run to run."""

    kind: Literal["backup", "database"]
    location: str
    database: str | None = None
    server_version: str | None = None
    name: str = ""


@dataclass(frozen=True)
class BackupFacts:
    """What is known of the backup itself; the age is that at `verified_at`."""

    id: str
    format: str
    taken_at: datetime
    taken_at_from: Literal["header", "trailer", "file"]
    age_hours: float
    size_bytes: int


@dataclass(frozen=True)
class NotVerified:
    """Something that the run could not look at, and the reason."""

    what: str
    why: str


@dataclass(frozen=True)
class Harmless:
    """A complaint of the restore that loses nothing, and why that is so."""

    what: str
    message: str
    why: str


@dataclass(frozen=True)
class ServerFacts:
    """Which programs served the restore, why these, and what the server was kept from."""

    programs: str
    reason: str
    kept_from: Sequence[str]


@dataclass(frozen=True)
class Verification:
    """One run; `seconds` maps locate, serve, restore, checks and deliver to their times."""

    id: str
    verified_at: datetime
    partial: bool
    target: Target
    checks: Sequence[CheckResult]
    backup: BackupFacts | None = None
    not_verified: Sequence[NotVerified] = ()
    harmless: Sequence[Harmless] = ()
    server: ServerFacts | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def counted(self) -> list[CheckResult]:
        """The checks that the two numbers count: all but the informative and the exempted ones."""
        return [check for check in self.checks if check.severity != "info" and not check.exempted]

    @property
    def failures(self) -> list[CheckResult]:
        """The counted checks that did not pass, the critical ones first."""
        missed = [check for check in self.counted if check.outcome != "passed"]
        return sorted(missed, key=lambda check: check.severity != "critical")

    @property
    def checks_passed(self) -> int:
        return len(self.counted) - len(self.failures)

    @property
    def checks_failed(self) -> int:
        return len(self.failures)

    @property
    def status(self) -> Status:
        if not self.counted or any(check.severity == "critical" for check in self.failures):
            return "failure"
        return "warning" if self.failures else "success"

    @property
    def error_details(self) -> list[dict[str, Any]] | None:
        """The checks that did not pass, for the row's column of that name; None on success."""
        if self.status == "success":
            return None
        return [
            {
                "name": check.name,
                "title": check.title,
                "severity": check.severity,
                "outcome": check.outcome,
                "message": check.message,
            }
            for check in self.failures
        ]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, times as ISO-8601 in UTC."""
        return {
            "version": VERSION,
            "id": self.id,
            "status": self.status,
            "partial": self.partial,
            "verified_at": self.verified_at.isoformat(),
            "target": asdict(self.target),
            "backup": self._backup_as_dict(),
            "checks_passed": self.checks_passed,
            "checks_failed": self.checks_failed,
            "checks": [asdict(check) for check in self.checks],
            "not_verified": [asdict(item) for item in self.not_verified],
            "harmless": [asdict(item) for item in self.harmless],
            "server": asdict(self.server) if self.server else None,
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }

    def _backup_as_dict(self) -> dict[str, Any] | None:
        if self.backup is None:
            return None
        facts = asdict(self.backup)
        facts["taken_at"] = self.backup.taken_at.isoformat()
        facts["age_hours"] = round(self.backup.age_hours, 2)
        return facts
