"""GitHub Actions: annotations at the checks that did not pass, and the summary of the step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reporting.channels.step_summary import step_summary
from reporting.delivered import Delivered
from reporting.links import RUNBOOK, Links, kind_of
from reporting.redaction import Redactor
from reporting.verification import CheckResult, Verification

MOST_OF_A_LEVEL = 10
"""GitHub shows no more errors, and no more warnings, of one step, and drops the rest without a word."""
MOST_BYTES = 1024 * 1024
"""A step's summary that is larger is not shown at all."""
LONGEST = 2_000

_CUT = "\n\n… cut here: the rest is in the step's log.\n"

Places = Mapping[str, tuple[str, int]]
"""Where a check stands, by its name: its file, absolute or from the workspace, and its line from 1."""


@dataclass(frozen=True)
class Workflow:
    """What GitHub runs: its variables, where the checks stand, and how a line of its own is printed."""

    environment: Mapping[str, str]
    places: Places
    say: Callable[[str], None]

    @property
    def running(self) -> bool:
        return self.environment.get("GITHUB_ACTIONS") == "true"

    @property
    def summary(self) -> Path | None:
        file = self.environment.get("GITHUB_STEP_SUMMARY", "")
        return Path(file) if file else None

    @property
    def shown_places(self) -> dict[str, tuple[str, int]]:
        """The places within the repository that the workflow runs for; GitHub can show no others."""
        workspace = self.environment.get("GITHUB_WORKSPACE", "")
        home = Path(workspace) if workspace else Path.cwd()
        found = {name: (home / file, line) for name, (file, line) in self.places.items()}
        return {
            name: (file.relative_to(home).as_posix(), line)
            for name, (file, line) in found.items()
            if file.is_relative_to(home)
        }


def annotations(verification: Verification, places: Places, runbook_url: str = RUNBOOK) -> list[str]:
    """A workflow command for each check that did not pass: errors before warnings, findings first.

    Where a level has more than GitHub shows, the last one that is shown tells how many there are.
    """
    found_first = sorted(
        verification.failures, key=lambda check: (_level(check), check.outcome == "not run")
    )
    levels = groupby(found_first, key=_level)
    links = Links(runbook=runbook_url)
    return [line for level, checks in levels for line in _of_level(level, list(checks), places, links)]


def deliver_github(
    verification: Verification, workflow: Workflow, links: Links, redactor: Redactor, result: Delivered
) -> None:
    """Says the annotations and adds to the step's summary; does nothing where GitHub does not run this."""
    if not workflow.running:
        return
    for line in annotations(verification, workflow.shown_places, links.runbook or RUNBOOK):
        workflow.say(line)
    if workflow.summary is None:
        return
    try:
        _append(workflow.summary, step_summary(verification, links.runbook, links.page))
        result.lines.append("GitHub: the step's summary is written")
    except (OSError, ValueError) as error:
        result.lines.append(f"GitHub: the step's summary is not written: {redactor.text(str(error))}")


def _level(check: CheckResult) -> str:
    return "error" if check.severity == "critical" else "warning"


def _of_level(level: str, checks: Sequence[CheckResult], places: Places, links: Links) -> list[str]:
    if len(checks) > MOST_OF_A_LEVEL:
        shown, more = checks[: MOST_OF_A_LEVEL - 1], len(checks) - MOST_OF_A_LEVEL + 1
        rest = _command(level, {"title": f"{more} more"}, f"{more} more {level}s: see the step's summary")
    else:
        shown, rest = checks, ""
    lines = [_annotation(level, check, places, links) for check in shown]
    return [*lines, rest] if rest else lines


def _annotation(level: str, check: CheckResult, places: Places, links: Links) -> str:
    properties = {"title": check.title}
    if check.name in places:
        file, line = places[check.name]
        properties = {"file": file, "line": str(line), **properties}
    said = check.message or "failed"
    message = f"not run: {said}" if check.outcome == "not run" else said
    return _command(level, properties, f"{message[:LONGEST]}\nWhat to do: {links.runbook}#{kind_of(check)}")


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {named}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _append(file: Path, text: str) -> None:
    """Adds the text, cut at the end of a line where the step's summary would get too large."""
    room = MOST_BYTES - (file.stat().st_size if file.exists() else 0)
    content = text.encode("utf-8", "replace")
    if len(content) > room:
        whole = content[: max(room - len(_CUT.encode()), 0)].rpartition(b"\n")[0]
        content = whole + _CUT.encode() if whole else b""
    with file.open("ab") as summary:
        summary.write(content)
