"""Verifications as a run of checks would make them, for what is told of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug import Response

from reporting.verification import (
    BackupFacts,
    CheckResult,
    Exempted,
    FindingResult,
    Outcome,
    Severity,
    Target,
    Verification,
)

TOKEN = "xoxb-c4n4ry-c4n4ry-c4n4ryc4n4ryc4n4ry"
AT = datetime(2026, 1, 28, 5, tzinfo=UTC)
UNTIL = Exempted("being mended", "2026-12-31")


def finding(text: str, kind: str = "rows-below-least", exempted: Exempted | None = None) -> FindingResult:
    return FindingResult(kind, text, exempted)


def check(
    name: str,
    *found: str | FindingResult,
    severity: Severity = "critical",
    outcome: Outcome = "failed",
    exempted: Exempted | None = None,
) -> CheckResult:
    findings = [finding(each) if isinstance(each, str) else each for each in found]
    message = "; ".join(each.text for each in findings) or None
    title = name.removeprefix("test_").replace("_", " ").title()
    return CheckResult(
        name, title, severity, outcome, message, 0.5, {}, findings=findings, exempted=exempted
    )


def passed(count: int = 1) -> list[CheckResult]:
    return [check(f"test_fine_{number}", outcome="passed") for number in range(count)]


def verification(
    checks: Sequence[CheckResult], *, day: float = 0, name: str = "nightly", **more: Any
) -> Verification:
    """A run `day` days after the first."""
    at = AT + timedelta(days=day)
    backup = BackupFacts("nightly.dump", "custom", at - timedelta(hours=5), "header", 5.0, 3 << 20)
    more = {
        "target": Target("backup", "/backups/nightly.dump", "app", "18.6", name),
        "backup": backup,
        "seconds": {"locate": 0.1, "serve": 0.4, "restore": 12.5, "checks": 1.0},
        **more,
    }
    return Verification("an-id", at, False, more.pop("target"), [*passed(), *checks], **more)


def failing(*found: str, day: float = 0, severity: Severity = "critical") -> Verification:
    """One check failed with these findings."""
    return verification([check("test_row_counts", *found, severity=severity)], day=day)


def success(day: float = 0) -> Verification:
    return verification([], day=day)


def refusal(error: str, **more: Any) -> Response:
    """Slack's answer of 200 that says no."""
    return Response(json.dumps({"ok": False, "error": error, **more}), content_type="application/json")
