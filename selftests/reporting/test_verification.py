"""The verification: its status and its numbers hold for every mix of outcomes."""

import itertools
import json
from datetime import UTC, datetime

import pytest

from reporting.verification import (
    BackupFacts,
    CheckResult,
    NotVerified,
    Outcome,
    Severity,
    Target,
    Verification,
)

NOW = datetime(2026, 1, 28, 5, tzinfo=UTC)


def verification(*checks: tuple[Severity, Outcome]) -> Verification:
    results = [
        CheckResult(f"test_{number}", f"Title {number}", severity, outcome, "why")
        for number, (severity, outcome) in enumerate(checks)
    ]
    return Verification("id", NOW, False, Target("backup", "/a.dump"), results)


@pytest.mark.parametrize(
    ("checks", "status", "passed", "failed"),
    [
        ([("critical", "passed"), ("warning", "passed")], "success", 2, 0),
        ([("critical", "passed"), ("warning", "failed")], "warning", 1, 1),
        ([("critical", "passed"), ("warning", "not run")], "warning", 1, 1),
        ([("critical", "failed"), ("warning", "passed")], "failure", 1, 1),
        ([("critical", "not run"), ("warning", "passed")], "failure", 1, 1),
        ([("critical", "passed"), ("info", "failed")], "success", 1, 0),
        ([("info", "passed")], "failure", 0, 0),
        ([], "failure", 0, 0),
    ],
)
def test_the_status_follows_from_severity_and_outcome(
    checks: list[tuple[Severity, Outcome]], status: str, passed: int, failed: int
) -> None:
    found = verification(*checks)
    assert (found.status, found.checks_passed, found.checks_failed) == (status, passed, failed)


def test_no_mix_is_a_success_unless_all_that_counts_passed() -> None:
    severities: tuple[Severity, ...] = ("critical", "warning", "info")
    outcomes: tuple[Outcome, ...] = ("passed", "failed", "not run")
    kinds = list(itertools.product(severities, outcomes))
    for mix in itertools.product(kinds, repeat=3):
        found = verification(*mix)
        counted = [outcome for severity, outcome in mix if severity != "info"]
        assert found.checks_passed + found.checks_failed == len(counted)
        assert (found.status == "success") == (bool(counted) and set(counted) == {"passed"})


def test_failures_name_the_critical_first() -> None:
    found = verification(("warning", "failed"), ("critical", "passed"), ("critical", "not run"))
    assert [check.name for check in found.failures] == ["test_2", "test_0"]


def test_error_details_are_null_on_success_alone() -> None:
    assert verification(("critical", "passed")).error_details is None
    assert verification(("critical", "passed"), ("warning", "failed")).error_details == [
        {"name": "test_1", "title": "Title 1", "severity": "warning", "outcome": "failed", "message": "why"}
    ]


def test_the_json_form_has_the_agreed_keys() -> None:
    backup = BackupFacts("a#1", "custom", NOW, "header", 26.123, 2048)
    found = Verification(
        "id",
        NOW,
        True,
        Target("backup", "/a.dump", "app", "18.6", "a"),
        [CheckResult("test_a", "A", "critical", "passed", None, 0.5, {"rows": 1})],
        backup,
        [NotVerified("x", "y")],
        seconds={"locate": 0.12345},
    ).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found | {"harmless": [], "server": None} == found
    assert {key: found[key] for key in found if key not in ("harmless", "server")} == {
        "version": 1,
        "id": "id",
        "status": "success",
        "partial": True,
        "verified_at": "2026-01-28T05:00:00+00:00",
        "target": {
            "kind": "backup",
            "location": "/a.dump",
            "database": "app",
            "server_version": "18.6",
            "name": "a",
        },
        "backup": {
            "id": "a#1",
            "format": "custom",
            "taken_at": "2026-01-28T05:00:00+00:00",
            "taken_at_from": "header",
            "age_hours": 26.12,
            "size_bytes": 2048,
        },
        "checks_passed": 1,
        "checks_failed": 0,
        "checks": [
            {
                "name": "test_a",
                "title": "A",
                "severity": "critical",
                "outcome": "passed",
                "message": None,
                "seconds": 0.5,
                "details": {"rows": 1},
                "findings": [],
                "exempted": None,
            }
        ],
        "not_verified": [{"what": "x", "why": "y"}],
        "seconds": {"locate": 0.123},
    }
