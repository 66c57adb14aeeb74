"""Questions in few statements, and what becomes of those that time does not allow."""

from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from judging.batches import Batch, ask, gathered


@pytest.mark.parametrize(
    ("weights", "groups"),
    [
        ([], []),
        ([1], [[1]]),
        ([3, 1, 2], [[1, 2, 3]]),
        ([1, 1, 1, 1], [[1, 1, 1], [1]]),
        ([9, 1, 2], [[1, 2], [9]]),
        ([9, 8], [[8], [9]]),
    ],
)
def test_groups_are_bounded_and_the_light_come_first(weights: list[int], groups: list[list[int]]) -> None:
    assert list(gathered(weights, lambda weight: weight, most=3, heaviest=6)) == groups


def batch(name: str, text: LiteralString) -> Batch:
    return Batch([name], sql.Composed([sql.SQL(text)]))


def test_every_batch_is_answered_in_time(postgresql: psycopg.Connection) -> None:
    answers = ask(postgresql, [batch("a", "SELECT 1"), batch("b", "SELECT 2 UNION SELECT 3 ORDER BY 1")])
    assert (answers.rows, answers.unreached) == ([(1,), (2,), (3,)], [])


def test_one_that_outlasts_the_time_is_named_and_spoils_no_other(postgresql: psycopg.Connection) -> None:
    batches = [batch("a", "SELECT 1"), batch("b", "SELECT 2 FROM pg_sleep(60)"), batch("c", "SELECT 3")]
    answers = ask(postgresql, batches, seconds=0.2)
    assert (answers.rows, answers.unreached) == ([(1,)], ["b", "c"])
    assert postgresql.execute("SELECT 4").fetchone() == (4,)


def test_without_time_nothing_is_asked(postgresql: psycopg.Connection) -> None:
    answers = ask(postgresql, [batch("a", "SELECT 1/0")], seconds=0)
    assert (answers.rows, answers.unreached) == ([], ["a"])


def test_what_fails_otherwise_is_not_hidden(postgresql: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        ask(postgresql, [batch("a", "SELECT 1/0")])
