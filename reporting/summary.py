"""The end of a run for whoever watches the terminal: one screen of text, the verdict in its last line."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from reporting.message import exempted_findings
from reporting.verification import CheckResult, Exempted, FindingResult, Verification
from restoring.progress import size

_NONE: Mapping[str, bool] = MappingProxyType({})
_MARKS = {"passed": "✓", "failed": "✗", "not run": "-"}
_COLOURS = {"passed": "green", "failed": "red", "not run": "yellow", "exempted": "cyan"}
_VERDICTS = {"success": "green", "warning": "yellow", "failure": "red"}
_LONGEST = 400
_MOST_FINDINGS, _MOST_DIFF, _MOST_EXEMPTED, _MOST_GAPS, _MOST_LINES = 5, 12, 5, 5, 4
_STATUS = {
    "success": "SUCCESS: the backup can be restored, and every check passed",
    "warning": "WARNING: every critical check passed, and something is odd",
    "failure": "FAILURE: do not rely on this",
}


class Line(str):
    """A line whose first `marked` characters, or all, pytest's terminal writer is to mark by `markup`."""

    markup: Mapping[str, bool]
    marked: int | None

    def __new__(cls, text: str, markup: Mapping[str, bool] = _NONE, marked: int | None = None) -> "Line":
        line = super().__new__(cls, text)
        line.markup, line.marked = markup, marked
        return line


