"""A product's tables through a year: what each holds at 05:00 of each day, before anything is lost.

Growth, weekends, month ends, tenants that leave with their rows, tables that keep 30 days, 7 days or one,
a queue that is often empty, lookups that hardly change. All of it follows from the seed.
"""

from __future__ import annotations

import calendar
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FIRST = date(2026, 1, 1)
DAYS = 365
BEFORE = 31
"""Days of the product's life before the year that its retention tables still hold."""

Series = dict[str, list[float]]


@dataclass(frozen=True)
class Day:
    """What happens on one day: `busy` is 1.0 on an ordinary working day; `leaving` is a share of rows."""

    date: date
    busy: float
    leaving: float


def day_of(at: int) -> date:
    return FIRST + timedelta(days=at)


def is_month_end(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def product(rng: random.Random) -> Series:
    """The rows of each table, a value for each day."""
    days = [_day(rng, at) for at in range(-BEFORE, DAYS)]
    return {**_growing(rng, days[BEFORE:]), **_kept(rng, days), **_still(rng, days[BEFORE:])}


def _day(rng: random.Random, at: int) -> Day:
    day = day_of(at)
    busy = (0.3 if day.weekday() >= 5 else 1.0) * math.exp(0.002 * at)
    if is_month_end(day) or is_month_end(day + timedelta(days=1)):
        busy *= 1.5
    leaves = rng.random() < 0.04
    return Day(day, busy * _noise(rng, 0.1), min(0.02, 0.004 * _noise(rng, 1.0)) if leaves else 0.0)


def _growing(rng: random.Random, days: Sequence[Day]) -> Series:
    """Tables that gather rows, and lose those of tenants that leave."""
    rates = {
        "profiles": (6_000, 18, 0.0),
        "contacts": (60_000, 150, 1.0),
        "appointments": (40_000, 200, 1.0),
    }
    rates |= {"audit_log": (500_000, 2_500, 0.0)}
    found = {
        name: list(_gathered(rng, days, start, gain, leaving))
        for name, (start, gain, leaving) in rates.items()
    }
    found["organizations"] = list(_organizations(rng, days))
    found["invoices"] = list(_invoices(rng, days, found["organizations"]))
    found["knowledge_base_chunks"] = list(_chunks(rng, days))
    return found


def _gathered(
    rng: random.Random, days: Sequence[Day], start: float, gain: float, leaving: float
) -> Iterator[float]:
    rows = start
    for day in days:
        rows += round(gain * day.busy * _noise(rng, 0.3))
        rows -= round(rows * day.leaving * leaving) + _few(rng, gain / 10)
        yield rows


def _organizations(rng: random.Random, days: Sequence[Day]) -> Iterator[float]:
    rows = 400
    for day in days:
        rows += _few(rng, 0.8 * day.busy) - (1 if day.leaving else 0)
        yield rows


def _invoices(rng: random.Random, days: Sequence[Day], organizations: Sequence[float]) -> Iterator[float]:
    """One for each organization at the end of the month, and a few besides."""
    rows = 5_000.0
    for day, customers in zip(days, organizations, strict=True):
        rows += _few(rng, 3 * day.busy) + (customers if is_month_end(day.date) else 0)
        yield rows


def _chunks(rng: random.Random, days: Sequence[Day]) -> Iterator[float]:
    """Documents come in batches; now and then one is cut into fewer pieces than before."""
    rows = 20_000.0
    for day in days:
        if rng.random() < 0.3:
            rows += round(rows * min(0.06, 0.006 * _noise(rng, 0.8)))
        if rng.random() < 0.05:
            rows -= round(rows * rng.uniform(0.002, 0.015))
        rows -= round(rows * day.leaving)
        yield rows


def _kept(rng: random.Random, days: Sequence[Day]) -> Series:
    """Tables that hold what the last days brought."""
    return {
        "call_logs": _held(days, [day.busy * 1_000 * _noise(rng, 0.15) for day in days], 30),
        "webhook_logs": _held(days, [day.busy * 3_000 * _noise(rng, 0.5) for day in days], 7),
        "sessions": _held(days, [day.busy * 800 * _noise(rng, 0.08) for day in days], 1),
        "job_queue": [float(int(rng.expovariate(1 / 12))) for _ in days[BEFORE:]],
    }


def _held(days: Sequence[Day], brought: Sequence[float], kept: int) -> list[float]:
    return [float(round(sum(brought[at - kept + 1 : at + 1]))) for at in range(BEFORE, len(days))]


def _still(rng: random.Random, days: Sequence[Day]) -> Series:
    """Lookup tables: one updated each Monday, two that are edited by hand a few times in the year."""
    postal, codes = 41_000.0, []
    for day in days:
        postal += round(postal * rng.uniform(-0.0005, 0.0006)) if day.date.weekday() == 0 else 0
        codes.append(postal)
    plans = {rng.randrange(DAYS): change for change in (1, 1, 1, -1)}
    countries = {rng.randrange(DAYS): 1 for _ in range(2)}
    return {"postal_codes": codes, "plans": _edited(14, plans), "countries": _edited(249, countries)}


def _edited(start: float, changes: Mapping[int, int]) -> list[float]:
    return [start + sum(change for at, change in changes.items() if at <= day) for day in range(DAYS)]


def _noise(rng: random.Random, sigma: float) -> float:
    return rng.lognormvariate(0, sigma)


def _few(rng: random.Random, mean: float) -> int:
    """A number of events that come one by one (Poisson's; by a normal one where there are many)."""
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    count, left = 0, rng.expovariate(1)
    while left < mean:
        count, left = count + 1, left + rng.expovariate(1)
    return count
