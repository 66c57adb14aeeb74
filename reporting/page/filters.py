"""What the templates call: marks, words and attributes for what the views hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from reporting.page import words
from reporting.page.checks import mark_of
from reporting.page.days import LETTERS, Cell, Day, cell_of
from reporting.page.runs import Check
from reporting.page.state import SYMBOLS, WORDS, State
from reporting.page.trends import Trend

NOT_RUN = "check-not-run"
"""The kind of finding that says no more than the outcome does."""

_CLASSES: dict[Cell, str] = {"success": "s", "warning": "w", "failure": "f", "partial": "p", "none": "e"}
_BARS: dict[Cell, tuple[int, int]] = {
    "success": (16, 10),
    "partial": (12, 14),
    "warning": (8, 18),
    "failure": (0, 26),
    "none": (20, 5),
}
_CHECKS = {
    "passed": ("s", "✓"),
    "failed": ("f", "✗"),
    "not run": ("n", "–"),
    "exempted": ("x", "○"),
    "absent": ("x", "–"),
}


def untold(check: Check) -> bool:
    """Whether a check only says that it was not run, as others beside it."""
    kinds = {finding.kind for finding in check.findings}
    return check.outcome == "not run" and kinds <= {NOT_RUN} and check.exempted is None


def _breakable(name: str) -> Markup:
    """The name with places where a line may end: behind a dot or an underscore, and in no number."""
    return Markup("<wbr>").join(re.split(r"(?<=[._])(?=[^\W\d])", name))


def _latest(trend: Trend) -> str:
    value = None if trend.latest is None else trend.values[trend.latest]
    return "none" if value is None else words.measured(value, trend.unit)


def _live(state: State) -> Markup:
    """The attributes from which the script asks for the state again."""
    verified = int(state.newest.at.timestamp()) if state.newest else ""
    return Markup('data-answer="{}" data-fresh="{}" data-fresh-reason="{}" data-verified="{}"').format(
        state.answer, state.fresh, state.fresh_reason, verified
    )


def _day_item(day: Day) -> Markup:
    """A day of the strip; without a script only what has more to tell is a link."""
    if not day.runs:
        return Markup('<li class="e">')
    run, count = day.runs[0], Markup("<small>{}</small>").format(len(day.runs)) if len(day.runs) > 1 else ""
    if not run.notable and day.cell == "success":
        return Markup("<li>{}{}").format(LETTERS[day.cell], count)
    link = Markup('<li><a href="#run-{}" class="{}">{}{}</a>')
    return link.format(run.id, _CLASSES[day.cell], LETTERS[day.cell], count)


def _tally(days: Sequence[Day]) -> str:
    cells = [day.cell for day in days]
    kinds: tuple[Cell, ...] = ("success", "warning", "failure", "partial", "none")
    return ", ".join(f"{cells.count(kind)} {kind}" for kind in kinds if kind in cells)


def _bars(days: Sequence[Day]) -> list[tuple[str, str]]:
    """The days as bars, one SVG path for each way in which a day ended."""
    paths: dict[str, str] = {}
    for at, day in enumerate(days):
        top, height = _BARS[day.cell]
        bar = f"M{at * 10 + 1} {top}h8v{height}h-8z"
        paths[_CLASSES[day.cell]] = paths.get(_CLASSES[day.cell], "") + bar
    return list(paths.items())


FILTERS: Mapping[str, Callable[..., Any]] = {
    "when": words.when,
    "day": lambda at: f"{at.day} {at:%b %Y}",
    "counted": words.counted,
    "listed": words.listed,
    "told": words.told,
    "usual": words.usual,
    "breakable": _breakable,
    "latest": _latest,
    "symbol": SYMBOLS.__getitem__,
    "word": WORDS.__getitem__,
    "live": _live,
    "cell": LETTERS.__getitem__,
    "cellclass": _CLASSES.__getitem__,
    "letter": lambda run: _CLASSES[cell_of(run)],
    "mark": lambda run: LETTERS[cell_of(run)],
    "checkclass": lambda check: _CHECKS[mark_of(check)][0],
    "checkmark": lambda check: _CHECKS[mark_of(check)][1],
    "checkword": lambda check: mark_of(check).replace("absent", "not in the newest run"),
    "dayitem": _day_item,
    "tally": _tally,
    "bars": _bars,
}
