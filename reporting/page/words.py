"""Numbers and times in words; the page's script has the same for what changes while it is read."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from reporting.page.trends import Trend, Unit

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def age(seconds: float) -> str:
    """How long ago, roughly: 40 s, 89 min, 47 h, 3 days."""
    seconds = max(seconds, 0)
    if seconds < 1.5 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 1.5 * _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    return f"{seconds // _HOUR:.0f} h" if seconds < 2 * _DAY else f"{seconds // _DAY:.0f} days"


def lost(seconds: float) -> str:
    """How much would be lost, rounded up: 89 min, 3.9 h, 3 days."""
    seconds = max(seconds, 0)
    if seconds < 1.5 * _HOUR:
        return f"{math.ceil(seconds / _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"{math.ceil(10 * seconds / _HOUR) / 10:.1f} h"
    return f"{math.ceil(seconds / _DAY)} days"


def duration(seconds: float) -> str:
    """How long something takes: 0.48 s, 41 s, 1 min 47 s, 3 h 20 min."""
    if seconds < 59.5:
        return f"{seconds:.2g} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def size(count: float) -> str:
    """Bytes in three digits and the largest unit of 1024 that leaves a number: 447 kB, 17.6 MB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} TB" if count < 999.5 else f"{count:.0f} TB"


def measured(value: float, unit: Unit) -> str:
    """A value of a trend, with its unit."""
    if unit == "bytes":
        return size(value)
    if unit == "seconds":
        return duration(value)
    return f"{value:.1f} h" if unit == "hours" else f"{value:,.0f} row{'' if value == 1 else 's'}"


def usual(trend: Trend) -> str | None:
    """The band of a trend's newest value in words."""
    at = trend.latest
    ends = None if at is None else trend.bands[at]
    if ends is None:
        return None
    low, high = (measured(end, trend.unit) for end in ends)
    if low == high:
        return low
    return f"{low.split(' ', 1)[0] if trend.unit in ('rows', 'hours') else low} to {high}"


def told(trend: Trend) -> str:
    """A trend in a sentence or two, for who cannot see the chart."""
    values = [value for value in trend.values if value is not None]
    if not values:
        return "no value"
    first, last, low, high = (
        measured(value, trend.unit) for value in (values[0], values[-1], min(values), max(values))
    )
    if len(values) == 1:
        return f"{last} in the only run"
    span = f"{last} now, {first} first, {low} to {high} in {len(values)} runs"
    band = usual(trend)
    if band is None:
        return f"{span}; too few runs to say what is usual"
    return f"{span}; usual now: {band}{', and this is outside' if trend.is_unusual else ''}"


def when(at: datetime) -> str:
    """A time to the minute, such as 23 Nov 2026 05:12 UTC."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y %H:%M} UTC"


def counted(number: int, one: str, more: str | None = None) -> str:
    """1 run, 2 runs."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def listed(names: Sequence[str], most: int) -> str:
    """Names in a row, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
