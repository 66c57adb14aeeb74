"""pytest's hooks: the options and markers are there, and a report tells of this run or of none."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from reporting.selection import CHECKS, CONFIGURATION
from settings import SETTINGS, Setting

OPTIONS = [setting for setting in SETTINGS if setting.option]
HIDDEN = [setting for setting in SETTINGS if not setting.option]

Run = Callable[..., pytest.RunResult]
"""Takes pytest's arguments; runs with our configuration, from an empty folder."""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "250")
    for setting in SETTINGS:
        if setting.variable:
            monkeypatch.delenv(setting.variable, raising=False)

    def running(*arguments: str | Path) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-c", CONFIGURATION, "-p", "no:cacheprovider", *arguments)

    return running


def help_of(setting: Setting) -> str:
    named = f"({setting.variable})" if setting.variable else ""
    return " ".join(f"{setting.meaning} {named}".split())


def test_help_tells_each_option_with_its_variable(run: Run) -> None:
    result = run("--help")
    assert result.ret == 0
    text = " ".join(result.stdout.str().split())
    assert [setting.option for setting in OPTIONS if f" {setting.option}" not in text] == []
    assert [setting.option for setting in OPTIONS if help_of(setting) not in text] == []
    assert "what is verified, and where it is told:" in text


def test_what_is_only_a_variable_has_no_option(run: Run) -> None:
    text = run("--help").stdout.str()
    assert HIDDEN
    assert [setting.name for setting in HIDDEN if setting.meaning in text] == []


def test_the_markers_are_registered(run: Run) -> None:
    result = run("--markers")
    result.stdout.fnmatch_lines([f"@pytest.mark.{name}: *" for name in ("critical", "warning", "info")])


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


def test_yesterdays_reports_do_not_stand_for_a_run_that_never_began(
    run: Run, pytester: pytest.Pytester
) -> None:
    reports = [pytester.path / name for name in ("report.json", "junit.xml")]
    for file in reports:
        file.write_text("yesterday: success")
    run(CHECKS, f"--json-report-file={reports[0]}", f"--junitxml={reports[1]}")
    left = [file.read_text() for file in reports if file.exists()]
    assert [text for text in left if "success" in text] == []


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


@pytest.mark.parametrize("option", ["--collect-only", "--fixtures"])
def test_looking_at_the_checks_needs_no_database(option: str, run: Run) -> None:
    result = run(CHECKS, option)
    assert result.ret == 0
    assert "backup verification" not in result.stdout.str()


def test_tests_that_are_no_checks_are_left_alone(run: Run, pytester: pytest.Pytester) -> None:
    file = pytester.makepyfile("def test_it():\n    pass")
    result = run(file)
    assert result.ret == 0
    result.assert_outcomes(passed=1)
    assert "backup verification" not in result.stdout.str()


def test_another_projects_configuration_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\n")
    result = pytester.runpytest_inprocess("-p", "reporting.plugin", CHECKS, "-c", "tox.ini")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "instead of" in result.stderr.str()
