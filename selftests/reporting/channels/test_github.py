"""Annotations as GitHub's runner reads them, and a summary that never breaks a run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reporting.channels import github
from reporting.channels.github import MOST_BYTES, Workflow, deliver_github
from reporting.delivered import Delivered
from reporting.links import NONE, Links
from reporting.redaction import Redactor
from reporting.verification import Verification
from selftests.reporting.channels.made import check, failing, finding, passed, success, verification

PLACES = {"test_row_counts": ("checks/test_row_counts.py", 12)}
FEW = "public.users: 3 rows, expected at least 10"


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner takes it apart: its name, its properties, its message."""
    found = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
    assert found, line
    properties = dict(each.split("=", 1) for each in found[2].split(","))
    return (
        found[1],
        {name: plain(value, "%3A", "%2C") for name, value in properties.items()},
        plain(found[3]),
    )


def plain(text: str, *more: str) -> str:
    for spelt in ("%0D", "%0A", *more, "%25"):
        text = text.replace(spelt, chr(int(spelt[1:], 16)))
    return text


def deliver(
    tmp_path: Path, run: Verification, links: Links = NONE, **variables: str
) -> tuple[list[str], Delivered, str]:
    """What was printed, what is told, and the step's summary."""
    said: list[str] = []
    result = Delivered()
    summary = tmp_path / "summary.md"
    given = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(tmp_path),
    }
    workflow = Workflow(given | variables, PLACES, said.append)
    deliver_github(run, workflow, links, Redactor.of("c4n4ry-c4n4ry"), result)
    return said, result, summary.read_text() if summary.exists() else ""


def test_a_check_that_failed_is_an_error_where_it_stands() -> None:
    (line,) = github.annotations(failing(FEW), PLACES)
    assert line == (
        "::error file=checks/test_row_counts.py,line=12,title=Row Counts::"
        "public.users: 3 rows, expected at least 10%0AWhat to do: RUNBOOK.md#rows-below-least"
    )


def test_one_whose_place_is_unknown_has_none() -> None:
    (line,) = github.annotations(failing(FEW, severity="warning"), {}, "https://example.com/R.md")
    assert read(line) == (
        "warning",
        {"title": "Row Counts"},
        f"{FEW}\nWhat to do: https://example.com/R.md#rows-below-least",
    )


def test_one_that_was_not_run_says_so() -> None:
    (line,) = github.annotations(
        verification([check("test_a", "the restore failed", outcome="not run")]), {}
    )
    assert read(line)[2].startswith("not run: the restore failed\n")


@pytest.mark.parametrize(
    "text",
    ["100% done%0A::error::x", "a\r\n::error::b", "::set-output name=a::b", "é, : 🚨", "file=x,line=2::y"],
)
def test_whatever_was_found_is_only_text(text: str) -> None:
    places = {"test_row_counts": (f"checks/{text}.py", 3)}
    (line,) = github.annotations(failing(text), places)
    assert "\n" not in line
    assert "\r" not in line
    level, properties, message = read(line)
    assert (level, properties["file"], properties["line"]) == ("error", f"checks/{text}.py", "3")
    assert message == f"{text}\nWhat to do: RUNBOOK.md#rows-below-least"


def test_errors_come_first_and_informative_or_exempted_checks_not_at_all() -> None:
    run = verification(
        [
            check("test_w", "w", severity="warning"),
            check("test_i", "i", severity="info"),
            check("test_n", "n", outcome="not run"),
            check("test_c", "c"),
            *passed(3),
        ]
    )
    assert [read(line)[1]["title"] for line in github.annotations(run, {})] == ["C", "N", "W"]
    assert github.annotations(success(), {}) == []


