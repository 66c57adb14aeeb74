"""The end of a run for whoever watches the terminal: pure text, a line at a time."""

from collections.abc import Iterator, Sequence

from reporting.verification import CheckResult, Verification

_MARKS = {"passed": "✓", "failed": "✗", "not run": "-"}
_DETAIL_LENGTH = 110
_DIFF_LINES = 40
_STATUS = {
    "success": "SUCCESS: the backup can be restored, and every check passed",
    "warning": "WARNING: every critical check passed, and something is odd",
    "failure": "FAILURE: do not rely on this",
}


def summary_lines(verification: Verification, delivered: Sequence[str]) -> Iterator[str]:
    """What was verified, each check and its finding, what was not verified, and where it all went."""
    yield from _header(verification)
    yield ""
    for check in verification.checks:
        yield from _check(check)
    if verification.not_verified:
        yield from ("", "not verified:")
        yield from (f"  {item.what}: {item.why}" for item in verification.not_verified)
    if verification.harmless:
        yield from ("", "harmless complaints of the restore:")
        yield from (f"  {item.what}: {item.message} ({item.why})" for item in verification.harmless)
    yield ""
    times = ", ".join(f"{name} {value:.2f} s" for name, value in verification.seconds.items())
    yield f"time: {times}"
    yield from delivered
    yield ""
    counts = f"{verification.checks_passed} passed, {verification.checks_failed} failed"
    yield f"{_status(verification)} ({counts})"


def _status(verification: Verification) -> str:
    if verification.partial:
        return f"PARTIAL ({verification.status}): only a part of the checks was asked for"
    if verification.target.kind == "database" and verification.status == "success":
        return "SUCCESS: every check of the database passed"
    return _STATUS[verification.status]


def _header(verification: Verification) -> Iterator[str]:
    target, backup = verification.target, verification.backup
    server = f"PostgreSQL {target.server_version}" if target.server_version else "no server"
    yield f"{target.kind}: {target.location}"
    if backup is not None:
        yield (
            f"  {backup.id}, {backup.format}, taken {backup.taken_at:%Y-%m-%d %H:%M:%S %Z} "
            f"(by its {backup.taken_at_from}), {backup.age_hours:.1f} hours old, {backup.size_bytes} bytes"
        )
    yield f"  database {target.database or 'none'} on {server}"


def _check(check: CheckResult) -> Iterator[str]:
    mark = _MARKS[check.outcome]
    yield f"{mark} {check.title} [{check.severity}] {check.outcome} ({check.seconds:.2f} s)"
    if check.message is not None:
        yield f"    {check.message}"
        yield from (f"      {line}" for line in _diff(check))
    elif check.details:
        yield f"    {_shown(check)}"


def _diff(check: CheckResult) -> Iterator[str]:
    """The lines by which a check shows how something differs, where it has any."""
    lines = check.details.get("diff", [])
    yield from map(str, lines[:_DIFF_LINES])
    if len(lines) > _DIFF_LINES:
        yield f"and {len(lines) - _DIFF_LINES} lines more, in the report"


def _shown(check: CheckResult) -> str:
    words = "; ".join(f"{name.replace('_', ' ')}: {_value(v)}" for name, v in check.details.items())
    return words if len(words) <= _DETAIL_LENGTH else words[: _DETAIL_LENGTH - 1] + "…"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(inner)}" for name, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "unknown" if value is None else str(value)
