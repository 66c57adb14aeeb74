"""Asking again: what may pass is tried a few times, and never for longer than a delivery may last.

A message whose answer was lost is sent again: better twice than never.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from reporting.answer import Answer

ATTEMPTS = 4
DELIVERY_SECONDS = 90.0
ATTEMPT_SECONDS = 15.0


@dataclass(frozen=True)
class Patience:
    """How one waits: `limit` is the longest time for one attempt, in seconds; `pause` waits between two."""

    limit: float = ATTEMPT_SECONDS
    pause: Callable[[float], None] = time.sleep


PATIENCE = Patience()


def insist(
    asking: Callable[[float], Answer],
    patience: Patience,
    *,
    delivered: Callable[[Answer], bool],
    may_pass: Callable[[Answer], bool],
) -> tuple[Answer, int]:
    """The last answer and the number of attempts; `asking` is called with the seconds that it may take."""
    left, attempt = DELIVERY_SECONDS, 0
    while True:
        attempt += 1
        began = time.monotonic()
        answer = asking(min(patience.limit, left))
        seconds = answer.pause_after(attempt)
        left -= time.monotonic() - began + seconds
        if delivered(answer) or not may_pass(answer) or attempt == ATTEMPTS or left <= 0:
            return answer, attempt
        patience.pause(seconds)
