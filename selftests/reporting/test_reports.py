"""pytest's reports: what a check found goes in, and what is secret comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from reporting.outcomes import PROPERTY
from reporting.redaction import Redactor
from reporting.reports import DETAILS, annotate, complaint_of, redact, severities_of

CANARY = "c4n4ry-of-a-password"
REDACTOR = Redactor.of(CANARY)
CRITICAL = "import pytest\n@pytest.mark.critical\ndef test_it(): pass"

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnknownMarkWarning")


def fails_with_a_message() -> None:
    rows = 3
    assert rows == 4, f"rows: 3, expected 4 ({CANARY})"


def fails_bare() -> None:
    rows = 3
    assert rows == 4


def surprises() -> None:
    raise KeyError(CANARY)


def skips() -> None:
    pytest.skip(f"no {CANARY} here")


def reported(
    item: pytest.Item, function: Callable[[], None]
) -> tuple[pytest.CallInfo[None], pytest.TestReport]:
    """pytest's own report of calling the function as this item."""
    call = pytest.CallInfo.from_call(function, "call")
    return call, pytest.TestReport.from_item_and_call(item, call)


def said(report: pytest.TestReport) -> dict[str, Any]:
    (text,) = [value for name, value in report.user_properties if name == PROPERTY]
    found: dict[str, Any] = json.loads(str(text))
    return found


@pytest.fixture
def item(pytester: pytest.Pytester) -> pytest.Item:
    return pytester.getitem(CRITICAL, "test_it")


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ("", []),
        ("@pytest.mark.slow", []),
        ("@pytest.mark.warning", ["warning"]),
        ("@pytest.mark.info\n@pytest.mark.critical", ["critical", "info"]),
        ("@pytest.mark.info\n@pytest.mark.info", ["info"]),
    ],
)
def test_severities_are_the_markers(marks: str, expected: list[str], pytester: pytest.Pytester) -> None:
    item = pytester.getitem(f"import pytest\n{marks}\ndef test_it(): pass", "test_it")
    assert severities_of(item) == expected


@pytest.mark.parametrize(
    ("marks", "found"), [("", "none"), ("info\n@pytest.mark.critical", "critical, info")]
)
def test_a_check_without_one_severity_is_complained_of(
    marks: str, found: str, pytester: pytest.Pytester
) -> None:
    mark = f"@pytest.mark.{marks}\n" if marks else ""
    item = pytester.getitem(f"import pytest\n{mark}def test_it(): pass", "test_it")
    complaint = complaint_of(item) or ""
    assert f"test_it has the severities: {found}; expected exactly one" in complaint
    assert complaint.startswith(item.location[0])


def test_a_check_with_one_severity_is_not_complained_of(item: pytest.Item) -> None:
    assert complaint_of(item) is None


def test_a_pass_says_its_severity_alone(item: pytest.Item) -> None:
    call, report = reported(item, lambda: None)
    annotate(item, call, report, REDACTOR)
    assert said(report) == {"severity": "critical"}
    assert report.longrepr is None


def test_a_message_stands_in_place_of_its_traceback(item: pytest.Item) -> None:
    call, report = reported(item, fails_with_a_message)
    annotate(item, call, report, REDACTOR)
    assert said(report) == {"severity": "critical", "message": "rows: 3, expected 4 (***)"}
    assert report.longrepr == "rows: 3, expected 4 (***)"


@pytest.mark.parametrize(
    ("function", "message"), [(fails_bare, "assert 3 == 4"), (surprises, "KeyError: '***'")]
)
def test_a_surprise_keeps_its_traceback(
    function: Callable[[], None], message: str, item: pytest.Item
) -> None:
    call, report = reported(item, function)
    annotate(item, call, report, REDACTOR)
    assert said(report)["message"].startswith(message)
    assert not isinstance(report.longrepr, str)
    redact(report, REDACTOR)
    assert CANARY not in report.longreprtext
    assert function.__name__ in report.longreprtext


def test_a_failure_that_was_expected_keeps_its_traceback(item: pytest.Item) -> None:
    call, report = reported(item, fails_with_a_message)
    report.outcome = "skipped"
    annotate(item, call, report, REDACTOR)
    assert not isinstance(report.longrepr, str)


def test_a_skip_says_why(item: pytest.Item) -> None:
    call, report = reported(item, skips)
    annotate(item, call, report, REDACTOR)
    assert said(report)["message"] == "no *** here"
    assert isinstance(report.longrepr, tuple)


def test_details_are_put_down_fit_for_json(item: pytest.Item) -> None:
    item.stash[DETAILS] = {"day": date(2026, 11, 23), "place": f"at {CANARY}", "name": "Zoë"}
    call, report = reported(item, lambda: None)
    annotate(item, call, report, REDACTOR)
    assert said(report)["details"] == {"day": "2026-11-23", "place": "at ***", "name": "Zoë"}
    assert "Zoë" in str(report.user_properties[-1][1])


def test_a_reason_to_skip_is_cleaned_in_its_place(item: pytest.Item) -> None:
    _, report = reported(item, skips)
    assert isinstance(report.longrepr, tuple)
    place = report.longrepr[:2]
    redact(report, REDACTOR)
    assert report.longrepr == (*place, "Skipped: no *** here")


def test_what_was_captured_is_cleaned(item: pytest.Item) -> None:
    item.add_report_section("call", "stdout", f"printed {CANARY}")
    item.add_report_section("call", "log", "nothing of note")
    _, report = reported(item, lambda: None)
    redact(report, REDACTOR)
    sections = [("Captured stdout call", "printed ***"), ("Captured log call", "nothing of note")]
    assert report.sections == sections
    assert report.longrepr is None


def test_a_line_without_a_secret_stays(item: pytest.Item) -> None:
    _, report = reported(item, lambda: None)
    report.longrepr = "rows: 3, expected 4"
    redact(report, REDACTOR)
    assert report.longrepr == "rows: 3, expected 4"


def test_a_collection_error_is_cleaned(pytester: pytest.Pytester) -> None:
    file = pytester.makepyfile(f"raise RuntimeError('{CANARY}')")
    (report,) = pytester.inline_run(file).getreports("pytest_collectreport")[1:2]
    assert isinstance(report, pytest.CollectReport)
    assert CANARY in report.longreprtext
    redact(report, REDACTOR)
    assert CANARY not in report.longreprtext
    assert "RuntimeError" in report.longreprtext
