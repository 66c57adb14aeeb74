"""The measures of a run, each judged by its own history, and told in a line each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from judging.findings import Finding
from judging.usual import LEAST, Change, Judgement
from judging.usual_levels import Series
from judging.wording import Gap, tell
from reporting.history.measures import series_of
from reporting.needs import Absent

_NAMED = 2
"""How many measures that are too young are told by name."""

Judge = Callable[[Series, datetime, float], Judgement | None]


@dataclass(frozen=True)
class Wording:
    """How a measure is told: how a number of it is written, and the kind of finding for each change."""

    number: Callable[[float], str]
    kinds: Mapping[Change, str]


@dataclass(frozen=True)
class Judged:
    """What was found; `usual` is each measure's band by its name, `gaps` what could not be judged."""

    findings: Sequence[Finding]
    usual: Mapping[str, Mapping[str, float]]
    gaps: Sequence[Gap]


def look(
    found: Mapping[str, float],
    history: Sequence[Mapping[str, Any]],
    judge: Judge,
    wording: Wording,
    unverified: Callable[[str, str], None],
) -> Judged:
    """Judges what this run measured by the earlier documents; tells what could not be judged.

    Raises Absent where that is all of it.
    """
    judged = judge_measures(found, series_of(history), datetime.now(UTC), judge, wording)
    tell(unverified, judged.gaps)
    if not judged.usual:
        raise Absent("nothing that could be judged by its history")
    return judged


def judge_measures(
    found: Mapping[str, float], earlier: Mapping[str, Series], now: datetime, judge: Judge, wording: Wording
) -> Judged:
    """Judges each measure of this run by the series of the same name."""
    judged = {name: judge(earlier.get(name, ()), now, value) for name, value in sorted(found.items())}
    known = {name: judgement for name, judgement in judged.items() if judgement is not None}
    young = [name for name in judged if name not in known]
    findings = [
        Finding(wording.kinds[judgement.change], told(name, found[name], judgement, wording.number))
        for name, judgement in known.items()
        if judgement.change is not None
    ]
    why = f"fewer than {LEAST} earlier days have a successful verification of it in the log"
    few = ", ".join(young) if len(young) <= _NAMED else f"{len(young)} measures, such as {young[0]}"
    gaps = [(f"what is usual: {few}", why)] if young else []
    gaps += [] if found else [("what is usual", "this run has not measured it")]
    return Judged(findings, {name: judgement.band for name, judgement in known.items()}, gaps)


def told(name: str, value: float, judgement: Judgement, number: Callable[[float], str]) -> str:
    """The number, what is usual, and since when."""
    what = name.removeprefix("rows ").removeprefix("seconds ")
    since, usual = f"since {judgement.since}", number(judgement.median)
    if judgement.change == "eroded" and judgement.peak:
        lost = 100 * (1 - value / judgement.peak)
        return (
            f"{what}: {number(value)}, {lost:.0f} % fewer than {number(judgement.peak)}, lost "
            f"little by little {since}"
        )
    if judgement.low <= value <= judgement.high:
        return f"{what}: {number(value)}, for the second run below the usual {usual} (median {since})"
    band = f"{number(judgement.low)} to {number(judgement.high)}"
    return f"{what}: {number(value)}, usual {band} (median {usual}, {since})"
