"""The simulated year: the product's rule finds what was planted, and leaves people alone otherwise."""

from __future__ import annotations

import re

import pytest

from selftests.judging.simulated_year.events import (
    EROSION_TOLERANCE,
    IMPORTED,
    PURGED,
    Loss,
    Year,
    year,
)
from selftests.judging.simulated_year.scoring import Earlier, score
from selftests.judging.simulated_year.table import OURS, SEEDS, markdown, scored
from settings import HOME

BLOCK = r"<!-- simulated year -->\n(.+?)\n<!-- /simulated year -->"
each_year = pytest.mark.parametrize("seed", SEEDS)


@each_year
def test_every_loss_is_found_within_two_runs(seed: int) -> None:
    assert scored(OURS, seed).missed == ()
    assert len(scored(OURS, seed).found) == 10
    assert max(scored(OURS, seed).delays) <= 1


@each_year
def test_two_false_alarms_a_year_at_most(seed: int) -> None:
    assert scored(OURS, seed).false_days() <= 2, scored(OURS, seed).false_alarms


def test_the_readme_shows_the_table_of_the_command() -> None:
    (shown,) = re.findall(BLOCK, (HOME / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown == markdown()


@each_year
def test_a_year_holds_what_its_docstrings_promise(seed: int) -> None:
    made = year(seed)
    assert len(made.losses) == 10
    assert made.rows == year(seed).rows
    assert all(loss.first in made.runs and loss.due in made.runs for loss in made.losses)
    (erosion,) = [loss for loss in made.losses if loss.due != loss.first]
    before = made.rows[erosion.table][erosion.first - 1]
    kept = [made.rows[erosion.table][at] / before for at in (erosion.due - 1, erosion.due)]
    assert kept[0] >= 1 - EROSION_TOLERANCE > kept[1]
    for table, at, grown in ((IMPORTED, made.imported, 1.5), (PURGED, made.purged, 0.65)):
        assert (made.rows[table][at] / made.rows[table][at - 1] > 1) is (grown > 1)


FLAT = Year({"t": [100.0] * 30, PURGED: [100.0] * 30}, list(range(30)), [Loss("x", "t", 10, 12, 10)], 20, 5)


@pytest.mark.parametrize(
    ("alarms", "delays", "false_days"),
    [
        ({"t": [10]}, (0,), 0),
        ({"t": [11, 12, 13]}, (1,), 0),
        ({"t": [12]}, (), 0),
        ({"t": [9, 14]}, (), 2),
        ({"t": [9], PURGED: [9]}, (), 1),
        ({PURGED: [20, 21, 22]}, (), 1),
        ({PURGED: [19, 21, 22]}, (), 2),
    ],
)
def test_the_score_counts_what_it_says(
    alarms: dict[str, list[int]], delays: tuple[int, ...], false_days: int
) -> None:
    moments = iter([(table, at) for table in FLAT.rows for at in FLAT.runs])

    def rule(_: Earlier, __: object, ___: float) -> bool:
        table, at = next(moments)
        return at in alarms.get(table, [])

    found = score(rule, FLAT)
    assert (found.delays, found.false_days()) == (delays, false_days)


def test_a_rule_is_told_nothing_of_today_or_later() -> None:
    def rule(earlier: Earlier, now: object, _: float) -> bool:
        return any(moment >= now for moment, _ in earlier)  # type: ignore[operator]

    assert score(rule, FLAT).false_alarms == ()
