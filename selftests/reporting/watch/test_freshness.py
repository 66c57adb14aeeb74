"""What the latest verifications are worth: failed beats stale beats fresh, and the worst target decides."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reporting.watch.freshness import TOLERATED_SECONDS, Latest, Verdict, latest_of, verdict_on

AT = datetime(2026, 1, 28, 5, tzinfo=UTC)
DAY = 86400.0


def row(name: str | None, status: str = "success", age: float = 3600.0, **changes: Any) -> dict[str, Any]:
    given = {
        "name": name,
        "location": None if name else "/backups/app.dump",
        "id": "6f1f0b5e",
        "verified_at": AT - timedelta(seconds=age),
        "status": status,
        "checks_passed": 6,
        "checks_failed": 0,
        "exempted": 0,
        "backup_id": "nightly.dump",
        "age_seconds": age,
    }
    return given | changes


def verdict(*rows: dict[str, Any], targets: tuple[str, ...] = (), fail_on_warning: bool = False) -> Verdict:
    return verdict_on(latest_of(rows, targets, DAY), DAY, fail_on_warning=fail_on_warning)


@pytest.mark.parametrize(
    ("status", "age", "state", "code"),
    [
        ("success", 0.0, "success", 0),
        ("success", DAY, "success", 0),
        ("success", DAY + 1, "stale", 10),
        ("success", -float(TOLERATED_SECONDS), "success", 0),
        ("success", -TOLERATED_SECONDS - 1.0, "future", 10),
        ("warning", DAY, "warning", 0),
        ("warning", DAY + 1, "stale", 10),
        ("failure", 0.0, "failed", 1),
        ("failure", DAY + 1, "failed", 1),
        ("failure", -DAY, "failed", 1),
        ("another", 0.0, "failed", 1),
    ],
)
def test_a_verification_is_worth_what_it_says_while_it_is_fresh(
    status: str, age: float, state: str, code: int
) -> None:
    given = verdict(row("nightly", status, age))
    assert (given.state, given.exit_code) == (state, code)
    assert given.line.startswith("no go: " if code else "go: ")


def test_an_empty_log_is_no_go() -> None:
    assert verdict() == Verdict(10, "missing", "no go: the log holds no verification", ())


def test_a_target_without_a_verification_is_no_go() -> None:
    given = verdict(row("nightly"), targets=("weekly",))
    assert (given.exit_code, given.state) == (10, "missing")
    assert given.line == "no go: weekly: no verification in the log"
    assert given.targets == [Latest("weekly", "missing")]


def test_the_targets_that_are_named_decide_alone() -> None:
    rows = (row("nightly"), row("weekly", "failure"))
    assert verdict(*rows, targets=("nightly", "nightly")).exit_code == 0
    assert verdict(*rows, targets=("nightly", "weekly")).exit_code == 1


@pytest.mark.parametrize("fail_on_warning", [False, True])
def test_the_worst_decides_and_all_are_named(fail_on_warning: bool) -> None:
    rows = [row("good"), row("odd", "warning"), row("old", age=DAY * 2), row("bad", "failure")]
    given = verdict(*rows, fail_on_warning=fail_on_warning)
    order = ["bad", "odd", "old", "good"] if fail_on_warning else ["bad", "old", "odd", "good"]
    assert [latest.name for latest in given.targets] == order
    assert all(f"{name}: " in given.line for name in order)
    assert (given.exit_code, given.state) == (1, "failed")
    assert verdict(*rows[:3], fail_on_warning=fail_on_warning).exit_code == (1 if fail_on_warning else 10)
    assert verdict(*rows[:2], fail_on_warning=fail_on_warning).exit_code == int(fail_on_warning)


def test_rows_without_a_name_go_by_their_location() -> None:
    assert verdict(row(None, "failure")).targets[0].name == "app"
    assert verdict(row(None, "failure", location=None)).exit_code == 1
    assert verdict(row("app", age=10), row(None, "failure", age=DAY * 9)).exit_code == 0
    assert verdict(row("app", age=10), row(None, "failure", age=5)).exit_code == 1
    assert verdict(row("other", age=10), row(None, "failure", age=DAY * 9)).exit_code == 1


def test_the_line_says_what_when_and_how_old() -> None:
    assert verdict(row("nightly", "warning", 7200.0, checks_failed=1)).line == (
        "go: nightly: warning (6 passed, 1 failed), 2 h old (2026-01-28 03:00 UTC)"
    )
    assert verdict(row("nightly", age=DAY * 4)).line == (
        "no go: nightly: success (6 passed, 0 failed), 4 d old (2026-01-24 05:00 UTC), "
        "stale: 24 h is the most"
    )
    assert verdict(row("nightly", age=-5400.0)).line == (
        "no go: nightly: success, stamped 2026-01-28 06:30 UTC, 1.5 h in the future: "
        "a clock is wrong (row 6f1f0b5e)"
    )


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (-10.0, "0 s"),
        (59.4, "59 s"),
        (60.0, "1 min"),
        (3599.0, "60 min"),
        (172799.0, "48 h"),
        (172800.0, "2 d"),
    ],
)
def test_ages_are_told_in_one_unit(age: float, words: str) -> None:
    assert f", {words} old" in verdict(row("nightly", age=age)).line
