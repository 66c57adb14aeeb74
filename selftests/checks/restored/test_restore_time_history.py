"""test_restore_time_usual: only far slower alarms, at once or in the second run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from restoring.facts import RestoredFacts
from selftests.checks.of_history import Said, document, said

CHECK = "test_restore_time_usual"
FACTS = RestoredFacts(1.0, False, (), (), "", (), (), "")


def after(seconds: float, earlier: list[float]) -> Said:
    history = [document(len(earlier) - at, restore=each) for at, each in enumerate(earlier)]
    return said(CHECK, history, restored=replace(FACTS, seconds=seconds))


@pytest.mark.parametrize("seconds", [1.0, 100.0, 250.0, 251.0, 500.0])
def test_one_slow_restore_passes(seconds: float) -> None:
    told = after(seconds, [100.0] * 28)
    assert (told.message, told.absent) == (None, False)
    assert told.details == {"usual": {"restore time": {"low": 0.0, "median": 100.0, "high": 250.0}}}


@pytest.mark.parametrize(("last", "seconds"), [(100.0, 500.1), (251.0, 251.0)])
def test_far_slower_or_slow_again_is_found(last: float, seconds: float) -> None:
    told = after(seconds, [*[100.0] * 28, last])
    assert told.kinds == ["restore-time-unusual"]
    assert told.message is not None
    assert told.message.startswith(
        f"restore time: {seconds:.1f} s, usual 0.0 s to 250.0 s (median 100.0 s, since 20"
    )


def test_a_restore_of_seconds_has_a_minute() -> None:
    assert after(122.0, [1.0] * 28).message is None
    assert after(122.1, [1.0] * 28).kinds == ["restore-time-unusual"]


@pytest.mark.parametrize(("days", "absent"), [(6, True), (7, False)])
def test_seven_days_are_needed(days: int, absent: bool) -> None:
    assert after(1, [1.0] * days).absent is absent
