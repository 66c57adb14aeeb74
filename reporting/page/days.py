"""Every day from the first run to today: which runs it had, and how the worst of them ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Literal

from reporting.page.runs import Run

Cell = Literal["success", "warning", "failure", "partial", "none"]
MOST = 366
"""How many days are shown: what lies before them, or after tomorrow, is not."""

LETTERS: dict[Cell, str] = {"success": "✓", "warning": "!", "failure": "✗", "partial": "½", "none": ""}
_WORST: tuple[Cell, ...] = ("success", "partial", "warning", "failure")


@dataclass(frozen=True)
class Day:
    """A day in UTC; `runs` are its runs, the worst first, and the newest first of those alike."""

    day: date
    runs: tuple[Run, ...] = ()

    @property
    def cell(self) -> Cell:
        return cell_of(self.runs[0]) if self.runs else "none"


def cell_of(run: Run) -> Cell:
    return "partial" if run.partial and run.status != "failure" else run.status


def days_of(runs: Sequence[Run], now: datetime) -> list[Day]:
    """The days from the first run to today, whether they had a run or not; none without any run."""
    by_day = {day: tuple(sorted(group, key=_rank)) for day, group in groupby(runs, _day)}
    today = now.astimezone(UTC).date()
    shown = [day for day in by_day if timedelta(-MOST) < day - today <= timedelta(1)]
    if not shown:
        return []
    return [Day(day, by_day.get(day, ())) for day in _every(shown[0], max(today, shown[-1]))]


def last_days(days: Sequence[Day], now: datetime, count: int) -> list[Day]:
    """The last so many days up to today, those before the first run too."""
    known = {day.day: day for day in days}
    today = now.astimezone(UTC).date()
    return [known.get(day, Day(day)) for day in _every(today - timedelta(days=count - 1), today)]


def months_of(days: Sequence[Day]) -> list[tuple[date, list[Day]]]:
    """The days by month; each month's first day goes with them."""
    return [(first, list(group)) for first, group in groupby(days, lambda day: day.day.replace(day=1))]


def _day(run: Run) -> date:
    return run.at.astimezone(UTC).date()


def _rank(run: Run) -> tuple[int, float]:
    return -_WORST.index(cell_of(run)), -run.at.timestamp()


def _every(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
