"""The state now: whether one can restore, as far as the newest run of a target tells.

It is never "yes" on the word of a run that is old, failed, partial, of the future, or followed by one that
could not be read. A page grows old where it lies, so its script asks the same again by the reader's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from reporting.page.runs import LeftOut, Run

MAX_AGE = timedelta(hours=26)
CLOCKS = timedelta(minutes=15)
"""How far two clocks may differ: a run that lies further ahead is of no known age."""

Answer = Literal["yes", "warnings", "no", "stale", "partial", "unknown"]
ORDER: tuple[Answer, ...] = ("no", "unknown", "stale", "partial", "warnings", "yes")
"""The worst first."""

SYMBOLS: dict[Answer, str] = {
    "yes": "✓",
    "warnings": "!",
    "no": "✗",
    "stale": "◷",
    "partial": "½",
    "unknown": "?",
}
WORDS: dict[Answer, str] = {
    "yes": "Yes",
    "warnings": "Yes, with warnings",
    "no": "No",
    "stale": "Not known any more",
    "partial": "Not known",
    "unknown": "Not known",
}
STALE = "Nothing has been verified for too long: look at whether the schedule still runs."
AHEAD = "The newest run lies ahead of this clock: one of two clocks is wrong."


@dataclass(frozen=True)
class State:
    """The answer, why, and what it would be if the newest run were fresh (`fresh`, `fresh_reason`)."""

    answer: Answer
    reason: str
    fresh: Answer
    fresh_reason: str
    newest: Run | None
    last_success: Run | None
    last_good: Run | None
    last_failure: Run | None


def state_of(
    runs: Sequence[Run], left_out: Sequence[LeftOut], now: datetime, max_age: timedelta = MAX_AGE
) -> State:
    """The state of one target by its runs, the oldest first, and by what was left out of them."""
    newest = runs[-1] if runs else None
    fresh, reason = _fresh(newest, left_out)
    answer, why = _aged(fresh, newest, now, max_age)
    return State(
        answer,
        why or reason,
        fresh,
        reason,
        newest,
        last_success=_last([run for run in runs if run.status == "success" and not run.partial]),
        last_good=_last([run for run in runs if run.good]),
        last_failure=_last([run for run in runs if run.status == "failure" and not run.partial]),
    )


def _fresh(newest: Run | None, left_out: Sequence[LeftOut]) -> tuple[Answer, str]:
    if newest is None:
        return "unknown", "No verification has been recorded."
    if newest.status == "failure":
        return "no", _failed(newest)
    if any(item.at is None or item.at > newest.at for item in left_out):
        return "unknown", "There is a newer run that this page cannot read."
    if newest.partial:
        return "partial", "The newest run looked at a part of the checks only."
    but = f", but {newest.exempted} exempted" if newest.exempted else ""
    if newest.status == "warning":
        return "warnings", f"Every critical check passed{but}; odd: {_titles(newest)}."
    verified = "was restored and " if newest.kind == "backup" else ""
    return "yes", f"The newest {newest.kind} {verified}passed every check{but}."


def _aged(
    fresh: Answer, newest: Run | None, now: datetime, max_age: timedelta
) -> tuple[Answer, str | None]:
    if newest is None or fresh in ("no", "unknown"):
        return fresh, None
    if newest.at - now > CLOCKS:
        return "unknown", AHEAD
    if now - newest.at > max_age:
        return "stale", STALE
    return fresh, None


def _failed(run: Run) -> str:
    return f"The newest verification failed: {_titles(run)}."


def _titles(run: Run) -> str:
    """The checks that failed by themselves, or those not run where there is no other."""
    failed = [check for check in run.failures if check.outcome == "failed"]
    titles = [check.title for check in failed or run.failures] or ["no check was run"]
    return ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")


def _last(runs: Sequence[Run]) -> Run | None:
    return runs[-1] if runs else None
