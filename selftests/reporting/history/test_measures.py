"""From documents to series: what is measured, what is left out, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from reporting.history.measures import measured, measures_in, measures_of, series_of
from reporting.verification import CheckResult


def check(name: str, outcome: str = "passed", seconds: float = 1.0, **details: Any) -> dict[str, Any]:
    return {"name": name, "outcome": outcome, "seconds": seconds, "details": details}


DOCUMENT = {
    "verified_at": "2026-03-02T05:00:00+00:00",
    "backup": {"size_bytes": 5_000},
    "seconds": {"restore": 2.5, "locate": 0.1},
    "checks": [
        check(
            "test_rows", rows={"public.a": 7, "public.b": 9, "public.gone": None}, estimated=["public.b"]
        ),
        check("test_size", "failed", 2.0, size_mb=11.5),
        check("test_other", "not run"),
    ],
}


def test_a_document_is_measured() -> None:
    assert measures_of(DOCUMENT) == {
        "rows public.a": 7.0,
        "database size": 11.5,
        "backup size": 5_000.0,
        "restore time": 2.5,
        "seconds test_rows": 1.0,
        "seconds test_size": 2.0,
    }


@pytest.mark.parametrize("backup", [None, {}])
def test_what_was_not_measured_is_left_out(backup: dict[str, Any] | None) -> None:
    bare = {"backup": backup, "seconds": {}, "checks": [{"name": "test_old", "outcome": "passed"}]}
    assert measures_of(bare) == {}
    assert measures_of({"checks": []}) == {}


@pytest.mark.parametrize(
    "details", [{}, {"rows": None}, {"rows": 5}, {"size_mb": "x"}, {"rows": {"t": True}}]
)
def test_details_of_another_form_are_no_measures(details: dict[str, Any]) -> None:
    assert measures_in(details) == {}


def test_series_keep_order_and_times() -> None:
    later = DOCUMENT | {"verified_at": "2026-03-03T06:00:00"}
    series = series_of([DOCUMENT, later])
    moments = [datetime(2026, 3, 2, 5, tzinfo=UTC), datetime(2026, 3, 3, 6, tzinfo=UTC)]
    assert series["restore time"] == [(moment, 2.5) for moment in moments]


def test_the_results_of_this_run_are_measured_alike() -> None:
    results = [
        CheckResult(
            "test_rows", "Rows", "warning", "failed", details={"rows": {"public.a": 1}, "estimated": []}
        ),
        CheckResult("test_size", "Size", "warning", "not run", details={}),
    ]
    assert measured(results, "rows ") == {"rows public.a": 1.0}
    assert measured(results, "seconds ") == {"seconds test_rows": 0.0}
