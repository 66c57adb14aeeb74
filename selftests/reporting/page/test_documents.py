"""Documents read into runs: as far as they agree with themselves, and none that would not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reporting.page.documents import UNNAMED, Unreadable, number, read_run, read_runs, target_of, text
from reporting.verification import VERSION
from selftests.reporting.page.a_year import CHANGED, CUT, FEW_ROWS, NOW, Document, document


def altered(**changes: Any) -> Document:
    return document() | changes


def worse(severity: str, outcome: str, **changes: Any) -> Document:
    """A document whose status is success, and one of whose checks is not."""
    made = document()
    made["checks"].append(
        {"name": "test_x", "title": "X", "severity": severity, "outcome": outcome} | changes
    )
    return made


def test_a_run_holds_what_is_shown() -> None:
    run = read_run(document(found=[FEW_ROWS | {"exempted": {"reason": "purged", "until": "2026-12-31"}}]))
    assert (run.target, run.kind, run.status, run.partial) == ("app-production", "backup", "success", False)
    assert run.at == NOW - timedelta(hours=3)
    assert run.rows["public.organizations"]
    assert run.size_mb is not None
    assert run.restore_seconds is not None
    assert run.backup is not None
    assert run.backup.taken_at is not None
    assert run.backup.size_bytes is not None
    assert run.not_verified[0] == ("bodies of 3 plpgsql functions", "the server has no plpgsql_check")
    (check,) = run.notable
    (finding,) = check.findings
    assert (finding.kind, finding.reason, finding.until) == ("rows-below-least", "purged", "2026-12-31")


def test_what_is_usual_is_the_last_of_what_was_not_verified() -> None:
    gaps = [{"what": what, "why": ""} for what in ("what is usual for rows", "functions", "large objects")]
    found = [what for what, _ in read_run(altered(not_verified=gaps)).not_verified]
    assert found == ["functions", "large objects", "what is usual for rows"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": None}, "no version"),
        ({"version": VERSION + 1}, f"version {VERSION + 1}, and this page knows"),
        ({"verified_at": "2026-01-01T00:00:00"}, "no time"),
        ({"verified_at": "yesterday"}, "no time"),
        ({"verified_at": 5}, "no time"),
        ({"verified_at": "0001-01-01T00:00:00+23:59"}, "no time"),
        ({"status": "green"}, "no status"),
        ({"status": ["success"]}, "no status"),
        ({"id": "a b"}, "no id"),
        ({"id": None}, "no id"),
        ({"checks": []}, "no checks"),
        ({"checks": {"a": 1}}, "no checks"),
        ({"checks": [None]}, "a check without"),
        ({"checks": [{"name": "a", "severity": "critical", "outcome": "green"}]}, "a check without"),
        ({"checks": [{"name": "a", "severity": {}, "outcome": "passed"}]}, "a check without"),
    ],
)
def test_a_document_that_lacks_what_matters_is_none(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_run(altered(**changes))


@pytest.mark.parametrize("value", [None, 1, "text", [], [{}]])
def test_what_is_no_object_is_none(value: object) -> None:
    with pytest.raises(Unreadable, match="no JSON object"):
        read_run(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"backup": None},
        {"backup": "none"},
        {"backup": {"id": None, "taken_at": "never", "age_hours": "old", "size_bytes": True}},
        {"not_verified": None},
        {"not_verified": [None, "x", {"what": None}]},
        {"target": None},
        {"target": []},
        {"seconds": None},
        {"seconds": {"restore": -1}},
        {"partial": None},
    ],
)
def test_what_is_missing_besides_breaks_nothing(changes: dict[str, Any]) -> None:
    assert read_run(altered(**changes)).status == "success"


@pytest.mark.parametrize("partial", [None, True, "no", 0])
def test_a_run_that_does_not_say_that_it_is_whole_is_partial(partial: object) -> None:
    assert read_run(altered(partial=partial)).partial


@pytest.mark.parametrize(
    ("severity", "outcome", "status"),
    [
        ("critical", "failed", "failure"),
        ("critical", "not run", "failure"),
        ("warning", "failed", "warning"),
        ("warning", "not run", "warning"),
        ("info", "failed", "success"),
        ("critical", "passed", "success"),
    ],
)
def test_a_status_better_than_its_checks_is_not_believed(severity: str, outcome: str, status: str) -> None:
    assert read_run(worse(severity, outcome)).status == status


def test_an_exempted_check_does_not_count() -> None:
    run = read_run(worse("critical", "failed", exempted={"reason": "known", "until": "2026-12-31"}))
    assert run.status == "success"
    assert [check.name for check in run.notable] == ["test_x"]


def test_a_run_whose_checks_are_all_informative_is_no_success() -> None:
    checks = [{"name": "a", "severity": "info", "outcome": "passed"}]
    assert read_run(altered(checks=checks)).status == "failure"


def test_a_status_worse_than_its_checks_is_believed() -> None:
    assert read_run(altered(status="failure")).status == "failure"


def test_the_time_of_a_restore_that_failed_is_none() -> None:
    assert read_run(document(found=[CUT])).restore_seconds is None
    assert read_run(document(found=[CHANGED])).restore_seconds is not None


@pytest.mark.parametrize(
    ("target", "name"),
    [({"name": "a", "database": "b"}, "a"), ({"database": "b"}, "b"), ({"name": 3}, None), (None, None)],
)
def test_a_target_is_named_by_name_or_database(target: object, name: str | None) -> None:
    assert target_of(altered(target=target)) == name
    assert read_run(altered(target=target)).target == name or UNNAMED


def test_runs_come_in_order_and_once_and_what_is_none_is_told() -> None:
    late, early = document(at=NOW), document(at=NOW - timedelta(days=1))
    runs, left_out = read_runs([late, {"verified_at": "2026-11-01T00:00:00+01:00"}, early, late])
    assert [run.id for run in runs] == [early["id"], late["id"]]
    assert [(item.why, item.at) for item in left_out] == [
        ("no version", datetime(2026, 10, 31, 23, tzinfo=UTC))
    ]


def test_two_targets_may_have_runs_of_one_id() -> None:
    one, other = document("a"), document("b")
    assert len(read_runs([one, other | {"id": one["id"]}])[0]) == 2


@pytest.mark.parametrize("kind", ["Rows Below", "x#y", 5, None, "a" * 65])
def test_a_kind_that_no_link_could_hold_is_none(kind: object) -> None:
    found = {"findings": [{"kind": kind, "text": "t", "exempted": None}]}
    assert read_run(worse("warning", "failed", **found)).failures[0].findings[0].kind is None


@pytest.mark.parametrize(
    ("value", "found"),
    [(1, 1.0), (0, 0.0), (-1, None), (True, None), ("1", None), (float("nan"), None), (10**400, None)],
)
def test_a_number_is_finite_and_not_below_zero(value: object, found: float | None) -> None:
    assert number(value) == found


def test_text_is_one_line_of_what_prints() -> None:
    assert text("a\n\tb\u202e c\0") == "a b c"
    assert text("x" * 600) == "x" * 600
    assert text("x" * 601) == "x" * 599 + "…"
    assert text("  - a\tb ", "\t") == "  - a\tb"
