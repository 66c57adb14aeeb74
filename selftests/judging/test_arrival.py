"""What is said of a database that could not be reached, or that the restore did not bring back whole."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from database import Access, Reach
from judging.arrival import lacks, told

LOSS = "the restore lost 1 COPY, 1 CREATE INDEX: COPY t: cut; CREATE INDEX i: gone"
LOST = {"COPY t: cut": "restore-lost-rows", "CREATE INDEX i: gone": "restore-lost-something"}


def access(problem: str | None = None, **more: Any) -> Access:
    """As after a try to connect; no server is needed to word what came of it."""
    reach = Reach(None, restored=True, **more)
    return cast(Access, SimpleNamespace(reach=reach, problem=problem, kind="database-unreachable"))


def test_a_database_that_is_whole_lacks_nothing() -> None:
    assert lacks(access()) == []


@pytest.mark.parametrize("more", [{}, {"loss": LOSS, "lost": LOST}])
def test_a_problem_goes_before_a_loss(more: dict[str, Any]) -> None:
    found = lacks(access("no answer", **more))
    assert [(each.kind, each) for each in found] == [("database-unreachable", "no answer")]
    assert told(access("no answer", **more), found) == "no answer"


def test_each_loss_is_a_finding_and_all_together_the_restores_own_words() -> None:
    found = lacks(access(loss=LOSS, lost=LOST))
    assert {str(each): each.kind for each in found} == LOST
    assert told(access(loss=LOSS, lost=LOST), found) == LOSS


def test_only_what_counts_is_told() -> None:
    counting = lacks(access(loss=LOSS, lost=LOST))[1:]
    assert told(access(loss=LOSS, lost=LOST), counting) == "the restore lost CREATE INDEX i: gone"


def test_a_loss_that_nobody_has_sorted_is_a_finding_all_the_same() -> None:
    found = lacks(access(loss="the restore lost x"))
    assert [(each.kind, each) for each in found] == [("restore-lost-something", "the restore lost x")]
    assert told(access(loss="the restore lost x"), found) == "the restore lost x"
