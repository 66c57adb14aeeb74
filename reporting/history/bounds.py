"""From months of verifications to the expectations that they support, as TOML that says why."""

import json
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from judging.usual import LEAST
from judging.usual_levels import by_day
from reporting.history.measures import DATABASE_SIZE, RESTORE_TIME, ROWS, Series, series_of

RECENT = 28
_DAYS_AHEAD = 90
_MARGIN = 0.1

Document = Mapping[str, Any]


class TooLittle(ValueError):
    """The history supports no bounds; the text says what there is."""


def proposed(documents: Sequence[Document], now: datetime) -> str:
    """An expectations.toml from earlier successes, the oldest first; raises TooLittle.

    Each bound has a comment: the runs it comes from, their median and spread, and the margin.
    """
    measured = {name: _values(series, now) for name, series in series_of(documents).items()}
    tables = {name.removeprefix(ROWS): each for name, each in measured.items() if name.startswith(ROWS)}
    enough = [name for name, values in tables.items() if len(values) >= LEAST]
    if not enough:
        days = max([len(values) for values in tables.values()], default=0)
        raise TooLittle(f"{days} days with row counts of a success, expected at least {LEAST}")
    lines = [
        *_database(measured.get(DATABASE_SIZE, [])),
        *(line for name in sorted(tables) for line in _table(name, tables[name])),
        *_backup(documents, measured.get(RESTORE_TIME, []), now),
    ]
    return "\n".join(lines) + "\n"


def _values(series: Series, now: datetime) -> list[float]:
    """Those of the last days, today among them."""
    today = [value for moment, value in series if moment.date() >= now.date()]
    return [*(value for _, value in by_day(series, now)), *today[-1:]][-RECENT:]


def _database(sizes: Sequence[float]) -> Iterator[str]:
    if len(sizes) < LEAST:
        yield f"# [database]: {_too_few(sizes)}"
        return
    yield "[database]"
    yield f"# {_told(sizes, 'MB')}; a fifth below the lowest, and twice the highest."
    yield f"min_size_mb = {math.floor(min(sizes) * 0.8)}"
    yield f"max_size_mb = {math.ceil(max(sizes) * 2)}"


def _table(name: str, rows: Sequence[float]) -> Iterator[str]:
    """The floor is a tenth below the lowest; the ceiling leaves room for a season's growth, twice."""
    yield ""
    if len(rows) < LEAST:
        yield f"# {_too_few(rows)}"
        yield f"[tables.{_quoted(name)}]"
        return
    growth = max(0.0, (rows[-1] - rows[0]) / (len(rows) - 1)) * _DAYS_AHEAD
    yield (
        f"# {_told(rows, 'rows')}; a tenth below the lowest, and twice what {_DAYS_AHEAD} days of "
        f"{growth / _DAYS_AHEAD:.4g} rows a day lead to."
    )
    yield f"[tables.{_quoted(name)}]"
    yield f"min_rows = {math.floor(min(rows) * (1 - _MARGIN))}"
    yield f"max_rows = {max(10, math.ceil(2 * (max(rows) + growth)))}"


def _backup(documents: Sequence[Document], restores: Sequence[float], now: datetime) -> Iterator[str]:
    yield ""
    lines = [*_age(documents, now), *_restore(restores)]
    yield from (["[backup]", *lines] if any(not line.startswith("#") for line in lines) else lines)


def _age(documents: Sequence[Document], now: datetime) -> Iterator[str]:
    backups = [(each["verified_at"], each["backup"]) for each in documents if each.get("backup")]
    series = [(datetime.fromisoformat(at), float(backup["age_hours"])) for at, backup in backups]
    ages = _values(series, now)
    taken = sorted({datetime.fromisoformat(backup["taken_at"]) for _, backup in backups})
    if len(ages) < LEAST or len(taken) < LEAST:
        yield f"# max_age_hours: {_too_few(ages[: len(taken)])}"
        return
    apart = statistics.median([(later - one).total_seconds() / 3600 for one, later in pairwise(taken)])
    yield (
        f"# {_told(ages, 'hours')}; half of the {apart:.4g} hours between two backups above the oldest, so "
        "that one that is missing is noticed."
    )
    yield f"max_age_hours = {max(1, math.ceil(max(ages) + apart / 2))}"


def _restore(seconds: Sequence[float]) -> Iterator[str]:
    if len(seconds) < LEAST:
        yield f"# max_restore_minutes: {_too_few(seconds)}"
        return
    yield f"# {_told(seconds, 'seconds')}; three times the slowest, in whole minutes."
    yield f"max_restore_minutes = {max(1, math.ceil(max(seconds) * 3 / 60))}"


def _told(values: Sequence[float], unit: str) -> str:
    median = statistics.median(values)
    spread = statistics.median([abs(value - median) for value in values])
    return (
        f"{len(values)} days: {min(values):.10g} to {max(values):.10g} {unit}, median {median:.10g}, "
        f"median deviation {spread:.4g}"
    )


def _too_few(values: Sequence[float]) -> str:
    return f"no bounds yet: {len(values)} days of history, expected at least {LEAST}"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
