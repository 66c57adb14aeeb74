"""What the latest verification of each target is worth to somebody who waits for it: pure.

A failure is one however old it is; a success counts only while it is fresh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Literal

from reporting.target_name import unnamed_target
from reporting.verdict import BAD, COULD_NOT_VERIFY, OK

TOLERATED_SECONDS = 300
"""How far a verification may lie ahead of the log's clock: clocks differ."""

State = Literal["success", "warning", "failed", "stale", "future", "missing", "unreadable"]

_GRAVITY: tuple[State, ...] = ("failed", "future", "missing", "stale", "warning", "success")
_COPIED = ("status", "id", "backup_id", "checks_passed", "checks_failed", "exempted")
_CODES = (BAD, COULD_NOT_VERIFY, OK)


@dataclass(frozen=True)
class Latest:
    """The latest verification of one target; all but name and state are None where there is none."""

    name: str
    state: State
    status: str | None = None
    id: str | None = None
    verified_at: str | None = None
    age_seconds: float | None = None
    backup_id: str | None = None
    checks_passed: int | None = None
    checks_failed: int | None = None
    exempted: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What all targets come to; the worst of them, which stands first, decides."""

    exit_code: int
    state: State
    line: str
    targets: Sequence[Latest]


def latest_of(rows: Sequence[Mapping[str, Any]], targets: Sequence[str], max_age: float) -> list[Latest]:
    """The latest of each target, or of those that are named; `max_age` in seconds.

    A row from before targets had names goes by its location, as the pages have it.
    """
    latest: dict[str, Mapping[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["verified_at"]):
        latest[row["name"] or unnamed_target(row["location"])] = row
    found = [_latest(name, row, max_age) for name, row in latest.items()]
    if not targets:
        return found
    by_name = {latest.name: latest for latest in found}
    return [by_name.get(name) or Latest(name, "missing") for name in dict.fromkeys(targets)]


def verdict_on(found: Sequence[Latest], max_age: float, *, fail_on_warning: bool = False) -> Verdict:
    """One verdict on all that was found; the line names each."""
    if not found:
        return Verdict(COULD_NOT_VERIFY, "missing", "no go: the log holds no verification", ())

    def gravity(latest: Latest) -> tuple[int, int]:
        code = _code(latest.state, fail_on_warning=fail_on_warning)
        return _CODES.index(code), _GRAVITY.index(latest.state)

    worst_first = sorted(found, key=gravity)
    code = _code(worst_first[0].state, fail_on_warning=fail_on_warning)
    words = "; ".join(_words(latest, max_age) for latest in worst_first)
    return Verdict(code, worst_first[0].state, f"{'no go' if code else 'go'}: {words}", worst_first)


def _code(state: State, *, fail_on_warning: bool) -> int:
    if state == "failed" or (state == "warning" and fail_on_warning):
        return BAD
    return OK if state in ("success", "warning") else COULD_NOT_VERIFY


def _latest(name: str, row: Mapping[str, Any], max_age: float) -> Latest:
    age: float = row["age_seconds"]
    return Latest(
        name=name,
        state=_state(row["status"], age, max_age),
        verified_at=row["verified_at"].astimezone(UTC).isoformat(),
        age_seconds=round(age, 1),
        **{key: row[key] for key in _COPIED},
    )


def _state(status: str, age: float, max_age: float) -> State:
    if status not in ("success", "warning"):
        return "failed"
    if age < -TOLERATED_SECONDS:
        return "future"
    if age > max_age:
        return "stale"
    return "success" if status == "success" else "warning"


def _words(latest: Latest, max_age: float) -> str:
    if latest.age_seconds is None:
        return f"{latest.name}: no verification in the log"
    when = f"{(latest.verified_at or '')[:16].replace('T', ' ')} UTC"
    if latest.state == "future":
        ahead = _length(-latest.age_seconds)
        told = f"{latest.name}: {latest.status}, stamped {when}, {ahead} in the future"
        return f"{told}: a clock is wrong (row {latest.id})"
    counts = f"{latest.checks_passed} passed, {latest.checks_failed} failed"
    counts += f", {latest.exempted} exempted" if latest.exempted else ""
    words = f"{latest.name}: {latest.status} ({counts}), {_length(latest.age_seconds)} old ({when})"
    return f"{words}, stale: {_length(max_age)} is the most" if latest.state == "stale" else words


def _length(seconds: float) -> str:
    """A length of time in one unit."""
    seconds = max(seconds, 0)
    for unit, size, least in (("d", 86400, 172800), ("h", 3600, 3600), ("min", 60, 60)):
        if seconds >= least:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"
