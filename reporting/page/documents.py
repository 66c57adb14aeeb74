"""Documents of verifications, read into runs; what cannot be read is told apart.

A document is believed only as far as it agrees with itself: where its checks are worse than its status,
the checks are taken.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reporting.page.runs import Backup, Check, Finding, LeftOut, Run
from reporting.verification import VERSION, Outcome, Severity, Status

UNNAMED = "(no name)"
"""The target of documents that name neither a target nor a database."""

_WORST: tuple[Status, ...] = ("success", "warning", "failure")
_SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
_OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "not run")
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_ROWS_CHECK, _SIZE_CHECK = "test_row_counts_reasonable", "test_database_size_reasonable"
_LEAST_URGENT = "what is usual"
_LONGEST = 600


class Unreadable(Exception):
    """A document from which no run can be read; the text says what is wrong with it."""


def read_runs(documents: Sequence[object]) -> tuple[list[Run], list[LeftOut]]:
    """The runs, the oldest first and each once, and what was left out."""
    runs: dict[tuple[str, str], Run] = {}
    left_out = []
    for document in documents:
        try:
            run = read_run(document)
        except Unreadable as error:
            left_out.append(LeftOut(str(error), target_of(document), _time_of(document)))
        else:
            runs[run.target, run.id] = run
    return sorted(runs.values(), key=lambda run: run.at), left_out


def read_run(document: object) -> Run:
    """The run that a document tells of; raises Unreadable."""
    if not isinstance(document, Mapping):
        raise Unreadable("no JSON object")
    _require_version(document.get("version"))
    at, status, identity = _time_of(document), _status(document.get("status")), document.get("id")
    checks = _checks(document.get("checks"))
    if at is None:
        raise Unreadable("no time with a zone under verified_at")
    if status is None:
        raise Unreadable("no status that is known")
    if not isinstance(identity, str) or not _ID.fullmatch(identity):
        raise Unreadable("no id that a link could name")
    target = _mapping(document.get("target"))
    return Run(
        id=identity,
        at=at,
        target=target_of(document) or UNNAMED,
        kind="database" if target.get("kind") == "database" else "backup",
        status=_WORST[max(_WORST.index(status), _WORST.index(_judged(checks)))],
        partial=document.get("partial") is not False,
        checks=checks,
        backup=_backup(document.get("backup")),
        not_verified=_gaps(document.get("not_verified")),
        **_measured(document, checks),
    )


def _status(value: object) -> Status | None:
    return next((known for known in _WORST if known == value), None)


def _judged(checks: Sequence[Check]) -> Status:
    missed = [check for check in checks if check.fails]
    if not any(check.counts for check in checks) or any(c.severity == "critical" for c in missed):
        return "failure"
    return "warning" if missed else "success"


def _measured(document: Mapping[Any, Any], checks: Sequence[Check]) -> dict[str, Any]:
    details = {
        str(_mapping(check).get("name")): _mapping(_mapping(check).get("details"))
        for check in _list(document.get("checks"))
    }
    rows = _mapping(details.get(_ROWS_CHECK, {}).get("rows"))
    connected = [check for check in checks if check.name == "test_database_connectivity"]
    restored = not any(check.missed for check in connected)
    seconds = number(_mapping(document.get("seconds")).get("restore"))
    return {
        "rows": {text(name): number(count) for name, count in rows.items()},
        "size_mb": number(details.get(_SIZE_CHECK, {}).get("size_mb")),
        "restore_seconds": seconds if restored else None,
        "usual": dict(_usual(details.values())),
    }


def _usual(details: Iterable[Mapping[Any, Any]]) -> Iterator[tuple[str, tuple[float, float]]]:
    for found in details:
        for name, ends in _mapping(found.get("usual")).items():
            low, high = number(_mapping(ends).get("low")), number(_mapping(ends).get("high"))
            if low is not None and high is not None:
                yield text(name), (low, high)


def _checks(value: object) -> tuple[Check, ...]:
    if not isinstance(value, list) or not value:
        raise Unreadable("no checks")
    return tuple(_check(_mapping(item)) for item in value)


def _check(item: Mapping[Any, Any]) -> Check:
    name, severity, outcome = (item.get(key) for key in ("name", "severity", "outcome"))
    if not isinstance(name, str) or severity not in _SEVERITIES or outcome not in _OUTCOMES:
        raise Unreadable("a check without a name, a severity or an outcome")
    diff = _list(_mapping(item.get("details")).get("diff"))
    return Check(
        name=name,
        title=text(item.get("title") or name),
        severity=severity,
        outcome=outcome,
        message=text(item["message"]) if item.get("message") else None,
        findings=tuple(_finding(_mapping(found)) for found in _list(item.get("findings"))),
        exempted=_exemption(item.get("exempted")),
        diff=tuple(text(line, "\t") for line in diff),
    )


def _finding(item: Mapping[Any, Any]) -> Finding:
    exempted, kind = _mapping(item.get("exempted")), item.get("kind")
    return Finding(
        text=text(item.get("text") or "(no words)"),
        kind=kind if isinstance(kind, str) and re.fullmatch(r"[a-z0-9-]{1,64}", kind) else None,
        reason=text(exempted.get("reason") or "no reason given") if exempted else None,
        until=text(exempted.get("until") or "an unknown day") if exempted else None,
    )


def _exemption(value: object) -> Finding | None:
    return _finding({"text": "the whole check", "exempted": value}) if _mapping(value) else None


def _backup(value: object) -> Backup | None:
    facts = _mapping(value)
    if not facts:
        return None
    return Backup(
        id=text(facts.get("id") or "(no id)"),
        taken_at=_time(facts.get("taken_at")),
        taken_from=text(facts.get("taken_at_from") or ""),
        age_hours=number(facts.get("age_hours")),
        size_bytes=number(facts.get("size_bytes")),
    )


def _gaps(value: object) -> tuple[tuple[str, str], ...]:
    """What was not verified and why; what is usual, the least urgent, last."""
    gaps = [
        (text(gap.get("what") or ""), text(gap.get("why") or "")) for gap in map(_mapping, _list(value))
    ]
    return tuple(sorted(gaps, key=lambda gap: gap[0].startswith(_LEAST_URGENT)))


def _require_version(version: object) -> None:
    if not isinstance(version, int) or version < 1:
        raise Unreadable("no version")
    if version > VERSION:
        raise Unreadable(f"version {version}, and this page knows versions up to {VERSION}")


def target_of(document: object) -> str | None:
    """The name of what a document is about, None where it names nothing."""
    target = _mapping(_mapping(document).get("target"))
    named = target.get("name") or target.get("database")
    return text(named) if isinstance(named, str) else None


def _time_of(document: object) -> datetime | None:
    return _time(_mapping(document).get("verified_at"))


def _time(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def number(value: object) -> float | None:
    """A finite number that is not below zero, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) and value >= 0 else None
    except OverflowError:
        return None


def text(value: object, kept: str = "") -> str:
    """One line of what prints, at most `_LONGEST` characters."""
    line = str(value)[: 2 * _LONGEST]
    if not line.isprintable():
        line = "".join(char if char.isprintable() or char in kept else " " for char in line)
    line = line.rstrip() if kept else " ".join(line.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
