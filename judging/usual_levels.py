"""What a series does by itself: its weekdays, the level of its last runs, and how far it strays from it.

Values are on a logarithmic scale here, so that half and double are equally far.
"""

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

Series = Sequence[tuple[datetime, float]]
"""Times with their values, the oldest first."""

WEEK = 7
WINDOW = 16 * WEEK
"""How many days back a spread is learned from."""

WEEKDAYS_AFTER = 4 * WEEK
_LEAST_OF_A_WEEKDAY = 3
_SLOW = 4 * WEEK
_HELD = 3
_SOME = 4
_MOST = 0.8
_SIGMAS_OF_HALF, _SIGMAS_OF_MOST = 0.6745, 1.2816
_STILL = 0.02

Level = Callable[[Sequence[float], int], float]
"""Takes values and a place; gives the level of those before it."""


@dataclass(frozen=True)
class Expected:
    """What is expected next, and what the earlier runs were off by.

    `spread` is that of one run and `pair_spread` that of the sum of two in a row, both as standard
    deviations that outliers do not move; `last` is by how much the last run was off.
    """

    value: float
    spread: float
    pair_spread: float
    last: float


def by_day(series: Series, now: datetime) -> list[tuple[date, float]]:
    """Of each day (UTC) before today the value nearest to this time of day: a backup looked at ten times
    tells no more than once, and what swings within a day is compared with the same hour.
    """
    clock = now.astimezone(UTC)
    today = clock.date()
    far: dict[date, float] = {}
    days: dict[date, float] = {}
    for moment, value in series:
        at = moment.astimezone(UTC)
        off = abs((at - datetime.combine(at.date(), clock.timetz())).total_seconds())
        if off <= far.get(at.date(), off):
            far[at.date()], days[at.date()] = off, value
    return [(day, value) for day, value in sorted(days.items()) if day < today]


def weekday_shifts(days: Sequence[date], values: Sequence[float]) -> dict[int, float]:
    """By how much each weekday (0 is Monday) lies above the others, where enough of them are known."""
    first = max(_SOME, len(values) - WINDOW)
    off = [values[at] - _middle(values[max(0, at - WEEK) : at]) for at in range(first, len(values))]
    usual = _middle(off)
    found: dict[int, list[float]] = {}
    for day, shift in zip(days[first:], off, strict=True):
        found.setdefault(day.weekday(), []).append(shift)
    return {
        weekday: statistics.median(shifts) - usual
        for weekday, shifts in found.items()
        if len(shifts) >= _LEAST_OF_A_WEEKDAY
    }


def without_weekdays(
    days: Sequence[date], values: Sequence[float], shifts: Mapping[int, float]
) -> list[float]:
    return [value - shifts.get(day.weekday(), 0.0) for day, value in zip(days, values, strict=True)]


def expected(values: Sequence[float], *, settled: bool) -> Expected:
    """By the level of the last week; `settled` series that sway by the level of four, where it did
    better.
    """
    quick = _expected(values, _held, _SOME)
    if not settled or quick.spread <= _STILL or len(values) < 2 * WEEK + _SOME:
        return quick
    slow = _expected(values, _usual, 2 * WEEK)
    return slow if slow.spread < quick.spread else quick


def weekly_spread(values: Sequence[float]) -> float:
    """How much the change from one week to the next varies."""
    changes = [later - earlier for earlier, later in zip(values, values[WEEK:], strict=False)]
    usual = statistics.median(changes)
    return statistics.median([abs(change - usual) for change in changes]) / _SIGMAS_OF_HALF


def _expected(values: Sequence[float], level: Level, least: int) -> Expected:
    """What the level was off by before corrects it now: growth is part of what is usual."""
    first = max(least, len(values) - WINDOW)
    off = [values[at] - level(values, at) for at in range(first, len(values))]
    drift = statistics.median(off)
    off = [each - drift for each in off]
    pairs = [one + other for one, other in itertools.pairwise(off)]
    return Expected(level(values, len(values)) + drift, _spread(off), _spread(pairs), off[-1])


def _held(values: Sequence[float], at: int) -> float:
    """What three of the last seven reached: it rises soon after an import, and falls late after a loss."""
    last = sorted(values[max(0, at - WEEK) : at])
    return last[max(0, len(last) - _HELD)]


def _usual(values: Sequence[float], at: int) -> float:
    return _middle(values[max(0, at - _SLOW) : at])


def _spread(off: Sequence[float]) -> float:
    """As a standard deviation, from the middle and from most of them; up to a fifth may be far out."""
    far = sorted(abs(each) for each in off)
    most = far[min(len(far) - 1, int(len(far) * _MOST))]
    return max(far[len(far) // 2] / _SIGMAS_OF_HALF, most / _SIGMAS_OF_MOST)


def _middle(values: Sequence[float]) -> float:
    """The median, the upper one of two."""
    return sorted(values)[len(values) // 2]
