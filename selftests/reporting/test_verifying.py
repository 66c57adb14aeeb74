"""The hooks that verify: settings come first, a report tells of this run, and nothing stays behind."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from reporting.selection import CHECKS

if TYPE_CHECKING:
    from selftests.reporting.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "nothing to verify was named"),
        (("--backup", "a", "--database-url", "host=db"), "two sources at once"),
        (("--database-url", "host=db", "--expectations", "none.toml"), "none.toml"),
        (("--sample=half",), "--sample was given 'half'"),
    ],
)
def test_settings_that_do_not_add_up_verify_nothing(
    arguments: tuple[str, ...], complaint: str, run: Run
) -> None:
    result = run(CHECKS, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert complaint in result.stderr.str()


@pytest.mark.parametrize(
    ("option", "place"),
    [("--json-report-file", "."), ("--json-report-file", "file/report"), ("--junitxml", "file/report")],
)
def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(
    option: str, place: str, run: Run, pytester: pytest.Pytester
) -> None:
    (pytester.path / "file").touch()
    result = run(CHECKS, "--database-url", "host=/nowhere", f"{option}={pytester.path / place}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "cannot be written" in result.stderr.str()
    assert f"name another place by {option}" in result.stderr.str()


def test_a_folder_of_a_report_is_made(run: Run, pytester: pytest.Pytester) -> None:
    report = pytester.path / "new" / "report.json"
    run(CHECKS, "--no-delivery", "--database-url", "host=/nowhere", f"--json-report-file={report}")
    verification = json.loads(report.read_text())["verification"]
    assert verification["status"] == "failure"
    assert verification["checks_passed"] == 0


def test_a_run_leaves_the_process_as_it_was(run: Run) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        result = run(CHECKS, "--no-delivery", "--database-url", "host=/nowhere")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
    assert result.ret == 1


def test_a_part_of_the_suite_says_so(run: Run) -> None:
    result = run(CHECKS, "-k", "connectivity", "--database-url", "host=/nowhere")
    assert "nothing logged and nothing sent, since this is a part of the suite" in result.stdout.str()
