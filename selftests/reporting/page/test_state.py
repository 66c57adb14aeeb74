"""The state now: never "yes" on the word of a run that is old, failed, partial, ahead, or not the last."""

from datetime import timedelta
from typing import Any

import pytest

from reporting.page.documents import read_runs
from reporting.page.state import AHEAD, CLOCKS, MAX_AGE, ORDER, SYMBOLS, WORDS, State, state_of
from selftests.reporting.page.a_year import CHANGED, CUT, FEW_ROWS, NOW, SLOW, Document, document

HOUR = timedelta(hours=1)


def state(*documents: object) -> State:
    runs, left_out = read_runs(documents)
    return state_of(runs, left_out, NOW)


def at(age: timedelta, *found: dict[str, Any], **changes: Any) -> Document:
    return document(at=NOW - age, found=list(found)) | changes


@pytest.mark.parametrize(
    ("made", "answer"),
    [
        (at(HOUR), "yes"),
        (at(HOUR, SLOW), "warnings"),
        (at(HOUR, CHANGED), "no"),
        (at(HOUR, CUT), "no"),
        (at(MAX_AGE), "yes"),
        (at(MAX_AGE + timedelta(seconds=1)), "stale"),
        (at(MAX_AGE * 2, SLOW), "stale"),
        (at(MAX_AGE * 2, CHANGED), "no"),
        (at(-CLOCKS), "yes"),
        (at(-CLOCKS - timedelta(seconds=1)), "unknown"),
        (at(HOUR, partial=True), "partial"),
        (at(MAX_AGE * 2, partial=True), "stale"),
        (at(HOUR, CHANGED, partial=True), "no"),
        (at(HOUR, status="failure"), "no"),
    ],
)
def test_the_newest_run_answers(made: Document, answer: str) -> None:
    assert state(at(timedelta(days=30)), made).answer == answer


def test_nothing_known_is_not_known() -> None:
    assert state().answer == "unknown"
    assert state(None).answer == "unknown"


def test_an_older_failure_does_not_count() -> None:
    found = state(at(5 * HOUR, CHANGED), at(HOUR))
    assert found.answer == "yes"
    assert found.last_failure is not None


@pytest.mark.parametrize("broken", [None, {}, {"verified_at": NOW.isoformat()}])
def test_a_newer_run_that_cannot_be_read_takes_the_answer_away(broken: object) -> None:
    assert state(at(HOUR), broken).answer == "unknown"
    assert state(at(HOUR, CHANGED), broken).answer == "no"


def test_an_older_run_that_cannot_be_read_does_not() -> None:
    assert state({"verified_at": (NOW - 9 * HOUR).isoformat()}, at(HOUR)).answer == "yes"


def test_what_is_last_is_told_apart() -> None:
    clean, odd, bad, part = at(9 * HOUR), at(8 * HOUR, SLOW), at(7 * HOUR, CUT), at(HOUR, partial=True)
    found = state(clean, odd, bad, part)
    kept = (found.last_success, found.last_good, found.last_failure, found.newest)
    assert [run and run.id for run in kept] == [made["id"] for made in (clean, odd, bad, part)]


def test_reasons_name_the_checks() -> None:
    assert state(at(HOUR, CHANGED)).reason == "The newest verification failed: Definitions Match."
    assert state(at(HOUR, CUT)).reason == "The newest verification failed: Database Connectivity."
    assert state(at(HOUR, SLOW)).reason == "Every critical check passed; odd: Restored In Time."
    assert state(at(-HOUR)).reason == AHEAD


def test_an_exempted_check_is_said_with_the_answer() -> None:
    made = at(HOUR, CHANGED)
    for check in made["checks"]:
        if check["outcome"] == "failed":
            check["exempted"] = {"reason": "known", "until": "2026-12-31"}
    found = state(made | {"status": "success"})
    assert found.answer == "yes"
    assert found.reason.endswith("passed every check, but 1 exempted.")


def test_exempted_findings_are_said_with_the_answer() -> None:
    covered = [
        one | {"exempted": {"reason": "known", "until": "2026-12-31"}} for one in (CHANGED, FEW_ROWS)
    ]
    found = state(at(HOUR, *covered))
    assert (found.answer, found.reason) == (
        "yes",
        "The newest backup was restored and passed every check, but 2 exempted.",
    )
    odd = state(at(HOUR, SLOW, *covered))
    assert odd.reason == "Every critical check passed, but 2 exempted; odd: Restored In Time."


def test_a_live_database_was_not_restored() -> None:
    live = at(HOUR, target={"kind": "database", "name": "live"})
    assert state(live).reason == "The newest database passed every check."


def test_what_the_state_was_fresh_goes_along_for_the_readers_clock() -> None:
    found = state(at(MAX_AGE * 2))
    assert (found.answer, found.fresh) == ("stale", "yes")
    assert found.fresh_reason == "The newest backup was restored and passed every check."


def test_every_answer_has_its_words_and_a_symbol_of_its_own() -> None:
    assert set(ORDER) == set(WORDS) == set(SYMBOLS)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert [answer for answer in ORDER if WORDS[answer].startswith("Yes")] == ["warnings", "yes"]
