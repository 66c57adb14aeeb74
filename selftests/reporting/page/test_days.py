"""Days: each is there, whether it had a run or not, and the worst of its runs stands for it."""

from datetime import date, timedelta
from typing import Any

import pytest

from reporting.page.days import LETTERS, MOST, Day, cell_of, days_of, last_days, months_of
from reporting.page.documents import read_runs
from reporting.page.runs import Run
from selftests.reporting.page.a_year import CHANGED, NOW, SLOW, Document, document

DAY = timedelta(days=1)


def runs(*documents: Document) -> list[Run]:
    return read_runs(documents)[0]


def test_days_without_a_run_are_there() -> None:
    days = days_of(runs(document(at=NOW - 3 * DAY), document(at=NOW - DAY)), NOW)
    assert [day.cell for day in days] == ["success", "none", "success", "none"]
    assert [day.day for day in days] == [date(2026, 11, 20) + n * DAY for n in range(4)]


def test_the_worst_run_stands_for_its_day_and_the_newer_of_two_alike() -> None:
    found: list[list[dict[str, Any]]] = [[CHANGED], [], [SLOW], []]
    made = [document(at=NOW - timedelta(hours=8 - n), found=one) for n, one in enumerate(found)]
    (day,) = days_of(runs(*made), NOW)
    assert day.cell == "failure"
    assert [run.id for run in day.runs] == [made[n]["id"] for n in (0, 2, 3, 1)]


@pytest.mark.parametrize(
    ("made", "cell"),
    [
        (document(), "success"),
        (document(found=[SLOW]), "warning"),
        (document(found=[CHANGED]), "failure"),
        (document() | {"partial": True}, "partial"),
        (document(found=[CHANGED]) | {"partial": True}, "failure"),
    ],
)
def test_a_part_of_the_checks_never_looks_like_a_success(made: Document, cell: str) -> None:
    assert cell_of(runs(made)[0]) == cell


def test_no_run_makes_no_day() -> None:
    assert days_of([], NOW) == []


def test_a_day_is_one_in_utc() -> None:
    made = document() | {"verified_at": "2026-11-23T01:30:00+02:00"}
    assert days_of(runs(made), NOW)[0].day == date(2026, 11, 22)


@pytest.mark.parametrize("days", [MOST, -2, -100_000])
def test_what_lies_too_far_back_or_ahead_is_not_shown(days: int) -> None:
    assert days_of(runs(document(at=NOW - days * DAY)), NOW) == []


def test_as_many_days_as_fit_are_shown() -> None:
    assert len(days_of(runs(document(at=NOW - (MOST - 1) * DAY)), NOW)) == MOST


def test_a_run_of_tomorrow_by_another_clock_is_shown() -> None:
    assert [day.cell for day in days_of(runs(document(at=NOW + DAY)), NOW)] == ["success"]


def test_the_last_days_end_today_and_have_the_asked_number() -> None:
    days = last_days(days_of(runs(document(at=NOW - 2 * DAY)), NOW), NOW, 5)
    assert [day.cell for day in days] == ["none", "none", "success", "none", "none"]
    assert days[-1].day == NOW.date()


def test_months_keep_their_days() -> None:
    days = days_of(runs(document(at=NOW - 30 * DAY)), NOW)
    assert [(first, len(month)) for first, month in months_of(days)] == [
        (date(2026, 10, 1), 8),
        (date(2026, 11, 1), 23),
    ]


def test_every_kind_of_day_has_a_mark_of_its_own() -> None:
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert Day(NOW.date()).cell == "none"
