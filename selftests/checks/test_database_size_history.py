"""test_database_size_usual: at the edges of the band, to a tenth of a MB."""

from __future__ import annotations

import pytest

from reporting.verification import CheckResult
from selftests.checks.of_history import documents, result, said

CHECK = "test_database_size_usual"
WEEKS = [500.0] * 42


def sized(megabytes: float) -> CheckResult:
    return result("test_database_size_reasonable", size_mb=megabytes)


@pytest.mark.parametrize("megabytes", [448.0, 500.0, 520.0, 1_000.0])
def test_the_usual_passes(megabytes: float) -> None:
    told = said(CHECK, documents(sized, WEEKS), sized(megabytes))
    assert (told.message, told.kinds, told.absent) == (None, [], False)
    assert told.details == {"usual": {"database size": {"low": 447.9, "median": 500.0, "high": 1000.9}}}


@pytest.mark.parametrize("megabytes", [8.0, 447.8, 1_001.0])
def test_what_is_out_of_the_band_is_found(megabytes: float) -> None:
    told = said(CHECK, documents(sized, WEEKS), sized(megabytes))
    assert told.kinds == ["database-size-unusual"]
    assert told.message is not None
    assert told.message.startswith(
        f"database size: {megabytes:,.1f} MB, usual 447.9 MB to 1,000.9 MB (median 500.0 MB, since 20"
    )


def test_a_small_database_may_sway_by_two_megabytes() -> None:
    small = documents(sized, [8.0] * 42)
    assert said(CHECK, small, sized(6.0)).message is None
    assert said(CHECK, small, sized(5.0)).kinds == ["database-size-unusual"]


def test_a_size_that_was_not_taken_is_not_verified() -> None:
    told = said(CHECK, documents(sized, WEEKS))
    assert (told.absent, told.unverified) == (True, [("what is usual", "this run has not measured it")])


@pytest.mark.parametrize(("days", "absent"), [(6, True), (7, False)])
def test_seven_days_are_needed(days: int, absent: bool) -> None:
    assert said(CHECK, documents(sized, [500.0] * days), sized(500)).absent is absent
