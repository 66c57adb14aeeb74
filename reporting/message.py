"""The message to people: what failed and what to do, in the two wordings of the alert format.

Lengths are counted as Slack receives them, after escaping; with `MOST_BULLETS`, `MOST_GAPS` and
`MOST_EXEMPTED` of `LONGEST_BULLET` and `ROOM_FOR_LINKS` a message stays under 11,000 characters. Slack cuts
`text` at 40,000 and has been seen to refuse messages of some 13,200.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from itertools import accumulate

from reporting.links import NONE, Links
from reporting.verification import CheckResult, Exempted, Verification

LONGEST_BULLET = 300
MOST_BULLETS = 20
MOST_GAPS = 5
MOST_EXEMPTED = 3
ROOM_FOR_LINKS = 1500

_FAILURE = """🚨 BACKUP VERIFICATION FAILED

Status: FAILURE
Checks Passed: {passed}/{counted}
Checks Failed: {failed}

Failed Checks:
{bullets}

Action Required: Investigate backup system immediately.
Time: {time}"""

_WARNING = """⚠️ BACKUP VERIFICATION WARNING

Status: WARNING
Checks Passed: {passed}/{counted}
Checks Failed: {failed}

Issues Found:
{bullets}

Action: Review backup system when convenient.
Time: {time}"""


def alert(verification: Verification, links: Links = NONE) -> str | None:
    """The message in plain text, not yet escaped; None on success, which sends none.

    Its first lines are the same with and without links, exemptions and gaps.
    """
    if verification.status == "success":
        return None
    wording = _FAILURE if verification.status == "failure" else _WARNING
    told = wording.format(
        passed=verification.checks_passed,
        counted=len(verification.counted),
        failed=verification.checks_failed,
        bullets="\n".join(_bullets(verification.failures)),
        time=verification.verified_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return told + _gaps(verification) + _exempted(verification) + _links(verification, links)


def _gaps(verification: Verification) -> str:
    """What of a backup could not be looked at, behind the message's own words."""
    gaps = verification.not_verified if verification.target.kind == "backup" else ()
    return _section(
        "Not Verified:", [f"{_folded(gap.what)}: {_folded(gap.why)}" for gap in gaps], MOST_GAPS
    )


def _exempted(verification: Verification) -> str:
    """What was found and does not count for now; it is no reason for a message, and told in each."""
    lines = [
        f"{_folded(title)}: {_folded(text)} (until {_folded(exempted.until)}: {_folded(exempted.reason)})"
        for title, text, exempted in exempted_findings(verification)
    ]
    return _section("Exempted:", lines, MOST_EXEMPTED)


def exempted_findings(verification: Verification) -> Iterator[tuple[str, str, Exempted]]:
    """The check's title, what was found, and the exemption that covers it."""
    for check in verification.checks:
        if check.exempted is not None:
            yield check.title, check.message or "failed", check.exempted
        for finding in check.findings if check.exempted is None else ():
            if finding.exempted is not None:
                yield check.title, finding.text, finding.exempted


def _links(verification: Verification, links: Links) -> str:
    """Where more is to be read, while there is room; an address that is cut would lead nowhere."""
    entries = dict.fromkeys(link for check in verification.failures if (link := links.entry(check)))
    page = links.of_run(verification.id)
    lines = ([f"Page: {page}"] if page else []) + [f"Runbook: {link}" for link in entries]
    ends = accumulate(len(_escaped(line)) + 1 for line in lines)
    fitting = [line for line, end in zip(lines, ends, strict=True) if end < ROOM_FOR_LINKS]
    return "\n\n" + "\n".join(fitting) if fitting else ""


def _section(heading: str, lines: Sequence[str], most: int) -> str:
    if not lines:
        return ""
    listed = [_cut(f"• {line}") for line in lines[:most]]
    more = [f"• … and {len(lines) - most} more"] if len(lines) > most else []
    return f"\n\n{heading}\n" + "\n".join([*listed, *more])


def payload(text: str) -> dict[str, str]:
    """What a webhook takes: the text, escaped so that a name such as `<!channel>` calls nobody."""
    return {"text": _escaped(text)}


def _bullets(failures: Sequence[CheckResult]) -> list[str]:
    if not failures:
        return ["• Verification: no check was run"]
    listed = [_cut(f"• {_finding(check)}") for check in failures[:MOST_BULLETS]]
    more = len(failures) - len(listed)
    return [*listed, f"• … and {more} more"] if more else listed


def _finding(check: CheckResult) -> str:
    """One line: the title and what was found; that a check was not run is said first."""
    words = [check.title, "not run" if check.outcome == "not run" else "", check.message or ""]
    folded = [_folded(word) for word in words]
    return ": ".join(word for word in folded if word) + ("" if any(folded[1:]) else ": failed")


def _folded(text: str) -> str:
    """The text in one line, with a space for whatever does not print."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _cut(text: str) -> str:
    """The text, ended by "…" where it would exceed `LONGEST_BULLET` once escaped."""
    ends = accumulate(len(_escaped(char)) for char in text[:LONGEST_BULLET])
    fitting = sum(end < LONGEST_BULLET for end in ends)
    return text if fitting == len(text) else text[:fitting].rstrip() + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
