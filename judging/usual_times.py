"""Whether something took unusually long by its own history. Only slower matters, and only by far.

Runs share their machine with others, and may move to another kind of machine: one slow run is nothing
unless it is slower by far, and after two weeks of slow runs they are what is usual.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from judging.usual import LEAST, Judgement
from judging.usual_levels import Series, by_day

WINDOW = 28
_SPREADS = 6.0
_BY_FAR = 2.0


@dataclass(frozen=True)
class Patience:
    """What never alarms: less than `factor` times the usual, or less than `seconds` above it."""

    factor: float
    seconds: float


RESTORE = Patience(factor=2.5, seconds=60)
CHECK = Patience(factor=4, seconds=20)


def judge_seconds(series: Series, now: datetime, value: float, patience: Patience) -> Judgement | None:
    """Judges the seconds of now; None where there are fewer than `LEAST` earlier days.

    Alarms above the band in two runs in a row, or above twice the band in one.
    """
    days = by_day(series, now)[-WINDOW:]
    if len(days) < LEAST:
        return None
    values = [seconds for _, seconds in days]
    median, high = _band(values, patience)
    slow = value > high * _BY_FAR or (value > high and values[-1] > high)
    return Judgement(0.0, median, high, days[0][0], "grew" if slow else None)


def _band(values: Sequence[float], patience: Patience) -> tuple[float, float]:
    median = statistics.median(values)
    spread = statistics.median([abs(value - median) for value in values]) / 0.6745
    return median, max(median * patience.factor, median + patience.seconds, median + _SPREADS * spread)
