"""The trends: each measure over all runs with its usual band, for charts, tables and ears."""

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from statistics import median
from typing import Literal

from reporting.history import measures
from reporting.page.band import Band, band
from reporting.page.runs import Run

Unit = Literal["rows", "bytes", "hours", "seconds"]
MEGABYTE = 1024 * 1024
LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-"
"""The digits in which leaps are told: none that HTML would escape."""

_MISSING = "."
_SHARES, _SHARES_OF_A_BAND = 5000, 100
_FINEST: dict[Unit, float] = {"rows": 1, "bytes": 1, "hours": 0.01, "seconds": 0.001}


@dataclass(frozen=True)
class Trend:
    """One measure: a value, or None, for each run; bands alike."""

    name: str
    unit: Unit
    values: tuple[float | None, ...]
    bands: tuple[Band, ...]

    @property
    def latest(self) -> int | None:
        """The index of the newest value."""
        return max((at for at, value in enumerate(self.values) if value is not None), default=None)

    @property
    def is_unusual(self) -> bool:
        """Whether the newest value lies outside of what was usual."""
        return self.latest is not None and self.is_odd(self.latest)

    def is_odd(self, at: int) -> bool:
        """Whether a value lies outside of what was usual, to the last digit."""
        value, usual = self.values[at], self.bands[at]
        return value is not None and usual is not None and not usual[0] <= value <= usual[1]


@dataclass(frozen=True)
class Measure:
    """Something that runs measure; `recorded` is its name where checks record what is usual, in units of
    `factor`."""

    name: str
    unit: Unit
    of: Callable[[Run], float | None]
    recorded: str = ""
    factor: float = 1.0


_WHOLE = (
    Measure(
        "Database size",
        "bytes",
        lambda run: None if run.size_mb is None else run.size_mb * MEGABYTE,
        measures.DATABASE_SIZE,
        MEGABYTE,
    ),
    Measure(
        "Backup size",
        "bytes",
        lambda run: run.backup.size_bytes if run.backup else None,
        measures.BACKUP_SIZE,
    ),
    Measure("Backup age when verified", "hours", lambda run: run.backup.age_hours if run.backup else None),
    Measure("Restore time", "seconds", lambda run: run.restore_seconds, measures.RESTORE_TIME),
)


def trends_of(runs: Sequence[Run]) -> list[Trend]:
    """All trends that have a value: the whole first, then each table by name."""
    tables = sorted({table for run in runs for table in run.rows})
    of_tables = [
        Measure(table, "rows", partial(_rows, table), f"{measures.ROWS}{table}") for table in tables
    ]
    made = [_trend(measure, runs) for measure in (*_WHOLE, *of_tables)]
    return [trend for trend in made if trend.latest is not None]


def _rows(table: str, run: Run) -> float | None:
    return run.rows.get(table)


def _trend(measure: Measure, runs: Sequence[Run]) -> Trend:
    """What a failed or partial run measured is shown, and teaches nothing of what is usual; what a check
    of the run itself held to be usual goes before our own reckoning."""
    values = [measure.of(run) for run in runs]
    reckoned = band([value if run.good else None for run, value in zip(runs, values, strict=True)])
    bands = [_recorded(measure, run) or ends for run, ends in zip(runs, reckoned, strict=True)]
    return Trend(measure.name, measure.unit, tuple(values), tuple(bands))


def _recorded(measure: Measure, run: Run) -> Band:
    ends = run.usual.get(measure.recorded)
    return None if ends is None else (ends[0] * measure.factor, ends[1] * measure.factor)


def packed(trend: Trend) -> dict[str, object]:
    """The trend for the page's script: values in whole numbers of `step`; of the band its middle and half
    its width in the coarser `coarse`; `odd` are the places of the values outside of it before rounding."""
    middles = [None if usual is None else (usual[0] + usual[1]) / 2 for usual in trend.bands]
    halves = [None if usual is None else (usual[1] - usual[0]) / 2 for usual in trend.bands]
    finest = _FINEST[trend.unit]
    step = finest if trend.unit == "rows" else max(_step(trend.values, _SHARES), finest)
    coarse = max(_step(halves, _SHARES_OF_A_BAND), step)
    return {
        "name": trend.name,
        "unit": trend.unit,
        "step": step,
        "coarse": coarse,
        "values": lettered(trend.values, step),
        "middles": lettered(middles, coarse),
        "halves": lettered(halves, coarse),
        "odd": [at for at in range(len(trend.values)) if trend.is_odd(at)],
    }


def _step(values: Sequence[float | None], shares: int) -> float:
    """About that share of the middle one of the values, with one digit."""
    known = [value for value in values if value]
    return float(f"{median(known) / shares:.0e}") if known else 1.0


def lettered(values: Sequence[float | None], step: float) -> dict[str, object]:
    """Values in whole numbers of the step: `first`, and for each the leap from the one before it, in as
    many of `LETTERS` as the widest leap needs."""
    wholes = [None if value is None else round(value / step) for value in values]
    first = last = next((whole for whole in wholes if whole is not None), 0)
    leaps: list[int | None] = []
    for whole in wholes:
        leaps.append(None if whole is None else whole - last)
        last = last if whole is None else whole
    widest = max((abs(leap) for leap in leaps if leap is not None), default=0)
    width = next(width for width in count(1) if _half(width) >= widest)
    spelt = (_MISSING * width if leap is None else _spelt(leap + _half(width), width) for leap in leaps)
    return {"first": first, "width": width, "letters": "".join(spelt)}


def _half(width: int) -> int:
    """The widest leap that so many letters can tell, up or down."""
    numbers: int = len(LETTERS) ** width
    return numbers // 2


def _spelt(number: int, width: int) -> str:
    return "".join(
        LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in reversed(range(width))
    )
