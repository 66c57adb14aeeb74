"""An incident: the runs of one target, one after another, that did not succeed; what is said, and when.

The first run opens it. After that something is said when what fails has changed, when it got worse, each
n-th run that is like the one before, and once when a run succeeds again. Pure.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from reporting.exempting import counting
from reporting.verification import CheckResult, Verification

OUT_OF_SIGHT = timedelta(days=6)
"""After so long without a run nobody has the incident in mind any more."""

_MOST_NAMES = 5
_VARYING = re.compile(r"[0-9a-f]{16,}|\d{6,}|(?<!\w)\d[\d.,:]*")
"""What of a finding is another one every day, though the finding is not: numbers, dates, digests."""

Occasion = Literal["opened", "worse", "changed", "reminder", "recovered"]


@dataclass(frozen=True)
class Incident:
    """One that is open. `thread` is where it is spoken of; `failing` maps checks to digests of findings."""

    thread: str
    status: str
    failing: Mapping[str, str]
    opened_at: datetime
    seen_at: datetime
    runs: int = 1
    quiet_runs: int = 0


@dataclass(frozen=True)
class Word:
    """What there is to say; `loud` is for the whole channel, not for the thread alone."""

    occasion: Occasion
    heading: str | None = None
    loud: bool = False


def next_word(incident: Incident | None, verification: Verification, remind_every: int) -> Word | None:
    """What there is to say of a run; None where silence is right."""
    if verification.status == "success":
        return None if incident is None else Word("recovered", loud=True)
    if incident is None:
        return Word("opened")
    failing = failing_of(verification)
    if (incident.status, verification.status) == ("warning", "failure"):
        change = _change(incident.failing, failing)
        return Word(
            "worse", f"Worse than before, from WARNING to FAILURE{_counted(incident)}: {change}", True
        )
    if failing != incident.failing or verification.status != incident.status:
        change = _change(incident.failing, failing)
        news = bool(failing.keys() - incident.failing.keys())
        return Word("changed", f"Changed since the last message{_counted(incident)}: {change}", news)
    unseen = verification.verified_at - incident.seen_at > OUT_OF_SIGHT
    if unseen or incident.quiet_runs + 1 >= remind_every:
        return Word("reminder", f"Not mended yet{_counted(incident)}", loud=True)
    return None


def after(
    incident: Incident | None, verification: Verification, word: Word | None, thread: str | None
) -> Incident | None:
    """The incident as it stands after a run; `thread` is where `word` was said, None when nowhere known."""
    if verification.status == "success":
        return None
    if incident is None:
        return None if thread is None else _opened(verification, thread)
    return replace(
        incident,
        thread=thread or incident.thread,
        status=verification.status,
        failing=failing_of(verification),
        seen_at=verification.verified_at,
        runs=incident.runs + 1,
        quiet_runs=0 if word else incident.quiet_runs + 1,
    )


def failing_of(verification: Verification) -> dict[str, str]:
    """Each check that failed, with a digest of what it found; the same while only numbers differ."""
    return {check.name: _digest(check) for check in verification.failures}


def recovered(incident: Incident, verification: Verification) -> str:
    """The message that ends an incident."""
    runs = "1 run" if incident.runs == 1 else f"{incident.runs} runs"
    counts = f"{verification.checks_passed}/{len(verification.counted)}"
    return (
        "✅ BACKUP VERIFICATION RECOVERED\n\n"
        f"Status: SUCCESS\nChecks Passed: {counts}\nBefore: {runs} without success since "
        f"{_time(incident.opened_at)}\nTime: {_time(verification.verified_at)}"
    )


def _opened(verification: Verification, thread: str) -> Incident:
    at = verification.verified_at
    return Incident(thread, verification.status, failing_of(verification), opened_at=at, seen_at=at)


def _digest(check: CheckResult) -> str:
    found: Sequence[str] = [finding.text for finding in counting(check.findings)] or [check.message or ""]
    words = [check.severity, check.outcome, *sorted(_VARYING.sub("#", text) for text in found)]
    return hashlib.sha256("\n".join(words).encode("utf-8", "replace")).hexdigest()[:16]


def _change(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which checks fail that did not, which no longer do, and which find something else."""
    otherwise = [name for name, digest in now.items() if before.get(name, digest) != digest]
    parts = {
        "now failing": [name for name in now if name not in before],
        "no longer": [name for name in before if name not in now],
        "otherwise than before": otherwise,
    }
    return "; ".join(f"{words}: {_listed(names)}" for words, names in parts.items() if names)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _counted(incident: Incident) -> str:
    return f" (run {incident.runs + 1} without success since {_time(incident.opened_at)})"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
