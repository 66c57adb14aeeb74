"""What the templates call: marks and attributes that no text of a document breaks out of."""

from dataclasses import replace
from datetime import timedelta

from reporting.page.days import Day, days_of
from reporting.page.documents import read_run, read_runs
from reporting.page.filters import FILTERS, untold
from reporting.page.state import state_of
from selftests.reporting.page.a_year import CHANGED, CUT, NOW, document


def test_only_days_with_more_to_tell_are_links_without_a_script() -> None:
    clean, failed = read_run(document()), read_run(document(found=[CHANGED]))
    day = Day(NOW.date(), (clean,))
    assert FILTERS["dayitem"](day) == "<li>✓"
    assert FILTERS["dayitem"](replace(day, runs=(failed, clean))) == (
        f'<li><a href="#run-{failed.id}" class="f">✗<small>2</small></a>'
    )
    assert FILTERS["dayitem"](Day(NOW.date())) == '<li class="e">'


def test_a_check_that_only_was_not_run_is_told_with_others() -> None:
    told = {check.name: untold(check) for check in read_run(document(found=[CUT])).notable}
    assert not told.pop("test_database_connectivity")
    assert all(told.values())


def test_bars_differ_by_height_and_not_by_colour_alone() -> None:
    documents = [document(at=NOW - timedelta(days=2)), document(found=[CHANGED])]
    bars = dict(FILTERS["bars"](days_of(read_runs(documents)[0], NOW)))
    assert bars == {"s": "M1 16h8v10h-8z", "e": "M11 20h8v5h-8z", "f": "M21 0h8v26h-8z"}


def test_a_name_breaks_behind_its_dots_and_underscores_and_stays_text() -> None:
    assert FILTERS["breakable"]("public.call_logs") == "public.<wbr>call_<wbr>logs"
    assert FILTERS["breakable"]("a_<b>.2.5") == "a_&lt;b&gt;.2.5"


def test_attributes_are_escaped() -> None:
    made = document(found=[CHANGED])
    for check in made["checks"]:
        check["title"] = '"><script>'
    runs, left_out = read_runs([made])
    attributes = FILTERS["live"](state_of(runs, left_out, NOW))
    assert '"><' not in attributes
    assert 'data-fresh="no"' in attributes
