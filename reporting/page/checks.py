"""Each check's history: how it ended in every run, as one row that can be drawn and told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from reporting.page.runs import Check, Run

Mark = Literal["passed", "failed", "not run", "exempted", "absent"]
MARKS: tuple[Mark, ...] = ("passed", "failed", "not run", "exempted")


@dataclass(frozen=True)
class History:
    """One check over all runs; `newest` is how the newest run found it, None where it was not there."""

    check: Check
    newest: Check | None
    marks: tuple[Mark, ...]
    last_missed: Run | None

    def count(self, mark: Mark) -> int:
        return self.marks.count(mark)

    @property
    def words(self) -> str:
        """The history for who cannot see it: failed 3 of 366, not run 1."""
        looked = len(self.marks) - self.count("absent")
        missed = [f"{mark} {self.count(mark)}" for mark in MARKS[1:] if self.count(mark)]
        return f"{', '.join(missed)} of {looked}" if missed else f"passed {looked} of {looked}"

    def path(self, *marks: Mark) -> str:
        """The stretches of runs with these marks as an SVG path: a unit high, and a unit wide for each."""
        return "".join(
            f"M{start} 0h{length}v1h-{length}z" for start, length in _stretches(self.marks, marks)
        )


def histories(runs: Sequence[Run]) -> list[History]:
    """The checks in the newest run's order, and behind them those that it did not have."""
    newest = {check.name: check for check in runs[-1].checks} if runs else {}
    every = [{check.name: check for check in run.checks} for run in runs]
    known = newest | {
        name: check for checks in every for name, check in checks.items() if name not in newest
    }
    return [_history(name, check, newest.get(name), runs, every) for name, check in known.items()]


def _history(
    name: str, check: Check, newest: Check | None, runs: Sequence[Run], every: Sequence[dict[str, Check]]
) -> History:
    marks: tuple[Mark, ...] = tuple(mark_of(checks.get(name)) for checks in every)
    missed = [run for run, mark in zip(runs, marks, strict=True) if mark in ("failed", "not run")]
    return History(check, newest, marks, missed[-1] if missed else None)


def mark_of(check: Check | None) -> Mark:
    if check is None:
        return "absent"
    return "exempted" if check.exempted is not None and check.missed else check.outcome


def _stretches(marks: Sequence[Mark], wanted: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    at = 0
    for is_wanted, group in groupby(marks, lambda mark: mark in wanted):
        length = len(list(group))
        if is_wanted:
            yield at, length
        at += length
