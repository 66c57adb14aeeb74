"""The view: the figures of the first glance, and what goes where on the page."""

from datetime import timedelta
from typing import Any

import pytest

from reporting.page.documents import read_runs
from reporting.page.trends import lettered
from reporting.page.view import Fact, View, data_of, view_of
from selftests.reporting.page.a_year import CHANGED, CUT, NOW, SLOW, Document, a_year, document

HOUR = timedelta(hours=1)


def view(*documents: Document) -> View:
    runs, left_out = read_runs(documents)
    return view_of("app", runs, left_out, now=NOW)


def fact(label: str, *documents: Document) -> Fact:
    (found,) = [fact for fact in view(*documents).facts if fact.label == label]
    return found


def taken(hours: float, age: timedelta = HOUR, *found: dict[str, Any], **changes: Any) -> Document:
    """A run so long ago, of a backup taken so many hours ago."""
    made = document(at=NOW - age, found=list(found)) | changes
    at = NOW - timedelta(hours=hours)
    return made | {"backup": made["backup"] | {"taken_at": at.isoformat()}}


def test_the_backups_age_counts_to_now() -> None:
    found = fact("Backup age", taken(7))
    assert (found.value, found.note) == ("7.0 h", "taken 23 Nov 2026 01:30 UTC, by its header")
    assert found.since == int((NOW - 7 * HOUR).timestamp())


def test_what_would_be_lost_counts_from_the_newest_backup_that_was_verified_good() -> None:
    assert fact("Would be lost", taken(30, 29 * HOUR), taken(3, HOUR, CHANGED)).value == "30.0 h"
    assert fact("Would be lost", taken(30, 29 * HOUR), taken(3.75, HOUR, SLOW)).value == "3.8 h"
    assert fact("Would be lost", taken(30, 29 * HOUR), taken(3, HOUR, partial=True)).value == "30.0 h"
    assert fact("Would be lost", taken(3, HOUR, CUT)).value == "unknown"


def test_a_backup_taken_after_its_verification_is_of_no_known_age() -> None:
    assert fact("Would be lost", taken(-5)).value == "unknown"


def test_a_restore_takes_what_the_last_whole_one_took() -> None:
    slow = document(at=NOW - 5 * HOUR, found=[SLOW])
    assert fact("A restore takes", slow, document(found=[CUT])).value == "6 min 42 s"
    assert fact("A restore takes", document(found=[CUT])).value == "unknown"


def test_the_last_success_is_one_without_a_warning() -> None:
    assert fact("Last success", document(at=NOW - 9 * HOUR), document(found=[SLOW])).value == "9 h ago"
    assert fact("Last success", document(found=[SLOW])).value == "none"


@pytest.mark.parametrize("backup", [None, {}, {"id": "x"}])
def test_without_a_backup_or_its_time_the_age_is_unknown(backup: object) -> None:
    assert fact("Backup age", document() | {"backup": backup}).value == "unknown"


def test_runs_that_tell_something_are_listed_but_for_those_shown_alone() -> None:
    old, odd = document(at=NOW - 9 * HOUR, found=[CUT]), document(at=NOW - 8 * HOUR, found=[SLOW])
    last, newest = document(at=NOW - 7 * HOUR, found=[CHANGED]), document(at=NOW - HOUR)
    assert [run.id for run in view(old, odd, last, newest).troubled] == [odd["id"], old["id"]]


def test_a_year_has_its_days_counted() -> None:
    made = view(*a_year())
    assert made.tally == "352 success, 6 warning, 4 failure, 4 without a run"
    assert len(made.last_30_days) == 30


def test_what_lies_further_back_than_a_year_is_known_and_not_shown() -> None:
    made = view(document(at=NOW - timedelta(days=400), found=[CHANGED]), document())
    assert made.state.last_failure is not None
    assert len(made.runs) == 1


def test_the_scripts_data_leads_back_to_the_runs() -> None:
    made = view(*(document(at=NOW - n * HOUR, found=found) for n, found in [(30, []), (3, [CUT]), (2, [])]))
    data = data_of(made)
    assert data["minutes"] == lettered([run.at.timestamp() // 60 for run in made.runs], 1)
    assert (data["cells"], data["hidden"]) == ("sfs", [2])
    assert data["ids"] == [run.id for run in made.runs]
