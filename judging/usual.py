"""Whether a number is unusual by the history of its own: rows of a table, the size of a database or
backup.

A loss is what matters: a value that falls out of what is usual at once, one that stays a little below in
two runs, part of an import that is gone again, or a fall over weeks. Growth is tolerated up to about a
doubling. What is usual follows a new level: an import within three runs, a loss or a purge within a week
of runs. The numbers below were tuned on a simulated year (selftests/judging/simulated_year), on other
seeds than those by which it is scored.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from judging.usual_levels import (
    WEEK,
    WEEKDAYS_AFTER,
    WINDOW,
    Expected,
    Series,
    by_day,
    expected,
    weekday_shifts,
    weekly_spread,
    without_weekdays,
)

LEAST = 7
"""How many earlier days a judgement needs."""

_FALL_SPREADS, _PAIR_SPREADS, _GROWTH_SPREADS, _EROSION_SPREADS = 6.0, 3.75, 6.0, 6.0
_FEW = 22
_EROSION_WINDOW = 8 * WEEK
_EROSION_SHARE = 0.08
_SUDDEN_RUNS, _SUDDEN_SHARE = 3, 0.5
_BEGUN = 0.1

Change = Literal["fell", "grew", "eroded"]
CHANGES: tuple[Change, ...] = ("fell", "grew", "eroded")


@dataclass(frozen=True)
class Tolerance:
    """What never alarms: a fall of `share` or of `least` (in the unit of the measure), growth below
    `factor` or of `most`.
    """

    share: float
    least: float
    factor: float
    most: float


ROWS = Tolerance(share=0.045, least=2, factor=1.9, most=100)
MEGABYTES = Tolerance(share=0.1, least=2, factor=1.9, most=50)
BYTES = Tolerance(share=0.1, least=64 * 1024, factor=1.9, most=10 * 1024 * 1024)


@dataclass(frozen=True)
class Judgement:
    """What is usual today (`low` to `high` around `median`), since when, and how the value left it.

    Where it eroded, `since` is the day on which that began, and `peak` what was there before.
    """

    low: float
    median: float
    high: float
    since: date
    change: Change | None = None
    peak: float | None = None

    @property
    def band(self) -> dict[str, float]:
        return {"low": round(self.low, 2), "median": round(self.median, 2), "high": round(self.high, 2)}


def judge(series: Series, now: datetime, value: float, tolerance: Tolerance) -> Judgement | None:
    """Judges a value of now by earlier ones; None where there are fewer than `LEAST` days of them.

    Of each day the last value counts, and none of today's: neither does a second look at one backup.
    """
    days = by_day(series, now)[-(WINDOW + _EROSION_WINDOW) :]
    today = now.astimezone(UTC).date()
    return None if len(days) < LEAST else _Judge(days, today, value, tolerance).judgement()


class _Judge:
    """One value among its history, on a logarithmic scale and without its weekdays."""

    def __init__(
        self, days: Sequence[tuple[date, float]], today: date, value: float, tolerance: Tolerance
    ) -> None:
        dates, raw = [day for day, _ in days], [math.log1p(max(0.0, each)) for _, each in days]
        shifts = weekday_shifts(dates, raw) if (today - dates[0]).days >= WEEKDAYS_AFTER else {}
        self.last_week = max(value for _, value in days[-WEEK:])
        self.settled = today.weekday() in shifts
        self.shift = shifts[today.weekday()] if self.settled else 0.0
        self.values = without_weekdays(dates, raw, shifts) if self.settled else raw
        self.days, self.value, self.tolerance = dates, value, tolerance
        self.now = math.log1p(max(0.0, value)) - self.shift
        self.expected = expected(self.values, settled=self.settled)
        self.few = 1 + (_FEW / len(raw)) ** 2
        self.fall = max(-math.log(1 - tolerance.share), self.few * _FALL_SPREADS * self.expected.spread)

    def judgement(self) -> Judgement:
        since, change, peak = self.days[-WINDOW:][0], self._change(), None
        if change is None and (found := self._eroded()) is not None:
            change, (since, peak) = "eroded", found
        median = self._plain(self.expected.value)
        return Judgement(self._low(), median, self._high(), since, change, peak)

    def _change(self) -> Change | None:
        if self.value > self._high():
            return "grew"
        if self.value >= self.last_week:
            return None
        return "fell" if self.value < self._low() or self._low_twice() or self._lost_again() else None

    def _low(self) -> float:
        low = self.expected.value - self.fall
        if not self.settled:
            last = self.values[-WEEK:]
            low = min(
                low, min(last) - max(-math.log(1 - self.tolerance.share), (max(last) - min(last)) / 2)
            )
        return max(0.0, self._plain(low) - self.tolerance.least)

    def _high(self) -> float:
        rise = max(math.log(self.tolerance.factor), self.few * _GROWTH_SPREADS * self.expected.spread)
        top = max(self.expected.value, *self.values[-WEEK:])
        return self._plain(top + rise) + self.tolerance.most

    def _low_twice(self) -> bool:
        """Whether this run and the last one together lie too low, which tells more where runs sway."""
        what: Expected = self.expected
        off, share = self.now - what.value, -math.log(1 - self.tolerance.share)
        alike = max(1.0, what.pair_spread / (what.spread * math.sqrt(2))) if what.spread else 1.0
        least = max(2 * share, self.few * _PAIR_SPREADS * what.pair_spread * alike)
        clear = max(off, what.last) < -what.spread and self._misses(self._plain(what.value - share))
        return self.settled and clear and off + what.last < -least

    def _lost_again(self) -> bool:
        """Whether two runs lie below a rise of the last week, and above all that was usual before it."""
        if len(self.values) <= LEAST:
            return False
        before, top = self.values[-1] - self.expected.last, max(self.values[-WEEK - 1 : -1])
        pair = (self.now, self.values[-1])
        risen = min(pair) - before > self.fall
        return risen and max(pair) < top - self.fall and self._misses(self._plain(top))

    def _eroded(self) -> tuple[date, float] | None:
        """Since when, and from what, the value has fallen little by little."""
        values = [*self.values[-_EROSION_WINDOW:], self.now]
        if len(values) <= 3 * WEEK:
            return None
        calm = [sorted(values[at - 2 : at + 1])[1] for at in range(2, len(values))]
        top = max(range(len(calm)), key=calm.__getitem__)
        fall = calm[top] - calm[-1]
        noise = _EROSION_SPREADS * weekly_spread(values)
        if fall < max(-math.log(1 - _EROSION_SHARE), noise) or not self._misses(self._plain(calm[top])):
            return None
        falls = [calm[at] - calm[min(len(calm) - 1, at + _SUDDEN_RUNS)] for at in range(top, len(calm))]
        if max(falls) > _SUDDEN_SHARE * fall:
            return None
        began = max(at for at, each in enumerate(calm) if each >= calm[top] - _BEGUN * fall)
        return self.days[-_EROSION_WINDOW:][began], self._plain(calm[top])

    def _misses(self, usual: float) -> bool:
        return usual - self.value > self.tolerance.least

    def _plain(self, logarithm: float) -> float:
        return math.expm1(min(logarithm + self.shift, 700.0))
