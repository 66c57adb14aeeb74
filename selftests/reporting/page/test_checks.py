"""Each check's history: how it ended in every run, to draw and to tell."""

from datetime import timedelta
from typing import Any

from reporting.page.checks import History, histories, mark_of
from reporting.page.documents import read_runs
from selftests.reporting.page.a_year import CHANGED, CHECKS, CUT, NOW, Document, document


def history_of(name: str, *documents: Document) -> History:
    (found,) = [one for one in histories(read_runs(documents)[0]) if one.check.name == name]
    return found


def days(*found: list[dict[str, Any]]) -> list[Document]:
    return [document(at=NOW - timedelta(days=len(found) - n), found=one) for n, one in enumerate(found)]


def test_each_run_leaves_a_mark() -> None:
    made = days([], [CUT], [CHANGED], [])
    history = history_of("test_definitions_match", *made)
    assert history.marks == ("passed", "not run", "failed", "passed")
    assert history.words == "failed 1, not run 1 of 4"
    assert history.last_missed is not None
    assert history.last_missed.id == made[2]["id"]
    assert history_of("test_database_connectivity", *made).words == "failed 1 of 4"


def test_one_that_always_passed_says_so() -> None:
    history = history_of("test_storage_sound", *days([], []))
    assert (history.words, history.last_missed) == ("passed 2 of 2", None)


def test_a_check_that_came_late_was_absent_before_and_one_that_went_is_kept() -> None:
    first, second = days([], [])
    gone = first["checks"].pop()
    second["checks"] = [check for check in second["checks"] if check["name"] != "test_storage_sound"]
    assert history_of(gone["name"], first, second).marks == ("absent", "passed")
    left = history_of("test_storage_sound", first, second)
    assert (left.marks, left.newest, left.words) == (("passed", "absent"), None, "passed 1 of 1")
    assert histories(read_runs([first, second])[0])[-1].check.name == "test_storage_sound"


def test_an_exempted_check_is_marked_so_while_it_fails() -> None:
    (made,) = days([CHANGED])
    exempted = {"reason": "known", "until": "2026-12-31"}
    for check in made["checks"]:
        check["exempted"] = exempted if check["outcome"] == "failed" else None
    assert history_of("test_definitions_match", made).marks == ("exempted",)


def test_the_order_is_the_newest_runs() -> None:
    assert [one.check.name for one in histories(read_runs(days([], []))[0])] == list(CHECKS)
    assert histories([]) == []


def test_a_path_draws_the_stretches_and_nothing_between() -> None:
    history = history_of("test_definitions_match", *days([CHANGED], [], [], [CHANGED], [CHANGED]))
    assert history.path("failed") == "M0 0h1v1h-1zM3 0h2v1h-2z"
    assert history.path("passed", "failed") == "M0 0h5v1h-5z"
    assert history.path("not run") == ""


def test_a_check_that_is_not_there_is_absent() -> None:
    assert mark_of(None) == "absent"
