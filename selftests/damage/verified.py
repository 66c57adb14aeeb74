"""What a run of the product said, and what it would have said by fewer checks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SIX = (
    "test_critical_tables_exist",
    "test_database_connectivity",
    "test_database_functions_exist",
    "test_database_size_reasonable",
    "test_rls_policies_active",
    "test_row_counts_reasonable",
)
OF_THE_REFERENCE = ("test_definitions_match", "test_contents_match")


@dataclass(frozen=True)
class Checked:
    """What one check came to: `passed`, `failed` or `not run`."""

    outcome: str
    message: str | None
    severity: str


@dataclass(frozen=True)
class Verified:
    """What a run of the product said; `status` is None where it gave no verdict."""

    exit_code: int
    status: str | None
    checks: Mapping[str, Checked]
    not_verified: Sequence[Mapping[str, str]]
    seconds: float
    output: str = field(repr=False, default="")
    verification: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """The names of the checks that failed."""
        return [name for name, check in self.checks.items() if check.outcome == "failed"]

    def status_by(self, names: Sequence[str]) -> str:
        """The status that these checks alone would have given, by the rule of the product."""
        bad = {check.severity for name, check in self.checks.items() if name in names and _is_bad(check)}
        return "failure" if "critical" in bad else "warning" if "warning" in bad else "success"

    @property
    def status_of_six(self) -> str:
        return self.status_by(SIX)

    @property
    def status_without_reference(self) -> str:
        return self.status_by([name for name in self.checks if name not in OF_THE_REFERENCE])


def _is_bad(check: Checked) -> bool:
    return check.outcome == "failed" or (check.outcome == "not run" and check.severity == "critical")


def read_verified(code: int, report: Path, seconds: float, output: str) -> Verified:
    """Reads the JSON report of a run that took so many seconds, where it left one."""
    content = json.loads(report.read_text()) if report.exists() else {}
    found: dict[str, Any] = content.get("verification") or {}
    checks = {
        check["name"]: Checked(check["outcome"], check["message"], check["severity"])
        for check in found.get("checks", ())
    }
    return Verified(
        code, found.get("status"), checks, found.get("not_verified", ()), seconds, output, found
    )
