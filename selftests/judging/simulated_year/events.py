"""What befalls the tables in the year: ten losses, an import and a deliberate purge.

The losses were chosen, with their sizes, before any rule was tuned; the seed only draws their days. Each is
a backup that lacks rows the product still has: sudden ones for six days, the erosion for five weeks, and
then repaired. The import and the purge stay.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selftests.judging.simulated_year.product import DAYS, Series, day_of, is_month_end, product

SUDDEN_DAYS = 6
EROSION_DAYS = 35
EROSION_A_DAY = 0.01
EROSION_TOLERANCE = 0.10
"""An erosion is due on the first run that finds a tenth fewer rows than there were before it began."""

SKIPPED = 0.02
"""The share of days without a verification that succeeded."""

PURGED, PURGE = "audit_log", 0.4
IMPORTED, IMPORT = "contacts", 0.6


@dataclass(frozen=True)
class Loss:
    """Rows of `table` that the backups of the days from `first` to `last` lack; from `due` on it counts."""

    what: str
    table: str
    first: int
    last: int
    due: int


@dataclass(frozen=True)
class Year:
    """`rows` is what each run found, by table and day; `runs` are the days that had one."""

    rows: Mapping[str, list[float]]
    runs: list[int]
    losses: list[Loss]
    purged: int
    imported: int


Lacking = Callable[[float, int], float]
"""From the rows that are there, and the days since the loss began, to the rows that the backup holds."""


def year(seed: int) -> Year:
    rng = random.Random(seed)
    rows = product(rng)
    imported, purged = rng.randrange(100, 110), rng.randrange(200, 215)
    more, fewer = round(rows[IMPORTED][imported] * IMPORT), round(rows[PURGED][purged] * PURGE)
    rows[IMPORTED] = [value + (more if at >= imported else 0) for at, value in enumerate(rows[IMPORTED])]
    rows[PURGED] = [value - (fewer if at >= purged else 0) for at, value in enumerate(rows[PURGED])]
    losses = [_plant(rows, *planted, lacking) for planted, lacking in _planted(rng, imported)]
    needed = {loss.first for loss in losses} | {loss.due for loss in losses} | {imported, purged}
    runs = [at for at in range(DAYS) if at in needed or rng.random() >= SKIPPED]
    return Year(rows, runs, losses, purged, imported)


def _planted(rng: random.Random, imported: int) -> list[tuple[tuple[str, str, int], Lacking]]:
    """The ten: in words, of which table, from which day, and how much of it."""
    months = [at for at in range(150, 185) if is_month_end(day_of(at))]
    return [
        (("30 % of a table, in the first month", "appointments", rng.randrange(12, 26)), _share(0.3)),
        (("5 % of a very stable table", "postal_codes", rng.randrange(40, 61)), _share(0.05)),
        (("1 % a day, for five weeks", "profiles", rng.randrange(70, 81)), _eroded),
        (
            ("15 % just after the import", "contacts", imported + rng.randrange(1, 4)),
            _share(0.15),
        ),
        (("a table emptied", "knowledge_base_chunks", rng.randrange(140, 151)), _share(1)),
        (("20 % at the month's end", "invoices", rng.choice(months)), _share(0.2)),
        (("4 rows of a lookup of about 14", "plans", rng.randrange(220, 241)), lambda rows, _: rows - 4),
        (("25 % on a Saturday", "contacts", _weekday(rng, 250, 5)), _share(0.25)),
        (
            ("half of a table that follows the week", "sessions", _weekday(rng, 280, rng.randrange(5))),
            _share(0.5),
        ),
        (("25 % of a table that keeps 30 days", "call_logs", rng.randrange(310, 321)), _share(0.25)),
    ]


def _weekday(rng: random.Random, after: int, weekday: int) -> int:
    return rng.choice([at for at in range(after, after + 21) if day_of(at).weekday() == weekday])


def _share(share: float) -> Lacking:
    return lambda rows, _: rows - round(rows * share)


def _eroded(rows: float, days: int) -> float:
    return round(rows * (1 - EROSION_A_DAY) ** (days + 1))


def _plant(rows: Series, what: str, table: str, first: int, lacking: Lacking) -> Loss:
    """Takes the rows away; the day on which an erosion is due follows from what is left."""
    lasting = EROSION_DAYS if lacking is _eroded else SUDDEN_DAYS
    before, last = rows[table][first - 1], first + lasting - 1
    for at in range(first, last + 1):
        rows[table][at] = lacking(rows[table][at], at - first)
    found = (at for at in range(first, last) if rows[table][at] < before * (1 - EROSION_TOLERANCE))
    return Loss(what, table, first, last, next(found) if lacking is _eroded else first)
