"""What a check's own process adds to pytest's reports, and takes out of them: findings in, secrets out."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from reporting.exempting import RAISED
from reporting.finding import finding, speaks_for_itself
from reporting.needs import NEEDS, Absent
from reporting.outcomes import PROPERTY
from reporting.redaction import Redactor
from reporting.terminal import no_command
from reporting.verification import FindingResult, Severity

SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")

Details = dict[str, Any]
DETAILS: pytest.StashKey[Details] = pytest.StashKey()
FINDINGS: pytest.StashKey[list[FindingResult]] = pytest.StashKey()
UNVERIFIED: pytest.StashKey[list[tuple[str, str]]] = pytest.StashKey()


def severities_of(item: pytest.Item) -> list[Severity]:
    """The severities that a check is marked with; there has to be exactly one."""
    return [name for name in SEVERITIES if item.get_closest_marker(name) is not None]


def needs_of(item: pytest.Item) -> list[str]:
    """What a check has to have, or is absent."""
    return [name for marker in item.iter_markers("needs") for name in marker.args]


def complaint_of(item: pytest.Item) -> str | None:
    """What is wrong with a check's marks, for its author to read."""
    unknown = [name for name in needs_of(item) if name not in NEEDS]
    if unknown:
        known = ", ".join(NEEDS)
        return f"{item.location[0]}: {item.name} needs {', '.join(unknown)}: expected one of {known}"
    if len(severities_of(item)) == 1:
        return None
    found = ", ".join(severities_of(item)) or "none"
    return (
        f"{item.location[0]}: {item.name} has the severities: {found}; expected exactly one "
        "of critical, warning and info, as in @pytest.mark.critical"
    )


def annotate(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, redactor: Redactor
) -> None:
    """Puts severity, finding and details on a report, and keeps tracebacks for surprises."""
    said: dict[str, Any] = {"severity": severities_of(item)[0]}
    if call.excinfo is not None:
        said["message"] = redactor.text(finding(call.excinfo.value))
        if report.outcome == "failed" and speaks_for_itself(call.excinfo.value):
            report.longrepr = no_command(said["message"])
        if isinstance(call.excinfo.value, Absent):
            said["absent"] = True
        if not isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception):
            said["kind"] = getattr(call.excinfo.value, "kind", RAISED)
    if DETAILS in item.stash:
        said["details"] = redactor.value(item.stash[DETAILS])
    if item.stash.get(FINDINGS, None):
        said["findings"] = redactor.value([asdict(finding) for finding in item.stash[FINDINGS]])
    if item.stash.get(UNVERIFIED, None):
        said["unverified"] = redactor.value(item.stash[UNVERIFIED])
    report.user_properties.append((PROPERTY, json.dumps(said, ensure_ascii=False)))


def redact(report: pytest.TestReport | pytest.CollectReport, redactor: Redactor) -> None:
    """Takes the secrets out of all that a report shows; a long text that held one becomes plain."""
    if isinstance(report.longrepr, tuple):
        path, line, reason = report.longrepr
        report.longrepr = (path, line, redactor.text(reason))
    elif report.longrepr is not None:
        shown = report.longreprtext
        clean = redactor.text(shown)
        if clean != shown or not isinstance(report.longrepr, str):
            report.longrepr = clean
    report.sections[:] = [(name, redactor.text(text)) for name, text in report.sections]
    if isinstance(report, pytest.TestReport):
        if getattr(report, "wasxfail", None):
            report.wasxfail = redactor.text(report.wasxfail)
        report.user_properties[:] = [
            (redactor.text(str(name)), value if name == PROPERTY else redactor.value(value))
            for name, value in report.user_properties
        ]


def redact_subtest(report: pytest.TestReport, redactor: Redactor) -> None:
    """A subtest's own words are put on its report after all else."""
    context: Any = getattr(report, "context", None)
    if context is not None and hasattr(context, "kwargs"):
        words = redactor.text(context.msg or "") or None
        clean = replace(context, msg=words, kwargs=redactor.value(dict(context.kwargs)))
        setattr(report, "context", clean)  # noqa: B010 # only subtests have it