def summary_lines(
    verification: Verification, delivered: Sequence[str], runbook: str = "RUNBOOK.md"
) -> Iterator[Line]:
    """What was verified, each check, what was not verified, where it all went, and last the status.

    `runbook` is where the entries for findings are; their anchors are the kinds of the findings. Whatever
    is left out here is in the report. What was delivered at length, such as a message, comes before it all,
    so that the rest is one screen.
    """
    blocks = _blocks(delivered)
    for block in filter(_is_long, blocks):
        yield from (*map(Line, block), Line(""))
    yield from _header(verification)
    yield Line("")
    yield from _checks(verification, runbook)
    if verification.not_verified:
        yield from (Line(""), Line("not verified:"))
        gaps = [f"  {item.what}: {item.why}" for item in verification.not_verified]
        yield from map(_cut, _folded(gaps, _MOST_GAPS, "  "))
    if verification.harmless:
        yield Line(f"harmless complaints of the restore: {len(verification.harmless)}, in the report")
    yield Line("")
    times = ", ".join(f"{name} {value:.2f} s" for name, value in verification.seconds.items())
    yield Line(f"time: {times}")
    for block in blocks:
        yield from [Line(f"{block[0]} see above")] if _is_long(block) else map(Line, block)
    yield Line("")
    counts = f"{verification.checks_passed} passed, {verification.checks_failed} failed"
    colour = _VERDICTS[verification.status]
    yield Line(f"{_status(verification)} ({counts})", {"bold": True, colour: True})


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    """Each line with the indented ones that belong to it."""
    blocks: list[list[str]] = []
    for line in lines:
        if blocks and (line.startswith(" ") or not line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _is_long(block: Sequence[str]) -> bool:
    return len(block) > _MOST_LINES


def _status(verification: Verification) -> str:
    if verification.partial:
        return f"PARTIAL ({verification.status}): only a part of the checks was asked for"
    live = verification.target.kind == "database" and verification.status == "success"
    words = "SUCCESS: every check of the database passed" if live else _STATUS[verification.status]
    exempted = len(list(exempted_findings(verification)))
    return f"{words}, but {exempted} exempted" if exempted else words


def _header(verification: Verification) -> Iterator[Line]:
    target, backup = verification.target, verification.backup
    server = f"PostgreSQL {target.server_version}" if target.server_version else "no server"
    yield Line(f"{target.kind}: {target.location}", {"bold": True})
    if backup is not None:
        yield Line(
            f"  {backup.id}, {backup.format}, taken {backup.taken_at:%Y-%m-%d %H:%M:%S %Z} "
            f"(by its {backup.taken_at_from}), {backup.age_hours:.1f} hours old, {size(backup.size_bytes)}"
        )
    yield Line(f"  database {target.database or 'none'} on {server}")
    compared = [check.details.get("compared with") for check in verification.checks]
    yield from (Line(f"  compared with {words}") for words in dict.fromkeys(filter(None, compared)))


def _checks(verification: Verification, runbook: str) -> Iterator[Line]:
    """Those that passed first, and nearest to the verdict those that it rests upon."""
    width = max((len(check.title) for check in verification.checks), default=0)
    for check in verification.checks:
        if check.outcome == "passed":
            yield from _check(check, width)
    not_run = [check for check in verification.checks if check.outcome == "not run"]
    for why, checks in groupby(sorted(not_run, key=_why), key=_why):
        yield from _not_run(why, list(checks))
    yield from _entries([finding.kind for check in not_run for finding in check.findings], runbook)
    for check in sorted((each for each in verification.checks if each.outcome == "failed"), key=_weight):
        yield from _check(check, width)
        yield from _failed(check, runbook)


def _check(check: CheckResult, width: int) -> Iterator[Line]:
    mark, colour = _MARKS[check.outcome], _COLOURS[check.outcome]
    words = f"{check.title:<{width}}  {check.severity:<8}  {check.outcome}  {check.seconds:.2f} s"
    whole = check.outcome == "failed" and check.exempted is None
    if check.exempted is not None:
        mark, colour = "~", _COLOURS["exempted"]
        words += f"  exempted until {check.exempted.until}: {check.exempted.reason}"
    yield _cut(f"{mark} {words}", {colour: True}, None if whole else 1)
    yield from _exempted(check.findings)


def _exempted(findings: Sequence[FindingResult]) -> Iterator[Line]:
    covered = [(finding.text, finding.exempted) for finding in findings if finding.exempted is not None]
    lines = [f"    ~ {text} ({_for_now(exempted)})" for text, exempted in covered]
    for line in _folded(lines, _MOST_EXEMPTED, "    "):
        yield _cut(line, {_COLOURS["exempted"]: True}, 5)


def _for_now(exempted: Exempted) -> str:
    return f"exempted until {exempted.until}: {exempted.reason}"


def _failed(check: CheckResult, runbook: str) -> Iterator[Line]:
    """What was found, with the runbook's entries; a single finding in the check's own sentence."""
    counted = [finding for finding in check.findings if finding.exempted is None]
    lines = [check.message or "it failed"] if len(counted) <= 1 else [finding.text for finding in counted]
    for line in _folded([f"    {line}" for line in lines], _MOST_FINDINGS, "    "):
        yield _cut(line)
    diff = [f"      {line}" for line in check.details.get("diff", [])]
    for line in _folded(diff, _MOST_DIFF, "      "):
        yield _cut(line)
    yield from _entries([finding.kind for finding in counted], runbook)


def _not_run(why: str, checks: Sequence[CheckResult]) -> Iterator[Line]:
    """Those that share a reason in one line: it is one thing that went wrong."""
    yield _cut(f"- not run ({len(checks)}), {why}", {_COLOURS["not run"]: True})
    yield Line(f"    {', '.join(check.title for check in checks)}")


def _entries(kinds: Sequence[str], runbook: str) -> Iterator[Line]:
    entries = [f"{runbook}#{kind}" for kind in dict.fromkeys(kinds)]
    for line in _folded([f"    → {entry}" for entry in entries], _MOST_FINDINGS, "    "):
        yield Line(line, {"cyan": True})


def _why(check: CheckResult) -> str:
    return check.message or "for no reason that was told"


def _weight(check: CheckResult) -> tuple[bool, bool, bool]:
    return (check.exempted is None, check.severity != "info", check.severity == "critical")


def _folded(lines: Sequence[str], most: int, indent: str) -> list[str]:
    more = len(lines) - most
    return [*lines[:most], f"{indent}and {more} more, in the report"] if more > 0 else list(lines)


def _cut(text: str, markup: Mapping[str, bool] = _NONE, marked: int | None = None) -> Line:
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return Line(short, markup, marked)
