"""Calls a check that judges by history with documents such as the log holds, and says what came of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reporting.finding import finding
from reporting.needs import Absent
from reporting.verification import CheckResult
from selftests.one_check import check_named

Document = dict[str, Any]


@dataclass
class Said:
    """What a check said: None where it passed; `kinds` of its findings, and whether it was absent."""

    message: str | None = None
    kinds: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    unverified: list[tuple[str, str]] = field(default_factory=list)
    absent: bool = False

    def take(self, findings: Iterable[Any]) -> list[str]:
        found = list(findings)
        self.kinds = [each.kind for each in found]
        return found


def result(name: str, seconds: float = 0.1, **details: Any) -> CheckResult:
    return CheckResult(name, name, "warning", "passed", seconds=seconds, details=details)


def document(days_ago: int, *results: CheckResult, size_bytes: int = 0, restore: float = 0.0) -> Document:
    """One verification, as the log holds it."""
    return {
        "verified_at": (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(),
        "status": "success",
        "backup": {"size_bytes": size_bytes},
        "seconds": {"restore": restore},
        "checks": [vars(each) for each in results],
    }


def documents(make: Callable[[float], CheckResult], values: Sequence[float]) -> list[Document]:
    """A verification for each day up to yesterday, with these values."""
    return [document(len(values) - at, make(value)) for at, value in enumerate(values)]


def said(check: str, history: Sequence[Mapping[str, Any]], *results: CheckResult, **given: Any) -> Said:
    """Runs the check of this name after others of the same run had these results."""
    said = Said()
    test = check_named(check)
    given |= {
        "so_far": {each.name: each for each in results},
        "history": history,
        "details": said.details,
        "unverified": lambda what, why: said.unverified.append((what, why)),
        "what_counts": said.take,
    }
    try:
        test(**{name: given[name] for name in inspect.signature(test).parameters})
    except AssertionError as error:
        said.message = finding(error)
    except Absent:
        said.absent = True
    return said
