"""Bounds from history: each one's number, its reason, and what is said where there is too little."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reporting.history.bounds import TooLittle, proposed

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def documents(days: int, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "verified_at": (NOW - timedelta(days=ago)).isoformat(),
            "checks": [{"name": "test_rows", "details": {"rows": {"public.t": 100}, "estimated": []}}],
            **changes,
        }
        for ago in reversed(range(days))
    ]


def test_rows_alone_are_enough() -> None:
    text = proposed(documents(7), NOW)
    assert tomllib.loads(text) == {"tables": {"public.t": {"min_rows": 90, "max_rows": 200}}}
    for what in ("[database]", "max_age_hours", "max_restore_minutes"):
        assert f"# {what}: no bounds yet: 0 days of history, expected at least 7" in text


def test_the_last_four_weeks_count() -> None:
    old = documents(60)
    for document in old[:20]:
        document["checks"] = [{"name": "test_rows", "details": {"rows": {"public.t": 1}, "estimated": []}}]
    assert tomllib.loads(proposed(old, NOW))["tables"]["public.t"]["min_rows"] == 90


def test_a_young_table_is_named_without_bounds() -> None:
    found = documents(8)
    found[-1]["checks"][0]["details"]["rows"] = {"public.t": 100, "public.young": 5}
    tables = tomllib.loads(proposed(found, NOW))["tables"]
    assert tables["public.young"] == {}


def test_growth_leaves_room() -> None:
    found = documents(11)
    for at, document in enumerate(found):
        document["checks"][0]["details"] = {"rows": {"public.t": 100 + at}, "estimated": []}
    assert tomllib.loads(proposed(found, NOW))["tables"]["public.t"] == {"min_rows": 90, "max_rows": 400}


@pytest.mark.parametrize("days", [0, 6])
def test_too_little_is_said(days: int) -> None:
    with pytest.raises(TooLittle, match=f"{days} days with row counts of a success, expected at least 7"):
        proposed(documents(days), NOW)
