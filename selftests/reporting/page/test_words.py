"""Numbers and times as people read them."""

from datetime import UTC, datetime

import pytest

from reporting.page import words
from reporting.page.trends import Trend


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (89, "89 s"),
        (90, "1 min"),
        (5399, "89 min"),
        (5400, "1 h"),
        (172_799, "47 h"),
        (172_800, "2 days"),
    ],
)
def test_age(seconds: float, said: str) -> None:
    assert words.age(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 min"),
        (0, "0 min"),
        (1, "1 min"),
        (5399, "90 min"),
        (5400, "1.5 h"),
        (3.8 * 3600, "3.8 h"),
        (3.8 * 3600 + 1, "3.9 h"),
        (172_799, "48.0 h"),
        (172_800, "2 days"),
        (172_801, "3 days"),
    ],
)
def test_what_would_be_lost_is_rounded_up(seconds: float, said: str) -> None:
    assert words.lost(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.475, "0.47 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (103, "1 min 43 s"),
        (3600, "1 h 0 min"),
        (12_000, "3 h 20 min"),
    ],
)
def test_duration(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (457_625, "447 kB"),
        (1_048_576, "1 MB"),
        (18_454_937, "17.6 MB"),
        (1.5 * 2**40, "1.5 TB"),
        (5e15, "4547 TB"),
    ],
)
def test_size(count: float, said: str) -> None:
    assert words.size(count) == said


def test_values_have_their_units() -> None:
    said = [words.measured(1234, unit) for unit in ("rows", "bytes", "hours", "seconds")]
    assert said == ["1,234 rows", "1.21 kB", "1234.0 h", "20 min 34 s"]
    assert words.measured(1, "rows") == "1 row"


def test_a_trend_is_told_in_a_sentence() -> None:
    values = (5.0, 6.0, 9.0)
    plain = Trend("x", "rows", values, (None, None, None))
    assert words.told(plain) == (
        "9 rows now, 5 rows first, 5 rows to 9 rows in 3 runs; too few runs to say what is usual"
    )
    odd = Trend("x", "rows", values, (None, None, (4.0, 6.0)))
    assert words.told(odd).endswith("usual now: 4 to 6 rows, and this is outside")
    assert words.told(Trend("x", "rows", (4.0,), (None,))) == "4 rows in the only run"
    assert words.told(Trend("x", "rows", (None,), (None,))) == "no value"


def test_a_band_whose_ends_read_alike_is_one_number() -> None:
    assert words.usual(Trend("x", "rows", (4.0,), ((4.1, 4.2),))) == "4 rows"
    assert words.usual(Trend("x", "rows", (4.0,), (None,))) is None


def test_the_rest() -> None:
    assert words.when(datetime(2026, 1, 2, 3, 4, 59, tzinfo=UTC)) == "2 Jan 2026 03:04 UTC"
    assert (words.counted(1, "run"), words.counted(1200, "run")) == ("1 run", "1,200 runs")
    assert words.listed(["a", "b", "c"], 2) == "a, b and 1 more"
    assert words.listed(["a", "b"], 2) == "a, b"
