"""What one process hands to another: the same on both sides, and nothing where nothing was handed."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from database import Reach
from reporting.handover import Handover
from reporting.verification import BackupFacts
from restoring.facts import Listed, RestoredFacts

BACKUP = BackupFacts("a.dump#1", "custom", datetime(2026, 1, 2, tzinfo=UTC), "header", 3.5, 1024)
RESTORED = RestoredFacts(1.0, False, (Listed("TABLE", "public", "t"),), ("r",), "s", (), (), "host=/s")


def received(workerinput: dict[str, Any]) -> Handover | None:
    return Handover.received(cast(pytest.Config, SimpleNamespace(workerinput=workerinput)))


@pytest.mark.parametrize(
    "handover",
    [
        Handover(Reach("host=/s", restored=True, loss="x"), BACKUP, RESTORED),
        Handover(Reach(None, restored=True, problem="y"), BACKUP, None),
        Handover(Reach("host=h", restored=False), None, None),
    ],
    ids=["restored", "failed", "live"],
)
def test_what_is_given_is_received(handover: Handover) -> None:
    given: dict[str, Any] = {"workerid": "gw0"}
    handover.give(given)
    assert received(json.loads(json.dumps(given))) == handover


def test_the_process_that_restores_has_received_nothing(pytestconfig: pytest.Config) -> None:
    assert received({}) is None
    assert Handover.received(cast(pytest.Config, SimpleNamespace())) is None
