"""How well a rule does in a year: the losses that it finds in time, and its false alarms.

Found: the table that lost rows raises an alarm in the loss's first run or in the next one (an erosion: in
the first run on which it is due, the next one, or sooner). A false alarm is a run with an alarm on a
table whose alarm no loss explains; those of a loss explain the runs up to and including the one that sees
it repaired. Whoever purges on purpose gets one alarm, which counts as a false one, and then exempts that
table for two weeks, under each rule alike.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from selftests.judging.simulated_year.events import PURGED, Loss, Year
from selftests.judging.simulated_year.product import day_of

WITHIN = 2
EXEMPTED_DAYS = 14
SWAYING = ("job_queue", "sessions", "webhook_logs")

Earlier = Sequence[tuple[datetime, float]]
Rule = Callable[[Earlier, datetime, float], bool]
"""Takes the earlier values, the moment and the value now; says whether to alarm."""


@dataclass(frozen=True)
class Score:
    """`delays` are in runs, of each loss found; alarms are pairs of table and day."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    delays: tuple[int, ...]
    false_alarms: tuple[tuple[str, int], ...]

    def false_days(self, *, calm: bool = False) -> int:
        """The runs with a false alarm; `calm` leaves out the tables that sway most."""
        return len({day for table, day in self.false_alarms if not (calm and table in SWAYING)})


def score(rule: Rule, year: Year) -> Score:
    alarms = {table: _alarms(rule, year, table) for table in year.rows}
    delays = {loss.what: _delay(loss, year.runs, alarms[loss.table]) for loss in year.losses}
    found = {what: delay for what, delay in delays.items() if delay is not None and delay < WITHIN}
    false = [
        (table, day)
        for table, days in alarms.items()
        for day in days
        if not any(_explains(loss, table, day, year.runs) for loss in year.losses)
    ]
    missed = tuple(what for what in delays if what not in found)
    return Score(tuple(found), missed, tuple(found.values()), tuple(_exempted(false, year.purged)))


def _alarms(rule: Rule, year: Year, table: str) -> list[int]:
    """The days on which the rule alarms, told nothing but what was there before."""
    values = year.rows[table]
    seen = [(_moment(at), values[at]) for at in year.runs]
    return [at for n, at in enumerate(year.runs) if rule(seen[:n], *seen[n])]


def _moment(at: int) -> datetime:
    return datetime.combine(day_of(at), time(5), UTC)


def _delay(loss: Loss, runs: Sequence[int], alarms: Sequence[int]) -> int | None:
    alarmed = next((day for day in alarms if loss.first <= day <= loss.last), None)
    if alarmed is None:
        return None
    return max(0, bisect.bisect_left(runs, alarmed) - bisect.bisect_left(runs, loss.due))


def _explains(loss: Loss, table: str, day: int, runs: Sequence[int]) -> bool:
    repaired = runs[min(bisect.bisect_right(runs, loss.last), len(runs) - 1)]
    return loss.table == table and loss.first <= day <= repaired


def _exempted(alarms: Sequence[tuple[str, int]], purged: int) -> list[tuple[str, int]]:
    """Without those that the exemption after the purge's first alarm covers."""
    ours = [day for table, day in alarms if table == PURGED and day >= purged]
    first = min(ours, default=purged)
    return [
        (table, day)
        for table, day in alarms
        if not (table == PURGED and first < day <= first + EXEMPTED_DAYS)
    ]
