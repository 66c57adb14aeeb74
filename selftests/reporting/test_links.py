"""Links to the page and to the runbook, given or not, and of which finding."""

from dataclasses import replace

import pytest

from reporting.links import NONE, Links, kind_of
from reporting.verification import CheckResult, Exempted, FindingResult

FAILED = CheckResult("test_rows", "Rows", "critical", "failed", "bad")
LOST, GAINED = FindingResult("rows-lost", "lost"), FindingResult("rows-gained", "gained")
EXEMPTED = replace(LOST, exempted=Exempted("why", "2026-12-31"))


@pytest.mark.parametrize(
    ("page", "runbook", "links"),
    [
        (None, None, NONE),
        ("", " ", NONE),
        (None, "RUNBOOK.md", NONE),
        ("https://a.b/c/ \n", "https://a.b/R.md#x", Links("https://a.b/c/", "https://a.b/R.md")),
        ("https://a.b/c d?<e>|f", "x/RUNBOOK.md", Links("https://a.b/c%20d?%3Ce%3E%7Cf", "x/RUNBOOK.md")),
    ],
)
def test_links_are_those_that_the_user_gave(page: str | None, runbook: str | None, links: Links) -> None:
    assert Links.given(page, runbook) == links


def test_a_run_and_an_entry_are_places_in_them() -> None:
    links = Links("https://a.b/", "https://a.b/R.md")
    assert links.of_run("1-2") == "https://a.b/#run-1-2"
    assert links.entry(replace(FAILED, findings=[LOST])) == "https://a.b/R.md#rows-lost"
    assert (NONE.of_run("1-2"), NONE.entry(FAILED)) == (None, None)


@pytest.mark.parametrize(
    ("findings", "kind"),
    [
        ([], "check-failed"),
        ([LOST, GAINED], "rows-lost"),
        ([EXEMPTED, GAINED], "rows-gained"),
        ([EXEMPTED], "rows-lost"),
    ],
)
def test_a_check_leads_to_the_first_finding_that_counts(findings: list[FindingResult], kind: str) -> None:
    assert kind_of(replace(FAILED, findings=findings)) == kind
