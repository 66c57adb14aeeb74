"""Trends: one value for each run, packed for the page's script without changing what is read there."""

from datetime import timedelta

import pytest

from reporting.page.documents import read_runs
from reporting.page.runs import Run
from reporting.page.trends import LETTERS, Trend, lettered, packed, trends_of
from selftests.reporting.page.a_year import CUT, FEW_ROWS, NOW, TABLES, Document, document


def runs(*documents: Document) -> list[Run]:
    return read_runs(documents)[0]


def days(count: int) -> list[Document]:
    return [document(at=NOW - timedelta(days=count - n), day=n) for n in range(count)]


def test_the_whole_comes_first_and_then_each_table() -> None:
    names = [trend.name for trend in trends_of(runs(*days(2)))]
    assert names[:4] == ["Database size", "Backup size", "Backup age when verified", "Restore time"]
    assert names[4:] == sorted(TABLES)


def test_what_was_never_measured_is_no_trend() -> None:
    live = document() | {"backup": None, "seconds": {}, "target": {"kind": "database", "name": "x"}}
    assert [trend.name for trend in trends_of(runs(live))][:2] == ["Database size", "public.agents"]
    assert trends_of([]) == []


def test_a_run_without_the_measure_leaves_a_gap() -> None:
    found = [*days(2), document(at=NOW, found=[CUT])]
    rows = next(trend for trend in trends_of(runs(*found)) if trend.unit == "rows")
    assert [value is None for value in rows.values] == [False, False, True]
    assert rows.latest == 1


def test_a_failed_run_teaches_nothing_of_what_is_usual() -> None:
    failed = [one | {"status": "failure"} for one in days(12)]
    assert all(trend.bands == (None,) * 12 for trend in trends_of(runs(*failed)))
    assert all(trend.bands[-1] for trend in trends_of(runs(*days(12))))


def test_what_lies_outside_is_told_to_the_last_digit_and_the_ends_to_a_hundredth_of_the_width() -> None:
    """Bands as the log had them: of very different widths, some reaching further down than up."""
    bands = ((1144.0, 1260.0), (900.0, 1210.0), (1138.5, 1146.0), (0.0, 1140.0), (1141.0, 1141.0), None)
    trend = Trend("x", "rows", (1141.0,) * 6, bands)
    coded = packed(trend)
    assert coded["odd"] == [0, 3]
    coarse = coded["coarse"]
    assert isinstance(coarse, float)
    middles, halves = read(coded["middles"]), read(coded["halves"])
    for usual, middle, half in zip(bands, middles, halves, strict=True):
        assert (usual is None) == (middle is None) == (half is None)
        if usual is not None and middle is not None and half is not None:
            ends = [(middle - half) * coarse, (middle + half) * coarse]
            assert ends == pytest.approx(list(usual), abs=1)


@pytest.mark.parametrize(("value", "unusual"), [(5, False), (4, True), (6, True)])
def test_a_value_outside_of_its_band_is_unusual(value: float, unusual: bool) -> None:
    assert Trend("x", "rows", (5.0, value), (None, (4.9, 5.1))).is_unusual == unusual


def test_a_trend_without_a_band_is_not_unusual() -> None:
    assert not Trend("x", "rows", (5.0,), (None,)).is_unusual
    assert not Trend("x", "rows", (None,), (None,)).is_unusual


def read(coded: object) -> list[int | None]:
    """Leaps read as the page's script reads them."""
    assert isinstance(coded, dict)
    width, letters, total = coded["width"], coded["letters"], coded["first"]
    found: list[int | None] = []
    for word in (letters[at : at + width] for at in range(0, len(letters), width)):
        leap = 0
        for letter in word.replace(".", ""):
            leap = leap * len(LETTERS) + LETTERS.index(letter)
        total += 0 if word[0] == "." else leap - (len(LETTERS) ** width - 1) // 2
        found.append(None if word[0] == "." else total)
    return found


@pytest.mark.parametrize(
    ("values", "width"),
    [
        ([], 1),
        ([None], 1),
        ([5.0, 36.0, None, 5.0], 1),
        ([5.0, 37.0], 2),
        ([None, 1984.0, 0.0, 1984.0], 2),
        ([1985.0, 0.0], 3),
        ([0.0, 1e15, 3.0], 9),
    ],
)
def test_letters_lead_back_to_the_values_and_are_as_few_as_that_takes(
    values: list[float | None], width: int
) -> None:
    coded = lettered(values, 1.0)
    assert read(coded) == values
    assert coded["width"] == width


def test_rows_are_kept_to_the_row() -> None:
    values = (1_000_000.0, None, 999_999.0, 3.0)
    coded = packed(Trend("x", "rows", values, (None,) * 4))
    assert (coded["step"], read(coded["values"])) == (1.0, [1_000_000, None, 999_999, 3])


def test_other_measures_are_kept_to_a_part_in_thousands() -> None:
    values = [1e9 + 12_345_678 * n for n in range(50)]
    coded = packed(Trend("x", "bytes", tuple(values), (None,) * 50))
    step = coded["step"]
    assert isinstance(step, float)
    assert step <= 1e9 / 2000
    back = read(coded["values"])
    assert all(abs((at or 0) * step - value) <= step for at, value in zip(back, values, strict=True))


def test_the_letters_are_an_odd_number_and_none_that_html_would_escape() -> None:
    assert len(set(LETTERS)) == 63
    assert not set(LETTERS) & set("<>&'\"\\.")


def test_what_a_check_held_to_be_usual_goes_before_our_own_reckoning() -> None:
    made = days(12)
    recorded = {
        "test_rows_usual": {"rows public.agents": {"low": 5, "median": 6, "high": 7}},
        "test_database_size_usual": {"database size": {"low": 1, "median": 2, "high": 3}},
        "test_broken_usual": {"backup size": {"low": "x", "high": 3}, "restore time": None},
    }
    for name, usual in recorded.items():
        made[-1]["checks"].append(
            {"name": name, "severity": "warning", "outcome": "passed", "details": {"usual": usual}}
        )
    found = {trend.name: trend.bands for trend in trends_of(runs(*made))}
    plain = {trend.name: trend.bands for trend in trends_of(runs(*days(12)))}
    assert found["public.agents"] == (*plain["public.agents"][:-1], (5, 7))
    assert found["Database size"][-1] == (1024 * 1024, 3 * 1024 * 1024)
    assert found["Backup size"] == plain["Backup size"]
    assert found["Restore time"] == plain["Restore time"]


def test_a_finding_about_a_table_leaves_its_rows_as_they_are() -> None:
    found = trends_of(runs(document(found=[FEW_ROWS])))
    assert all(trend.latest == 0 for trend in found)
