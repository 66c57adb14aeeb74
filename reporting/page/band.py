"""What is usual for a series: a band around where its last values were leading, by medians throughout."""

from collections.abc import Sequence
from statistics import median

Band = tuple[float, float] | None

LEAST = 7
"""How many values it takes before anything is usual."""
WINDOW = 28
_SPREADS = 4.0
_FLOOR = 0.02


def band(series: Sequence[float | None]) -> list[Band]:
    """For each value the low and high end of what was usual before it, None where that is not known.

    The values are in order of time and about evenly spaced; None stands for one that is missing. A value
    is never measured by itself. Half the width is four times the median distance from a straight line
    through the last 28 values, and at least 2 % of its end.
    """
    bands: list[Band] = []
    before: list[float] = []
    for value in series:
        bands.append(_usual(before[-WINDOW:]) if len(before) >= LEAST else None)
        if value is not None:
            before.append(value)
    return bands


def _usual(values: Sequence[float]) -> tuple[float, float]:
    count, half = len(values), len(values) // 2
    slope = median(later - earlier for earlier, later in zip(values, values[half:], strict=False)) / half
    level = median(value - slope * at for at, value in enumerate(values))
    spread = median(abs(value - level - slope * at) for at, value in enumerate(values))
    expected = level + slope * count
    width = max(_SPREADS * 1.4826 * spread, _FLOOR * abs(expected))
    return max(expected - width, 0.0), max(expected + width, 0.0)
