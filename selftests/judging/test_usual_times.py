"""Times: slower by far at once, slow in the second run, and never for being quick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from judging.usual_times import Patience, judge_seconds

START = datetime(2026, 3, 2, 5, tzinfo=UTC)
PATIENCE = Patience(factor=3, seconds=10)


def change(values: Sequence[float], value: float) -> str | None:
    series = [(START + timedelta(days=at), each) for at, each in enumerate(values)]
    found = judge_seconds(series, START + timedelta(days=len(values)), value, PATIENCE)
    assert found is not None
    return found.change


@pytest.mark.parametrize(
    ("last", "value", "found"),
    [
        (10.0, 0.0, None),
        (10.0, 60.0, None),
        (10.0, 60.1, "grew"),
        (30.1, 30.0, None),
        (30.1, 30.1, "grew"),
        (30.0, 31.0, None),
    ],
)
def test_the_band_and_twice_the_band(last: float, value: float, found: str | None) -> None:
    assert change([*[10.0] * 20, last], value) == found


def test_what_sways_has_a_wider_band() -> None:
    swaying = [10.0, 30.0] * 14
    assert change(swaying, 150.0) is None
    assert change(swaying, 250.0) == "grew"


def test_six_days_are_too_few() -> None:
    series = [(START + timedelta(days=at), 1.0) for at in range(6)]
    assert judge_seconds(series, START + timedelta(days=6), 1.0, PATIENCE) is None
