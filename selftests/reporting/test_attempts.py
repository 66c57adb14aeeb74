"""Asking again: how often, after how long, and when it is enough."""

import time

import pytest

from reporting.answer import Answer
from reporting.attempts import ATTEMPTS, PATIENCE, Patience, insist


def ask_until(*statuses: int | None, retry_after: str = "") -> tuple[list[float], list[float], int]:
    """The pauses that were made, the seconds that each attempt had, and how many there were."""
    pauses: list[float] = []
    limits: list[float] = []
    waiting = iter(statuses)

    def asking(seconds: float) -> Answer:
        limits.append(seconds)
        return Answer(next(waiting), retry_after=retry_after, complete=True)

    patience = Patience(15, pauses.append)
    _, attempts = insist(
        asking,
        patience,
        delivered=lambda answer: answer.status == 200,
        may_pass=lambda answer: answer.may_pass,
    )
    return pauses, limits, attempts


@pytest.mark.parametrize(
    ("statuses", "pauses"),
    [([200], []), ([404], []), ([500, 200], [1]), ([None, 429, 404], [1, 2]), ([500] * 9, [1, 2, 4])],
)
def test_what_may_pass_is_asked_again(statuses: list[int | None], pauses: list[float]) -> None:
    assert ask_until(*statuses) == (pauses, [15] * (len(pauses) + 1), len(pauses) + 1)
    assert len(pauses) < ATTEMPTS


def test_all_attempts_together_have_an_end() -> None:
    pauses, limits, attempts = ask_until(*[503] * 4, retry_after="40")
    assert (pauses, attempts) == ([30, 30], 3)
    assert limits == [15, 15, 15]


def test_the_last_attempt_has_what_is_left() -> None:
    pauses, limits, _ = ask_until(503, 503, 503, 503, retry_after="29")
    assert pauses == [29, 29, 29]
    assert limits[:3] == [15, 15, 15]
    assert 2.5 < limits[3] <= 3


def test_a_pause_is_really_made_unless_one_says_otherwise() -> None:
    assert PATIENCE.pause is time.sleep
