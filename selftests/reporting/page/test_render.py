"""The HTML as text: nothing that could be loaded, and no text of a document that is more than text."""

import base64
import hashlib
import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from reporting.page.documents import read_runs
from reporting.page.render import empty_page, overview_page, target_page
from reporting.page.view import View, view_of
from selftests.reporting.page.a_year import CHANGED, FEW_ROWS, NOW, SLOW, a_year, document
from selftests.reporting.page.elements import answer_of, elements
from selftests.reporting.page.hostile import HOSTILE, hostile


def view(*documents: object, target: str = "app") -> View:
    runs, left_out = read_runs(documents)
    return view_of(target, runs, left_out, now=NOW)


def pages() -> dict[str, str]:
    app, bad = view(*a_year(days=60)), view(hostile(), target=HOSTILE)
    return {
        "target": target_page(app, runbook="RUNBOOK.md"),
        "hostile": target_page(bad, runbook="RUNBOOK.md", up=True),
        "overview": overview_page([app, bad], {"app": "app.html", HOSTILE: "x.html"}, []),
        "empty": empty_page([], NOW),
    }


PAGES = pages()
each_page = pytest.mark.parametrize("name", PAGES)


@each_page
def test_the_policy_lets_nothing_be_loaded_and_only_what_is_in_the_page_run(name: str) -> None:
    page = PAGES[name]
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in html.unescape(policy).split(";"))
    assert rules.pop("default-src") == "'none'"
    assert set(rules) == {"script-src", "style-src", "base-uri", "form-action"}
    assert "unsafe" not in policy
    for source, tag in (("script-src", "script"), ("style-src", "style")):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert rules[source].split() == [f"'sha256-{made}'" for made in hashes]


@each_page
def test_no_element_names_anything_to_load_or_to_run(name: str) -> None:
    found = elements(PAGES[name])
    loading = {"img", "link", "iframe", "object", "embed", "base", "form", "video", "audio", "image", "use"}
    assert not loading & {tag for tag, _ in found}
    names = {attribute for _, attributes in found for attribute in attributes}
    assert not {"src", "srcset", "style", "action", "xlink:href"} & names
    assert not [attribute for attribute in names if attribute.startswith("on")]
    assert all(
        not (attributes.get("href") or "#").startswith(("javascript:", "data:")) for _, attributes in found
    )


@each_page
def test_each_id_is_there_once(name: str) -> None:
    ids = [attributes["id"] for _, attributes in elements(PAGES[name]) if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_what_documents_say_stays_text() -> None:
    page = PAGES["hostile"]
    assert page.count("</script>") == [tag for tag, _ in elements(page)].count("script") == 3
    assert "49" not in html.unescape(re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL))
    assert html.escape(HOSTILE, quote=False)[:20] in page
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert HOSTILE in [trend["name"] for trend in json.loads(data[1])["trends"]]


@pytest.mark.parametrize(
    ("runbook", "link"),
    [
        ("https://example.test/runbook", "https://example.test/runbook#policy-changed"),
        ("https://example.test/runbook#x", "https://example.test/runbook#policy-changed"),
        ("RUNBOOK.md", "RUNBOOK.md#policy-changed"),
        ("../wiki/RUN:BOOK.md", "../wiki/RUN:BOOK.md#policy-changed"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)//https://example.test", None),
        ("data:text/html,x", None),
        (" javascript:alert(1)", None),
        ("\tjavascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_findings_link_to_the_runbook_where_that_is_a_document(
    runbook: str | None, link: str | None
) -> None:
    page = target_page(view(document(found=[CHANGED])), runbook=runbook)
    hrefs = [attributes.get("href") or "" for _, attributes in elements(page)]
    assert [href for href in hrefs if href.endswith("#policy-changed")] == ([link] if link else [])
    assert "policy-changed" in page


def test_the_page_says_what_it_left_out() -> None:
    page = target_page(view(document(at=NOW), None, {}), runbook=None)
    assert "could not be read: 2 records (no JSON object, no version)" in " ".join(page.split())
    assert "could not be read" not in PAGES["target"]
    assert "1 record" in empty_page(view({}).left_out, NOW)


def test_the_diff_of_the_last_failure_is_shown_and_no_others() -> None:
    old, last, newest = (
        document(at=NOW - timedelta(days=n), found=found)
        for n, found in [(3, [CHANGED]), (2, [CHANGED]), (1, [])]
    )
    page = target_page(view(old, last, newest), runbook=None)
    assert page.count("<pre") == 1
    assert page.index(f'id="run-{last["id"]}"') < page.index("<pre") < page.index(f'id="run-{old["id"]}"')


def test_an_exempted_finding_shows_its_reason_and_last_day() -> None:
    found = FEW_ROWS | {"exempted": {"reason": "purged on purpose", "until": "2026-12-31"}}
    page = target_page(view(document(at=NOW, found=[found])), runbook=None)
    assert "exempted until 2026-12-31: purged on purpose" in page
    assert "passed every check, but 1 exempted." in page
    assert answer_of(page) == "yes"


def test_a_tables_name_breaks_where_its_words_do() -> None:
    assert "<h3>public.<wbr>knowledge_<wbr>base_<wbr>chunks</h3>" in PAGES["target"]


def test_the_overview_has_the_worst_first_and_counts_the_good() -> None:
    views = [
        view(document("a", NOW), target="a"),
        view(document("b", NOW - timedelta(days=3)), target="b"),
        view(document("c", NOW, [CHANGED]), target="c"),
        view(document("d", NOW, [SLOW]), target="d"),
    ]
    page = overview_page(views, {name: f"{name}.html" for name in "abcd"}, [])
    files = [attributes["data-file"] for _, attributes in elements(page) if "data-file" in attributes]
    assert files == ["c.html", "b.html", "d.html", "a.html"]
    assert ">2 of 4 verified good<" in page
    assert answer_of(page) == "no"


@pytest.mark.parametrize("found", [[CHANGED], [SLOW]])
def test_a_run_that_is_not_whole_or_not_fresh_is_nowhere_green_at_the_top(
    found: list[dict[str, Any]],
) -> None:
    for made in (
        document(at=NOW, found=found),
        document(at=NOW) | {"partial": True},
        document(at=NOW - timedelta(days=2)),
    ):
        page = target_page(view(made), runbook=None)
        assert answer_of(page) not in (None, "yes")
        assert not page.split("<title>")[1].startswith("✓")


def test_many_runs_that_failed_are_told_briefly_from_some_point_on() -> None:
    made = [document(at=NOW - timedelta(hours=6 * n), found=[CHANGED]) for n in range(200)]
    page = target_page(view(*made), runbook=None)
    assert page.count("<article") == 200
    assert page.count("policy &#34;Members") == 62  # the newest twice: its finding and its diff
