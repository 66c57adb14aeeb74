"""A verification as Markdown, for the summary that GitHub shows of a step: what the page's top says.

What comes from a database stands in `<code>`, every sign of it spelt as a number: no table's name can be
markup there, a link, or call somebody.
"""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from reporting.links import RUNBOOK, Links, kind_of
from reporting.message import exempted_findings
from reporting.verification import CheckResult, NotVerified, Verification

MOST_ROWS = 200
LONGEST = 1_000

_ANSWERS = {"success": "Yes", "warning": "Yes, with warnings", "failure": "No"}
_LIVE = {
    "success": "Every check passed",
    "warning": "Every critical check passed",
    "failure": "Not as expected",
}
_MARKS = {"success": "✅", "warning": "⚠️", "failure": "🚨"}
_CHECK_MARKS = {"passed": "✅", "failed": "❌", "not run": "⏭️"}
_LEAST_URGENT = "what is usual"
_DAY, _HOUR = 24, 3600


def step_summary(verification: Verification, runbook_url: str | None, page_url: str | None = None) -> str:
    """The Markdown, ended by a line end; a runbook without an address is named and not linked."""
    links = Links(page_url, runbook_url)
    parts = [
        *_top(verification),
        *_link(links.of_run(verification.id)),
        *_missed(verification, links),
        *_list(
            "Not verified",
            [f"{_code(gap.what)}: {_code(gap.why)}" for gap in _by_urgency(verification.not_verified)],
        ),
        *_list("Exempted", list(_exempted(verification))),
        *_every_check(verification),
    ]
    return "\n".join(parts) + "\n\n"


def _top(verification: Verification) -> Iterator[str]:
    status, name = verification.status, verification.target.name or verification.target.location
    part = " (a part of the checks)" if verification.partial else ""
    yield f"## {_MARKS[status]} Backup verification: {status.upper()}{part}, {_code(name)}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for label, value in _facts(verification):
        yield f"| {label} | {value} |"
    yield ""


def _facts(verification: Verification) -> Iterator[tuple[str, str]]:
    backup, status, but = verification.backup, verification.status, _but(verification)
    if verification.target.kind == "database":
        yield "The database", f"**{_LIVE[status]}**{but} (nothing was restored)"
    else:
        yield "Can we restore?", f"**{_ANSWERS[status]}**{but}"
        yield "Age of the backup", _age(verification) if backup else "unknown"
        seconds = verification.seconds.get("restore") if verification.target.server_version else None
        yield "A restore takes", f"{_duration(seconds)}, without fetching" if seconds else "unknown"
        yield "Would be lost", _loss(verification)
    counted = len(verification.counted)
    yield (
        "Checks",
        f"{verification.checks_passed} of {counted} passed, {verification.checks_failed} did not",
    )
    yield "Not verified", str(len(verification.not_verified) or "nothing that is known of")
    yield "At", _when(verification.verified_at)


def _but(verification: Verification) -> str:
    exempted = len(list(exempted_findings(verification)))
    return f", but {exempted} exempted" if exempted and verification.status != "failure" else ""


def _age(verification: Verification) -> str:
    backup = verification.backup
    if backup is None:
        return "unknown"
    source = f"taken {_when(backup.taken_at)}, by its {backup.taken_at_from}"
    return f"{_hours(backup.age_hours)} ({source}; {_code(backup.id)}, {backup.size_bytes:,} bytes)"


def _loss(verification: Verification) -> str:
    if verification.backup is None or verification.status == "failure":
        return "unknown: this backup was not verified good"
    at = _when(verification.backup.taken_at)
    return f"{_hours(verification.backup.age_hours)}: all that was written since {at}"


def _by_urgency(gaps: Sequence[NotVerified]) -> list[NotVerified]:
    return sorted(gaps, key=lambda gap: gap.what.startswith(_LEAST_URGENT))


def _missed(verification: Verification, links: Links) -> Iterator[str]:
    if not verification.failures:
        if verification.status == "failure":
            yield from ("### What did not pass", "", "No check was run.", "")
        return
    yield from (
        "### What did not pass",
        "",
        "| Check | Severity | Finding | What to do |",
        "|---|---|---|---|",
    )
    for check in verification.failures[:MOST_ROWS]:
        said = (f"{check.outcome}: " if check.outcome == "not run" else "") + (check.message or "failed")
        yield f"| {_title(check.title)} | {check.severity} | {_code(said)} | {_entry(check, links)} |"
    yield from _more(len(verification.failures), MOST_ROWS)
    yield ""


def _entry(check: CheckResult, links: Links) -> str:
    kind, address = kind_of(check), links.entry(check)
    return f"[{_text(kind)}]({_address(address)})" if address else f"{_text(f'{RUNBOOK}#{kind}')}"


def _exempted(verification: Verification) -> Iterator[str]:
    for title, text, exempted in exempted_findings(verification):
        yield f"{_title(title)}: {_code(text)}, until {_text(exempted.until)}: {_code(exempted.reason)}"


def _every_check(verification: Verification) -> Iterator[str]:
    yield from (
        "<details><summary>Every check</summary>",
        "",
        "| | Check | Severity | Seconds |",
        "|---|---|---|---:|",
    )
    for check in verification.checks[:MOST_ROWS]:
        mark = "➖" if check.exempted else _CHECK_MARKS[check.outcome]
        yield f"| {mark} | {_title(check.title)} | {check.severity} | {check.seconds:.2f} |"
    yield from _more(len(verification.checks), MOST_ROWS)
    yield from ("", "</details>")


def _list(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from (f"### {heading}", "")
        yield from (f"- {line}" for line in lines[:MOST_ROWS])
        yield from ([f"- … and {len(lines) - MOST_ROWS} more"] if len(lines) > MOST_ROWS else [])
        yield ""


def _more(count: int, shown: int) -> Iterator[str]:
    if count > shown:
        yield f"| | … and {count - shown} more | | |"


def _link(page: str | None) -> Iterator[str]:
    if page:
        yield from (f"[The page of this run]({_address(page)})", "")


def _address(url: str) -> str:
    """An address that ends where it should, within a link of Markdown and a table."""
    return quote(url, safe=":/?#@!$&=%+,;~")


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _title(text: str) -> str:
    """Outside of code GitHub would find a name behind an @ that was spelt, too."""
    return _text(text).replace("&#64;", "&#64;&#8203;")


def _text(text: str) -> str:
    """The text in one line without any meaning to Markdown or HTML; no mention, no link of itself."""
    folded = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    cut = folded if len(folded) <= LONGEST else folded[: LONGEST - 1] + "…"
    return re.sub(r"[!-/:-@\[-`{-~]", lambda sign: f"&#{ord(sign[0])};", cut)


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _hours(hours: float) -> str:
    """Rounded up, so that what would be lost is never told shorter than it is."""
    tenths = math.ceil(round(hours * _HOUR) / (_HOUR / 10))
    return f"{tenths / 10:.1f} hours" if hours < 2 * _DAY else f"{math.ceil(hours / _DAY)} days"


def _duration(seconds: float) -> str:
    if seconds < _HOUR:
        return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
    return f"{seconds / _HOUR:.1f} h"
