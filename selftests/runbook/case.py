"""One way in which a backup or a database goes bad, and the kinds of finding that it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from selftests.runbook.ground import Ground
from selftests.runbook.situation import Situation


@dataclass(frozen=True)
class Case:
    """`make` brings about the situation; the product, run in it, reports all of `kinds`."""

    name: str
    kinds: tuple[str, ...]
    make: Callable[[Ground], Situation]

    def __str__(self) -> str:
        return self.name
