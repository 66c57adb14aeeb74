"""What the templates read: one target's page, and its line in the overview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from reporting.page import words
from reporting.page.checks import History, histories
from reporting.page.days import MOST, Day, days_of, last_days, months_of
from reporting.page.runs import LeftOut, Run
from reporting.page.state import CLOCKS, MAX_AGE, State, state_of
from reporting.page.trends import LETTERS, Trend, lettered, packed, trends_of

SOURCES = {"header": ", by its header", "trailer": ", by its last line", "file": ", by the file's own time"}
WHOLE = 60
"""How many runs that did not go well are told in full; older ones by the names of their checks."""


@dataclass(frozen=True)
class Fact:
    """A figure of the first glance; `since` is the epoch second from which an age counts."""

    label: str
    value: str
    note: str
    since: int | None = None


@dataclass(frozen=True)
class View:
    """One target; `runs` are those of the days that are shown, the oldest first."""

    target: str
    now: datetime
    max_age: timedelta
    state: State
    runs: tuple[Run, ...]
    days: tuple[Day, ...]
    facts: tuple[Fact, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def months(self) -> list[tuple[date, list[Day]]]:
        return months_of(self.days)

    @property
    def last_30_days(self) -> list[Day]:
        return last_days(self.days, self.now, 30)

    @cached_property
    def trends(self) -> list[Trend]:
        return trends_of(self.runs)

    @cached_property
    def histories(self) -> list[History]:
        return histories(self.runs)

    @property
    def troubled(self) -> list[Run]:
        """The runs with something to tell, the newest first, without those shown by themselves."""
        alone = {run.id for run in (self.state.newest, self.state.last_failure) if run}
        told = [run for run in self.runs if run.notable or run.partial or run.status != "success"]
        return [run for run in reversed(told) if run.id not in alone]

    @property
    def tally(self) -> str:
        """How many days ended how: 366 days: 350 success, 3 failure, 2 without a run."""
        cells = [day.cell for day in self.days]
        kinds = [(cells.count(cell), cell) for cell in ("success", "warning", "failure", "partial")]
        parts = [f"{count} {cell}" for count, cell in kinds if count]
        gaps = cells.count("none")
        return ", ".join([*parts, f"{gaps} without a run"] if gaps else parts)


def view_of(
    target: str,
    runs: Sequence[Run],
    left_out: Sequence[LeftOut],
    *,
    now: datetime,
    max_age: timedelta = MAX_AGE,
) -> View:
    """The view of one target by all that is known of it."""
    state = state_of(runs, left_out, now, max_age)
    shown = tuple(run for run in runs if now - run.at < timedelta(days=MOST))
    facts = (_backup_age(state, now), _restore_time(runs), _loss(runs, now), _last_success(state, now))
    return View(target, now, max_age, state, shown, tuple(days_of(shown, now)), facts, tuple(left_out))


def _backup_age(state: State, now: datetime) -> Fact:
    label, backup = "Backup age", state.newest.backup if state.newest else None
    if backup is None:
        return Fact(label, "unknown", "The newest run saw no backup.")
    if backup.taken_at is None:
        return Fact(label, "unknown", "The backup's time could not be read.")
    source = SOURCES.get(backup.taken_from, "")
    return _since(label, backup.taken_at, now, f"taken {words.when(backup.taken_at)}{source}")


def _restore_time(runs: Sequence[Run]) -> Fact:
    label = "A restore takes"
    restored = [run for run in runs if run.kind == "backup" and run.restore_seconds is not None]
    if not restored or restored[-1].restore_seconds is None:
        return Fact(label, "unknown", "No restore came to its end.")
    at = words.when(restored[-1].at)
    return Fact(label, words.duration(restored[-1].restore_seconds), f"measured {at}, without fetching")


def _loss(runs: Sequence[Run], now: datetime) -> Fact:
    label = "Would be lost"
    taken = max((at for run in runs if (at := _taken_good(run)) is not None), default=None)
    if taken is None:
        return Fact(label, "unknown", "No backup was verified good.")
    return _since(label, taken, now, f"all that was written since {words.when(taken)}")


def _taken_good(run: Run) -> datetime | None:
    """When the backup that a good run verified was taken; a time that lies ahead of the run is none."""
    at = run.backup.taken_at if run.good and run.backup else None
    return at if at is not None and at - run.at < CLOCKS else None


def _last_success(state: State, now: datetime) -> Fact:
    run = state.last_success
    if run is None:
        return Fact("Last success", "none", "No run is known in which every check passed.")
    value = f"{words.age((now - run.at).total_seconds())} ago"
    return Fact("Last success", value, words.when(run.at), int(run.at.timestamp()))


def _since(label: str, at: datetime, now: datetime, note: str) -> Fact:
    return Fact(label, words.lost((now - at).total_seconds()), note, int(at.timestamp()))


def data_of(view: View) -> dict[str, object]:
    """What the page's script draws from: times in epoch minutes; `hidden` are the
    places of those runs that are not the worst of their day."""
    shown = {day.runs[0].id for day in view.days if day.runs}
    return {
        "minutes": lettered([run.at.timestamp() // 60 for run in view.runs], 1),
        "cells": "".join("p" if run.partial else run.status[0] for run in view.runs),
        "ids": [run.id for run in view.runs],
        "hidden": [at for at, run in enumerate(view.runs) if run.id not in shown],
        "letters": LETTERS,
        "trends": [packed(trend) for trend in view.trends],
    }
