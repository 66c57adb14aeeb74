"""Levels, weekdays and spreads: what a series does by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from judging.usual_levels import by_day, expected, weekday_shifts, weekly_spread, without_weekdays

DAYS = [date(2026, 3, 2) + timedelta(days=at) for at in range(63)]
WEEKLY = [1.0 if day.weekday() >= 5 else 2.0 for day in DAYS]


def test_a_day_has_its_last_value_by_utc_and_today_none() -> None:
    east = timezone(timedelta(hours=9))
    series = [
        (datetime(2026, 3, 2, 1, tzinfo=UTC), 1.0),
        (datetime(2026, 3, 2, 23, tzinfo=UTC), 2.0),
        (datetime(2026, 3, 4, 1, tzinfo=east), 3.0),
        (datetime(2026, 3, 4, 12, tzinfo=UTC), 4.0),
    ]
    now = datetime(2026, 3, 4, 20, tzinfo=UTC)
    assert by_day(series, now) == [(date(2026, 3, 2), 2.0), (date(2026, 3, 3), 3.0)]


def test_weekdays_are_told_apart_and_taken_out() -> None:
    shifts = weekday_shifts(DAYS, WEEKLY)
    assert shifts == {0: 0.0, 1: 0.0, 2: 0.0, 3: 0.0, 4: 0.0, 5: -1.0, 6: -1.0}
    assert without_weekdays(DAYS, WEEKLY, shifts) == [2.0] * 63


@pytest.mark.parametrize(("weeks", "known"), [(2, 0), (3, 3), (4, 7)])
def test_a_weekday_is_known_by_three_of_its_kind(weeks: int, known: int) -> None:
    found = weekday_shifts(DAYS[: 7 * weeks], WEEKLY[: 7 * weeks])
    assert len(found) == (0 if weeks == 2 else known)


def test_growth_is_part_of_what_is_expected() -> None:
    found = expected([float(at) for at in range(50)], settled=True)
    assert (found.value, found.spread, found.last) == (50.0, 0.0, 0.0)


def test_a_level_rises_with_an_import_and_falls_late() -> None:
    flat = [1.0] * 40
    assert [expected([*flat, *[2.0] * n], settled=False).value for n in (2, 3)] == [1.0, 2.0]
    assert [expected([*flat, *[0.0] * n], settled=False).value for n in (4, 5)] == [1.0, 0.0]


def test_outliers_do_not_move_a_spread() -> None:
    swaying = [1.0, 1.1] * 50
    calm = expected(swaying, settled=False).spread
    broken = [*swaying[:40], *[9.0] * 3, *swaying[43:]]
    assert 0 < expected(broken, settled=False).spread <= calm * 1.5


def test_weeks_that_change_alike_have_no_spread() -> None:
    assert weekly_spread([float(at) for at in range(40)]) == 0.0
    assert weekly_spread([0.0] * 7 + [1.0] * 7 + [5.0] * 7) > 0
