"""Runs: which of their checks fail, and which there is something to tell of."""

from datetime import timedelta

import pytest

from reporting.page.documents import read_run
from selftests.reporting.page.a_year import CHANGED, CUT, FEW_ROWS, NOW, SLOW, document

EXEMPTED = FEW_ROWS | {"exempted": {"reason": "purged", "until": "2026-12-31"}}


def test_failures_are_the_counted_ones_the_critical_first() -> None:
    run = read_run(document(found=[SLOW, CHANGED]))
    assert [check.name for check in run.failures] == ["test_definitions_match", "test_restored_in_time"]
    assert run.counted == 16


def test_what_is_informative_fails_nothing_and_is_told() -> None:
    run = read_run(document(found=[CUT]))
    assert "test_shape_recorded" not in [check.name for check in run.failures]
    assert run.notable[-1].name == "test_shape_recorded"
    assert len(run.notable) == len(run.failures) + 1


def test_an_exempted_finding_of_a_check_that_passed_is_told() -> None:
    run = read_run(document(found=[EXEMPTED]))
    assert (run.failures, [check.name for check in run.notable]) == ([], ["test_row_counts_reasonable"])


def test_a_clean_run_has_nothing_to_tell() -> None:
    assert read_run(document(at=NOW - timedelta(hours=1))).notable == []


@pytest.mark.parametrize(
    ("changes", "good"),
    [({}, True), ({"partial": True}, False), ({"status": "failure"}, False), ({"status": "warning"}, True)],
)
def test_a_good_run_is_whole_and_no_failure(changes: dict[str, object], good: bool) -> None:
    assert read_run(document() | changes).good == good