@pytest.mark.parametrize(
    ("count", "shown", "last"), [(10, 10, "C9"), (11, 10, "2 more"), (30, 10, "21 more")]
)
def test_no_more_of_a_level_than_github_shows(count: int, shown: int, last: str) -> None:
    errors = [check(f"test_c{number}", "c") for number in range(count)]
    warnings = [check(f"test_w{number}", "w", severity="warning") for number in range(2)]
    lines = [read(line) for line in github.annotations(verification([*warnings, *errors]), {})]
    of_errors = [properties["title"] for level, properties, _ in lines if level == "error"]
    assert (len(of_errors), of_errors[-1]) == (shown, last)
    assert [level for level, _, _ in lines[shown:]] == ["warning", "warning"]


def test_a_long_finding_is_cut() -> None:
    (line,) = github.annotations(failing("x" * 70_000), {})
    assert len(line) < 3_000


def test_the_place_is_given_from_the_workspace(tmp_path: Path) -> None:
    inside, outside = tmp_path / "sub/checks/test_a.py", "/elsewhere/test_b.py"
    places = {"test_a": (str(inside), 1), "test_b": (outside, 2), "test_c": ("checks/test_c.py", 3)}
    shown = Workflow({"GITHUB_WORKSPACE": str(tmp_path)}, places, print).shown_places
    assert shown == {"test_a": ("sub/checks/test_a.py", 1), "test_c": ("checks/test_c.py", 3)}


def test_in_github_actions_both_are_delivered(tmp_path: Path) -> None:
    links = Links(page="https://example.com/site")
    said, result, summary = deliver(tmp_path, failing(FEW), links=links)
    assert said == github.annotations(failing(FEW), PLACES)
    assert "## 🚨 Backup verification: FAILURE" in summary
    assert "(https://example.com/site#run-an-id)" in summary
    assert (result.lines, result.complete) == (["GitHub: the step's summary is written"], True)


def test_a_success_has_a_summary_and_no_annotation(tmp_path: Path) -> None:
    said, _, summary = deliver(tmp_path, success())
    assert said == []
    assert "## ✅ Backup verification: SUCCESS" in summary


@pytest.mark.parametrize("running", ["", "false"])
def test_elsewhere_nothing_is_delivered(tmp_path: Path, running: str) -> None:
    said, result, summary = deliver(tmp_path, failing(FEW), GITHUB_ACTIONS=running)
    assert (said, result.lines, summary) == ([], [], "")


def test_without_a_file_for_the_summary_there_are_annotations(tmp_path: Path) -> None:
    said, result, _ = deliver(tmp_path, failing(FEW), GITHUB_STEP_SUMMARY="")
    assert (len(said), result.lines) == (1, [])


@pytest.mark.parametrize("place", ["no/such/folder", "..", "\0"])
def test_a_summary_that_cannot_be_written_breaks_nothing(tmp_path: Path, place: str) -> None:
    file = f"{tmp_path}/c4n4ry-c4n4ry/{place}"
    said, result, _ = deliver(tmp_path, failing(FEW), GITHUB_STEP_SUMMARY=file)
    assert (len(said), result.complete) == (1, True)
    assert result.lines[0].startswith("GitHub: the step's summary is not written: ")
    assert "c4n4ry" not in result.lines[0]


def test_the_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "summary.md").write_text("before\n")
    _, _, summary = deliver(tmp_path, success())
    assert summary.startswith("before\n## ✅")


@pytest.mark.parametrize("before", [0, MOST_BYTES - 60_000, MOST_BYTES - 10, MOST_BYTES + 10])
def test_the_summary_stays_within_what_github_takes(tmp_path: Path, before: int) -> None:
    file = tmp_path / "summary.md"
    file.write_bytes(b"x" * (before - 1) + b"\n" if before else b"")
    run = verification([check(f"test_{n}", finding("|" * 5_000)) for n in range(500)])
    _, _, summary = deliver(tmp_path, run)
    assert file.stat().st_size <= max(MOST_BYTES, before)
    assert summary.endswith("… cut here: the rest is in the step's log.\n") or before > MOST_BYTES - 60
