"""Measures judged together: what is said of each, and of those that could not be judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from judging.usual import ROWS, Judgement, judge
from judging.usual_measures import Judge, Judged, Wording, judge_measures, told

START = datetime(2026, 3, 2, 5, tzinfo=UTC)
NOW = START + timedelta(days=40)
SERIES = [(START + timedelta(days=at), 1_000.0) for at in range(40)]
WORDING = Wording("{:.0f} rows".format, {"fell": "rows-unusual", "grew": "rows-unusual"})


def of(found: dict[str, float]) -> Judged:
    rows: Judge = lambda series, now, value: judge(series, now, value, ROWS)  # noqa: E731
    earlier = {"rows a": SERIES, "rows b": SERIES, "rows young": SERIES[:6]}
    return judge_measures(found, earlier, NOW, rows, WORDING)


def test_each_measure_is_judged_by_its_own_history() -> None:
    judged = of({"rows b": 1_000.0, "rows a": 10.0})
    assert [(each, each.kind) for each in judged.findings] == [
        ("a: 10 rows, usual 953 rows to 2001 rows (median 1000 rows, since 2026-03-02)", "rows-unusual")
    ]
    assert list(judged.usual) == ["rows a", "rows b"]
    assert judged.gaps == []


def test_what_is_young_or_new_is_a_gap() -> None:
    judged = of({"rows a": 1_000.0, "rows young": 1.0, "rows new": 1.0})
    assert [what for what, _ in judged.gaps] == ["what is usual: rows new, rows young"]
    assert list(judged.usual) == ["rows a"]


def test_nothing_measured_is_a_gap() -> None:
    assert of({}).gaps == [("what is usual", "this run has not measured it")]


def test_erosion_and_second_runs_are_told_in_words_of_their_own() -> None:
    eroded = Judgement(5.0, 9.0, 20.0, START.date(), "eroded", 10.0)
    assert (
        told("rows t", 8.0, eroded, str)
        == "t: 8.0, 20 % fewer than 10.0, lost little by little since 2026-03-02"
    )
    second = Judgement(5.0, 9.0, 20.0, START.date(), "fell")
    assert told("rows t", 6.0, second, str) == (
        "t: 6.0, for the second run below the usual 9.0 (median since 2026-03-02)"
    )
