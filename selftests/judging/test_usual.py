"""What is usual: each way out of it, its boundary, and what is to be left alone."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from judging.usual import LEAST, ROWS, Judgement, Tolerance, judge

MONDAY = datetime(2026, 3, 2, 5, tzinfo=UTC)


def judged(values: Sequence[float], value: float, tolerance: Tolerance = ROWS) -> Judgement:
    """Of daily runs, the first on a Monday."""
    series = [(MONDAY + timedelta(days=at), each) for at, each in enumerate(values)]
    judgement = judge(series, MONDAY + timedelta(days=len(values)), value, tolerance)
    assert judgement is not None
    return judgement


def changes(values: Sequence[float], first: int) -> list[str | None]:
    """What each run from `first` on would have said."""
    return [judged(values[:at], values[at]).change for at in range(first, len(values))]


FLAT = [1_000.0] * 40
GROWING = [1_000 * 1.005**day for day in range(60)]
WEEKLY = [300.0 if day % 7 >= 5 else 1_000.0 for day in range(63)]


@pytest.mark.parametrize("days", [0, LEAST - 1])
def test_less_than_seven_days_say_nothing(days: int) -> None:
    series = [(MONDAY + timedelta(days=at), 1.0) for at in range(days)]
    assert judge(series, MONDAY + timedelta(days=days), 0.0, ROWS) is None


def test_the_value_of_today_is_never_among_the_earlier_ones() -> None:
    series = [(MONDAY + timedelta(days=at), 100.0) for at in range(7)]
    today = MONDAY + timedelta(days=7)
    again = [*series, *((today + timedelta(minutes=n), 10.0) for n in range(10))]
    assert judge(again, today + timedelta(hours=1), 10.0, ROWS) == judge(series, today, 10.0, ROWS)
    assert judge(series[1:] + again[7:], today + timedelta(hours=1), 10.0, ROWS) is None


@pytest.mark.parametrize(
    ("value", "change"),
    [(953.01, None), (952.9, "fell"), (0.0, "fell"), (2_000.0, None), (2_001.0, "grew"), (1e9, "grew")],
)
def test_a_flat_series_has_the_tolerance_as_its_band(value: float, change: str | None) -> None:
    judgement = judged(FLAT, value)
    assert judgement.change == change
    assert judgement.band == {"low": 952.96, "median": 1_000.0, "high": 2_000.9}
    assert judgement.since == MONDAY.date()


@pytest.mark.parametrize(("rows", "lost", "change"), [(14, 2, None), (14, 3, "fell"), (1, 1, None)])
def test_few_rows_are_nothing(rows: int, lost: int, change: str | None) -> None:
    assert judged([float(rows)] * 40, rows - lost).change == change


def test_growth_is_followed_and_a_loss_of_a_growing_table_found() -> None:
    assert set(changes(GROWING, 7)) == {None}
    assert judged(GROWING[:-1], GROWING[-1] * 0.94).change == "fell"


def test_weekdays_are_known_after_four_weeks() -> None:
    assert set(changes(WEEKLY, 7)) == {None}
    assert judged(WEEKLY, 600.0).change == "fell"
    assert judged([*WEEKLY, *WEEKLY[:5]], 300.0).change is None
    friday = [judged(WEEKLY[:day], 600.0).change for day in (25, 32)]
    assert friday == [None, "fell"]


def test_a_weekday_that_has_never_been_seen_is_judged_like_the_others() -> None:
    weekdays = [(MONDAY + timedelta(days=day), 1_000.0) for day in range(60) if day % 7 < 5]
    saturday = MONDAY + timedelta(days=61)
    found = [judge(weekdays, saturday, value, ROWS) for value in (990.0, 300.0)]
    assert [each and each.change for each in found] == [None, "fell"]


def test_a_loss_alarms_for_some_days_and_is_then_what_is_usual() -> None:
    said = changes([*FLAT, *[600.0] * 20], len(FLAT))
    assert said[:5] == ["fell"] * 5
    assert set(said[7:]) == {None}


def test_a_repair_raises_no_alarm_and_the_next_loss_is_found() -> None:
    repaired = [*FLAT, *[600.0] * 6, *[1_000.0] * 5]
    assert set(changes(repaired, len(FLAT) + 6)) == {None}
    assert judged(repaired, 900.0).change == "fell"


@pytest.mark.parametrize("after", [1, 2, 3, 10])
def test_a_loss_after_an_import_is_found_within_two_runs(after: int) -> None:
    values = [*FLAT, *[1_600.0] * after, 1_360.0, 1_360.0]
    assert "fell" in changes(values, len(FLAT) + after)


def test_an_import_itself_raises_no_alarm() -> None:
    assert set(changes([*FLAT, *[1_600.0] * 40], len(FLAT))) == {None}


@pytest.mark.parametrize("a_day", [0.003, 0.01])
def test_erosion_is_found_once_the_window_has_lost_a_tenth(a_day: float) -> None:
    noise = random.Random(1)
    eroding = [1_000 * (1 - a_day) ** max(0, day - 60) * noise.gauss(1, 0.002) for day in range(110)]
    due = next(day for day, value in enumerate(eroding) if value < 900)
    said = [judged(eroding[:at], eroding[at]) for at in (due, due + 1)]
    assert "eroded" in [each.change for each in said]
    (told, *_) = [each for each in said if each.change == "eroded"]
    assert abs((told.since - MONDAY.date()).days - 60) <= 5
    assert told.peak == pytest.approx(1_000, rel=0.01)


def test_a_purge_is_no_erosion() -> None:
    said = changes([*FLAT, *[850.0] * 60], len(FLAT))
    assert "eroded" not in said
    assert set(said[7:]) == {None}


def test_two_low_runs_of_a_swaying_series_tell_more_than_one() -> None:
    noise = random.Random(3)
    swaying = [1_000 * noise.lognormvariate(0, 0.13) for _ in range(150)]
    assert judged(swaying, 580.0).change is None
    assert judged([*swaying, 580.0], 580.0).change == "fell"


@pytest.mark.parametrize("zeros", [[0.0] * 40, [0.0] * 20 + [1.0] * 20])
def test_empty_tables_are_judged_too(zeros: list[float]) -> None:
    assert judged(zeros, 0.0).change is None
    assert judged(zeros, 50.0).change is None
    assert judged(zeros, 5_000.0).change == "grew"


def test_bands_are_numbers() -> None:
    for values in ([0.0] * 20, [1e15] * 20, [0.0, 1e12] * 40):
        band = judged(values, 1.0).band
        assert all(math.isfinite(number) for number in band.values())
        assert 0 <= band["low"] <= band["high"]
