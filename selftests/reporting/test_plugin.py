"""The one entry: options and markers are there, and other tests and a mere look are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporting.selection import CHECKS
from settings import SETTINGS, Setting

if TYPE_CHECKING:
    from selftests.reporting.conftest import Run

OPTIONS = [setting for setting in SETTINGS if setting.option]
HIDDEN = [setting for setting in SETTINGS if not setting.option]


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


def test_yesterdays_reports_do_not_stand_for_a_run_that_never_began(
    run: Run, pytester: pytest.Pytester
) -> None:
    reports = [pytester.path / name for name in ("report.json", "junit.xml")]
    for file in reports:
        file.write_text("yesterday: success")
    run(CHECKS, f"--json-report-file={reports[0]}", f"--junitxml={reports[1]}")
    left = [file.read_text() for file in reports if file.exists()]
    assert [text for text in left if "success" in text] == []


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
