"""The band: what was usual before each value, never by the value itself."""

import random

from reporting.page.band import LEAST, band


def test_too_few_values_make_no_band() -> None:
    assert band([5.0] * LEAST)[-1] is None
    assert band([5.0] * (LEAST + 1))[-1] == (4.9, 5.1)


def test_missing_values_count_for_nothing() -> None:
    assert band([None] * 50 + [5.0] * LEAST)[-1] is None
    assert band([5.0] * LEAST + [None, None])[-1] == (4.9, 5.1)


def test_a_value_is_not_measured_by_itself() -> None:
    assert band([5.0] * 20 + [500.0])[-1] == (4.9, 5.1)


def test_one_that_lies_far_out_does_not_widen_what_follows() -> None:
    low, high = band([100.0] * 20 + [0.0] + [100.0] * 5)[-1] or (0.0, 0.0)
    assert (low, high) == (98.0, 102.0)


def test_steady_growth_is_usual() -> None:
    chance = random.Random(3)
    series = [1000 + 10 * day + chance.gauss(0, 5) for day in range(200)]
    pairs = [(value, ends) for value, ends in zip(series, band(series), strict=True) if ends]
    inside = [low <= value <= high for value, (low, high) in pairs]
    assert sum(inside) >= 0.98 * len(inside)


def test_a_tenth_less_is_not_usual() -> None:
    chance = random.Random(3)
    series = [1000 + 10 * day + chance.gauss(0, 5) for day in range(100)]
    low, _ = band([*series, 0.0])[-1] or (0.0, 0.0)
    assert series[-1] * 0.9 < low


def test_nothing_is_usual_below_zero() -> None:
    assert all(ends is None or ends[0] >= 0 for ends in band([40.0 - n for n in range(60)]))


def test_of_nothing_there_is_nothing() -> None:
    assert band([]) == []
