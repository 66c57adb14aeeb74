"""test_check_durations_usual: only far slower alarms, and noise of the machine does not."""

from __future__ import annotations

import random

import pytest

from reporting.verification import CheckResult
from selftests.checks.of_history import documents, result, said

CHECK = "test_check_durations_usual"
OTHER = "test_contents_match"
WEEKS = [30.0] * 28


def took(seconds: float) -> CheckResult:
    return result(OTHER, seconds=seconds)


@pytest.mark.parametrize("seconds", [0.0, 30.0, 119.0, 121.0, 240.0])
def test_one_slow_run_passes(seconds: float) -> None:
    told = said(CHECK, documents(took, WEEKS), took(seconds))
    assert (told.message, told.absent) == (None, False)
    assert told.details == {"usual": {f"seconds {OTHER}": {"low": 0.0, "median": 30.0, "high": 120.0}}}


@pytest.mark.parametrize(("last", "seconds"), [(30.0, 240.1), (121.0, 121.0)])
def test_far_slower_or_slow_again_is_found(last: float, seconds: float) -> None:
    told = said(CHECK, documents(took, [*WEEKS, last]), took(seconds))
    assert told.kinds == ["check-duration-unusual"]
    assert told.message is not None
    assert told.message.startswith(
        f"{OTHER}: {seconds:.1f} s, usual 0.0 s to 120.0 s (median 30.0 s, since 20"
    )


def test_a_check_of_milliseconds_has_twenty_seconds() -> None:
    quick = documents(took, [0.01] * 28)
    assert said(CHECK, quick, took(40.0)).message is None
    assert said(CHECK, quick, took(40.1)).kinds == ["check-duration-unusual"]


def test_noise_and_another_machine_raise_no_alarm() -> None:
    rng = random.Random(7)
    for _ in range(200):
        busy = [30 * rng.lognormvariate(0, 0.3) * (2 if rng.random() < 0.05 else 1) for _ in range(29)]
        assert said(CHECK, documents(took, busy[:28]), took(2 * busy[28])).message is None


def test_what_stays_slow_becomes_usual() -> None:
    assert said(CHECK, documents(took, [*WEEKS, *[300.0] * 14]), took(300)).message is None
    assert said(CHECK, documents(took, [*WEEKS, *[300.0] * 13]), took(300)).message is not None


@pytest.mark.parametrize(("days", "absent"), [(6, True), (7, False)])
def test_seven_days_are_needed(days: int, absent: bool) -> None:
    assert said(CHECK, documents(took, [1.0] * days), took(1)).absent is absent
