"""From pytest's reports to the outcome of each check: never green without a call that passed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from reporting.exempting import GENERIC, RAISED, counting
from reporting.verification import (
    CheckResult,
    Exempted,
    FindingResult,
    NotVerified,
    Outcome,
    Severity,
)

NOT_RUN = "check-not-run"
PROPERTY = "check"
"""The user property in which a check's own process says what it is and what it found."""

_ACRONYMS = {"rls": "RLS", "sql": "SQL", "url": "URL", "id": "ID"}


def title_of(name: str) -> str:
    """The title of a check for people: RLS Policies Active for test_rls_policies_active."""
    words = name.removeprefix("test_").split("[", 1)[0].split("_")
    return " ".join(_ACRONYMS.get(word, word.capitalize()) for word in words)


@dataclass
class _Record:
    severity: Severity = "critical"
    outcome: Outcome = "not run"
    message: str | None = "it was never reached"
    seconds: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    unverified: Sequence[Sequence[str]] = ()
    findings: Sequence[FindingResult] = ()
    kind: str = GENERIC
    failed: bool = False
    skipped: bool = False
    absent: bool = False


@dataclass
class Outcomes:
    """Gathers what is known of each check; one whose severity is unknown counts as critical."""

    _records: dict[str, _Record] = field(default_factory=dict)

    def expect(
        self, nodeid: str, severity: Severity | None = None, message: str = "it was never reached"
    ) -> None:
        """Announces a check; until a report says otherwise it has not run, for the reason in `message`."""
        record = self._records.setdefault(nodeid, _Record(message=message))
        record.severity = severity or record.severity

    def take(self, report: pytest.TestReport) -> None:
        """Adds what one phase of a check (or one of its subtests) says."""
        record = self._records.setdefault(report.nodeid, _Record())
        said = _said(report)
        record.severity = said.get("severity", record.severity)
        record.details = said.get("details") or record.details
        record.unverified = said.get("unverified") or record.unverified
        record.findings = [_finding(values) for values in said.get("findings", ())] or record.findings
        record.kind = said.get("kind", record.kind)
        record.absent |= said.get("absent", False) and record.severity != "critical"
        record.seconds += report.duration
        self._judge(record, report, said.get("message"))

    def results(self) -> list[CheckResult]:
        """All but those that turned out to have nothing to look at."""
        return [_result(nodeid, record) for nodeid, record in self._records.items() if not record.absent]

    def unverified(self) -> list[NotVerified]:
        """What the checks themselves say that they could not look at."""
        records = self._records.values()
        return [NotVerified(what, why) for record in records for what, why in record.unverified]

    def _judge(self, record: _Record, report: pytest.TestReport, message: str | None) -> None:
        if report.outcome == "failed" and report.when == "setup":
            record.message = f"it could not begin: {message}"
            record.failed = True
        elif report.outcome == "failed" or getattr(report, "wasxfail", None) is not None:
            if not (record.failed and record.outcome == "failed"):
                record.message = message or "it failed"
            record.outcome, record.failed = "failed", True
        elif report.outcome == "skipped":
            if record.outcome != "failed":
                record.outcome, record.message = "not run", message or "it was skipped"
            record.skipped = True
        elif _passed_whole(report) and not (record.failed or record.skipped):
            record.outcome, record.message = "passed", None
            self._hold_to_findings(record)

    def _hold_to_findings(self, record: _Record) -> None:
        """A check that takes down what counts, and then passes, has forgotten its assertion."""
        left = counting(record.findings)
        if left:
            record.outcome, record.failed = "failed", True
            record.message = f"found, and not asserted: {left[0].text}"


def _passed_whole(report: pytest.TestReport) -> bool:
    """Whether this is a call that passed, and neither a subtest's nor one to be repeated."""
    return report.outcome == "passed" and report.when == "call" and not hasattr(report, "context")


def _said(report: pytest.TestReport) -> dict[str, Any]:
    """What the check's own process put down, after all that the check itself recorded."""
    texts = [value for name, value in report.user_properties if name == PROPERTY]
    said: dict[str, Any] = json.loads(str(texts[-1])) if texts else {}
    return said


def _result(nodeid: str, record: _Record) -> CheckResult:
    name = nodeid.rsplit("::", 1)[-1]
    return CheckResult(
        name=name,
        title=title_of(name),
        severity=record.severity,
        outcome=record.outcome,
        message=record.message,
        seconds=round(record.seconds, 3),
        details=record.details,
        findings=_findings(record),
    )


def _findings(record: _Record) -> list[FindingResult]:
    """What the check took down, or what there is to say of one that did not pass for another reason."""
    found = list(record.findings)
    if record.outcome == "not run":
        found.append(FindingResult(_kind_of_silence(record), record.message or "it was not run"))
    elif record.outcome == "failed" and not counting(found):
        found.append(FindingResult(record.kind, record.message or "it failed"))
    return found


def _kind_of_silence(record: _Record) -> str:
    """Why a check was not run, where what kept it from it has a kind of its own."""
    return NOT_RUN if record.kind in (GENERIC, RAISED) else record.kind


def _finding(values: Mapping[str, Any]) -> FindingResult:
    exempted = values["exempted"]
    return FindingResult(values["kind"], values["text"], exempted and Exempted(**exempted))
