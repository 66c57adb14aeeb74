"""The page in a real Chromium, opened from disk: read, clicked through, printed, and heard."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from reporting.page import words, write_page, write_site
from reporting.page.documents import read_runs
from reporting.page.trends import trends_of
from selftests.reporting.page.a_year import CHANGED, CUT, FEW_ROWS, NOW, SLOW, Document, a_year, document
from selftests.reporting.page.hostile import HOSTILE, hostile
from selftests.reporting.page.opened import Open, Opened

EXEMPTED = FEW_ROWS | {"exempted": {"reason": "purged on purpose", "until": "2026-12-31"}}
RUNBOOK = "https://example.test/RUNBOOK"
PHONE = {"viewport": {"width": 360, "height": 780}}
INKED = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    .data.some((value, at) => at % 4 === 3 && value > 0)"""
INK = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height), counts = {};
    for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] === 255) {
            const ink = data.slice(at, at + 3);
            counts[ink] = (counts[ink] || 0) + 1;
        }
    return Object.keys(counts).sort((one, other) => counts[other] - counts[one])[0];
}"""
"""The colour of a chart's line."""

MARKED = """() => trends.map((trend) => {
    const marked = [], nothing = () => {};
    const ctx = { moveTo: (at) => marked.push(at), beginPath: nothing, lineTo: nothing, fill: nothing };
    triangles({ ctx, valToPos: (value) => value }, trend);
    return marked.map((at) => runs.indexOf(at));
})"""
"""The places of the runs that each chart marks."""

PAPER = {"viewport": {"width": 726, "height": 1047}}
"""The width and height of A4 without its margins, in CSS pixels."""


def many_checks() -> Document:
    """The most that a page is asked to show: 60 tables, 40 checks that failed, each with 30 findings."""
    made = document(at=NOW, found=[CHANGED])
    finding = {"kind": "check-failed", "text": "a long finding " * 30, "exempted": None}
    failed = {"severity": "critical", "outcome": "failed", "details": {"diff": ["- gone"] * 40}}
    made["checks"] += [
        failed
        | {"name": f"test_{n}", "title": f"Check {n} of a long name " * 3, "findings": [finding] * 30}
        for n in range(40)
    ]
    rows = {f"public.table_{n}_with_a_long_name": n for n in range(60)}
    made["checks"].append(
        failed | {"name": "test_row_counts_reasonable", "outcome": "passed", "details": {"rows": rows}}
    )
    made["not_verified"] = [{"what": "something long " * 9, "why": "for a reason " * 9}] * 80
    return made | {"status": "failure"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files by what they show; in `many` an overview and its pages."""
    folder = tmp_path_factory.mktemp("site")
    year, months = a_year(), a_year(days=60)
    shown = {
        "year": year,
        "months": months,
        "failure": [*months[:-1], document(at=NOW - timedelta(hours=3), found=[CHANGED, EXEMPTED])],
        "worst": [*year[:-1], many_checks()],
        "hostile": [hostile()],
        "empty": [],
    }
    for name, documents in shown.items():
        write_page(folder / f"{name}.html", documents, runbook_url=RUNBOOK, now=NOW)
    targets = [a_year(name, days=50, seed=n) for n, name in enumerate(["app", "billing", "crm", "old"])]
    targets[1][-1] = document("billing", NOW, [SLOW])
    targets[2][-1] = document("crm", NOW, [CUT])
    many = [made for target in targets for made in target if target is not targets[3]] + targets[3][:-3]
    write_site(folder / "many", many, runbook_url=RUNBOOK, now=NOW)
    return folder


def drawn(opened: Opened) -> Page:
    """The page once its last chart is there."""
    opened.page.wait_for_selector("html[data-drawn]")
    return opened.page


@pytest.mark.parametrize("name", ["months", "failure", "hostile", "empty", "many/index"])
def test_a_page_is_accessible_in_every_look(name: str, site: Path, open_page: Open) -> None:
    page = open_page(site / f"{name}.html").page
    for summary in page.locator(".others summary, .trend:first-child summary").all():
        summary.click()
    looks: list[tuple[Literal["light", "dark"], int]] = [("light", 1180), ("dark", 1180), ("light", 360)]
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        results = Axe().run(page)
        assert results.violations_count == 0, f"{scheme}, {width} wide: {results.generate_report()}"


@pytest.mark.parametrize("name", ["year", "failure", "worst", "hostile", "empty", "many/index", "many/crm"])
def test_a_page_loads_nothing_complains_of_nothing_and_fits_a_phone(
    name: str, site: Path, open_page: Open
) -> None:
    opened = open_page(site / f"{name}.html", **PHONE)
    if name not in ("empty", "many/index"):
        drawn(opened)
    assert (opened.requests, opened.complaints) == ([], [])
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_an_opened_run_is_accessible(look: str, site: Path, open_page: Open) -> None:
    opened = open_page(site / "failure.html", color_scheme=look)
    opened.page.locator(".days a.f").last.click()
    results = Axe().run(opened.page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize(
    ("name", "after", "answer"),
    [
        ("year", timedelta(0), "yes"),
        ("year", timedelta(hours=22), "yes"),
        ("year", timedelta(hours=23), "stale"),
        ("year", timedelta(days=900), "stale"),
        ("year", timedelta(days=-900), "yes"),
        ("failure", timedelta(days=900), "no"),
        ("many/billing", timedelta(0), "warnings"),
        ("many/billing", timedelta(hours=27), "stale"),
        ("many/old", timedelta(days=-1), "stale"),
    ],
)
def test_the_answer_is_given_by_the_readers_clock_and_never_greener_than_it_was_made(
    name: str, after: timedelta, answer: str, site: Path, open_page: Open
) -> None:
    page = open_page(site / f"{name}.html", now=NOW + after).page
    assert page.locator(".now").get_attribute("data-answer") == answer
    assert (page.locator(".now .word").inner_text() == "Yes") == (answer == "yes")
    assert page.title().startswith("✓") == (answer == "yes")


def test_a_run_ahead_of_the_clock_is_of_no_known_age(tmp_path: Path, open_page: Open) -> None:
    file = tmp_path / "page.html"
    write_page(file, [document(at=NOW + timedelta(hours=2))], runbook_url=RUNBOOK, now=NOW)
    assert open_page(file).page.locator(".now").get_attribute("data-answer") == "unknown"
    late = open_page(file, now=NOW + timedelta(hours=3)).page
    assert late.locator(".now").get_attribute("data-answer") == "yes"


def test_ages_go_on_while_the_page_lies_there(site: Path, open_page: Open) -> None:
    opened = open_page(site / "year.html", now=NOW + timedelta(days=3))
    assert "Verified 3 days ago, 23 Nov 2026 05:12 UTC" in opened.text(".now")
    assert opened.page.locator(".facts b").first.inner_text() == "4 days"


def test_a_day_opens_its_run_and_escape_closes_it(site: Path, open_page: Open) -> None:
    opened = open_page(site / "year.html")
    opened.page.locator(".days a.f").first.click()
    assert "28 Sep 2026 05:12 UTC" in opened.text("dialog h2")
    assert "Members see their contacts" in opened.text("dialog")
    assert re.search(r"#run-[0-9a-f-]{36}$", opened.page.url)
    opened.page.keyboard.press("Escape")
    assert not opened.page.locator("dialog").is_visible()
    assert "#run" not in opened.page.url


def test_a_clean_day_opens_its_run_too(site: Path, open_page: Open) -> None:
    opened = open_page(site / "year.html")
    opened.page.get_by_label("23 Nov 2026: success").click()
    assert "Every check passed" in opened.text("dialog")
    assert "public.organizations" in opened.text("dialog")
    opened.page.locator("#earlier").click()
    assert "22 Nov 2026" in opened.text("dialog h2")


def test_a_day_of_two_runs_opens_the_worse_and_leads_to_the_other(site: Path, open_page: Open) -> None:
    opened = open_page(site / "year.html")
    day = opened.page.locator(".days li:has(small) a.f")
    assert day.inner_text() == "✗2"
    day.click()
    assert "failure" in opened.text("dialog")
    opened.page.locator("dialog a", has_text="08:12 UTC (success)").click()
    assert "Every check passed" in opened.text("dialog")


def test_the_keyboard_alone_leads_to_a_run_and_back(site: Path, open_page: Open) -> None:
    opened = open_page(site / "year.html")
    label = "document.activeElement.getAttribute('aria-label')"
    stops = []
    while opened.page.evaluate(label) != "23 Nov 2026: success":
        opened.page.keyboard.press("Tab")
        stops.append(opened.page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        assert len(stops) < 12, stops
    for key, found in [
        ("ArrowLeft", "22 Nov 2026"),
        ("ArrowDown", "22 Oct 2026"),
        ("ArrowUp", "22 Nov 2026"),
        ("End", "23 Nov 2026"),
    ]:
        opened.page.keyboard.press(key)
        assert opened.page.evaluate(label) == f"{found}: success"
    assert opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("dialog").is_visible()
    opened.page.keyboard.press("Escape")
    assert opened.page.evaluate(label) == "23 Nov 2026: success"


def test_a_link_of_a_message_opens_the_run(site: Path, open_page: Open) -> None:
    made = a_year()[200]
    opened = open_page(site / "year.html", anchor=f"#run-{made['id']}")
    assert opened.page.locator("dialog").is_visible()
    unknown = open_page(site / "months.html", anchor="#run-constructor")
    assert not unknown.page.locator("dialog").is_visible()
    assert unknown.complaints == []


def test_the_overview_leads_to_a_target_and_a_messages_link_to_its_run(site: Path, open_page: Open) -> None:
    opened = open_page(site / "many" / "index.html")
    assert "2 of 4 verified good" in opened.text(".count")
    assert [row.get_attribute("data-file") for row in opened.page.locator(".targets li").all()] == [
        f"{name}.html" for name in ("crm", "old", "billing", "app")
    ]
    run = document("crm", NOW, [CUT])
    opened.page.locator("a", has_text="crm").click()
    assert opened.page.url.endswith("crm.html")
    linked = open_page(site / "many" / "index.html", anchor=f"#run-{run['id']}")
    linked.page.wait_for_url("**/crm.html#*")
    assert "Database Connectivity" in linked.text("dialog")


def test_the_overview_grows_stale_too(site: Path, open_page: Open) -> None:
    opened = open_page(site / "many" / "index.html", now=NOW + timedelta(days=2))
    assert "0 of 4 verified good" in opened.text(".count")
    assert "0 of 4" in opened.page.title()
    assert opened.page.locator('[data-answer="yes"]').count() == 0


def test_the_charts_are_drawn_and_their_tables_hold_what_was_measured(site: Path, open_page: Open) -> None:
    page = drawn(open_page(site / "year.html"))
    trends = trends_of(read_runs(a_year())[0])
    assert page.locator(".trend canvas").count() == len(trends)
    assert all(canvas.evaluate(INKED) for canvas in page.locator(".trend canvas").all())
    for at, trend in enumerate(trends):
        figure = page.locator(".trend").nth(at)
        figure.locator("summary").click()
        figure.locator("tbody td").first.wait_for()
        shown = figure.locator("tbody td:nth-child(2)").all_inner_texts()
        values = [value for value in reversed(trend.values) if value is not None]
        assert len(shown) == len(values)
        if trend.unit == "rows":
            assert shown == [words.measured(value, trend.unit) for value in values]
        assert shown[0] == figure.locator(".latest").inner_text()
        assert trend.name in (figure.locator(".plot").get_attribute("aria-label") or "")


def test_triangles_mark_what_lies_outside_and_nothing_else(site: Path, open_page: Open) -> None:
    page = drawn(open_page(site / "year.html"))
    assert page.evaluate(MARKED) == [
        [at for at in range(len(trend.values)) if trend.is_odd(at)]
        for trend in trends_of(read_runs(a_year())[0])
    ]


def test_the_axis_of_a_steady_table_tells_its_numbers_apart(site: Path, open_page: Open) -> None:
    page = drawn(open_page(site / "year.html"))
    assert page.evaluate("[1195, 1196, 98500].map(n => short(n, 'rows'))") == ["1.195K", "1.196K", "98.5K"]


@pytest.mark.parametrize("hours", [0.5, 3.8, 7, 42.25, 44, 80])
def test_the_script_tells_the_time_as_the_page_did(hours: float, site: Path, open_page: Open) -> None:
    page = open_page(site / "months.html").page
    assert page.evaluate(f"[age({hours * 3600}), lost({hours * 3600 + 1})]") == [
        words.age(hours * 3600),
        words.lost(hours * 3600 + 1),
    ]


def test_the_overview_says_what_of_a_yes_is_exempted(tmp_path: Path, open_page: Open) -> None:
    write_site(tmp_path, [document("a", NOW, [EXEMPTED]), document("b", NOW)], runbook_url="", now=NOW)
    reasons = open_page(tmp_path / "index.html").page.locator(".reason:visible").all_inner_texts()
    assert reasons == ["The newest backup was restored and passed every check, but 1 exempted."]


def test_what_a_document_says_is_only_ever_text(site: Path, open_page: Open) -> None:
    opened = open_page(site / "hostile.html")
    drawn(opened)
    assert opened.page.locator("h1").inner_text() == HOSTILE
    opened.page.locator(".days a").click()
    opened.page.keyboard.press("Escape")
    for summary in opened.page.locator(".trend summary").all():
        summary.click()
    assert opened.page.locator("img").count() == 0
    assert (opened.requests, opened.complaints) == ([], [])


@pytest.mark.parametrize("name", ["year", "worst", "hostile", "many/index", "empty"])
def test_it_prints_on_one_sheet_with_nothing_cut(name: str, site: Path, open_page: Open) -> None:
    opened = open_page(site / f"{name}.html", color_scheme="dark", **PAPER)
    pdf = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    opened.page.emulate_media(media="print")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.page.evaluate(
        "(m => m.scrollHeight <= m.clientHeight + 1)(document.querySelector('main'))"
    )
    paper = "getComputedStyle(document.body).backgroundColor"
    assert opened.page.evaluate(paper) == "rgb(255, 255, 255)"


def test_charts_are_light_on_paper_and_as_they_were_thereafter(site: Path, open_page: Open) -> None:
    page = drawn(open_page(site / "months.html", color_scheme="dark"))
    light = drawn(open_page(site / "months.html", color_scheme="light"))
    dark_ink, light_ink = (one.locator(".trend canvas").first.evaluate(INK) for one in (page, light))
    assert dark_ink != light_ink
    for event, ink in (("beforeprint", light_ink), ("afterprint", dark_ink)):
        page.evaluate(f"dispatchEvent(new Event('{event}'))")
        assert page.locator(".trend canvas").first.evaluate(INK) == ink


def test_paper_says_what_it_has_no_room_for(site: Path, open_page: Open) -> None:
    opened = open_page(site / "worst.html")
    opened.page.emulate_media(media="print")
    told = opened.page.locator(".paper:visible").all_inner_texts()
    assert "Printed: 12 of 71 trends." in told
    assert "Printed: 8 of 80 gaps." in told
    assert len(told) == 4


@pytest.mark.parametrize("name", ["year", "failure", "many/index", "empty"])
def test_without_a_script_it_reads_and_says_as_of_when(name: str, site: Path, open_page: Open) -> None:
    opened = open_page(site / f"{name}.html", java_script_enabled=False, now=NOW + timedelta(days=9))
    text = opened.text("body")
    assert "ago, " not in text
    assert name == "empty" or "As of 23 Nov 2026" in text
    assert not opened.page.locator(".js").first.is_visible()
    if name == "failure":
        assert opened.page.locator(".days li").count() > 60
        assert "policy-changed" in text
        assert "exempted until 2026-12-31: purged on purpose" in text
        assert "Not verified" in text
        assert "failed 2 of 61" in text


def test_the_theme_is_chosen_and_kept(site: Path, open_page: Open) -> None:
    opened = open_page(site / "year.html", color_scheme="light")
    page = drawn(opened)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("#theme").click()
    assert page.evaluate(ground) == light
    page.locator("#theme").click()
    assert page.locator("#theme").inner_text() == "Theme: dark"
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark


def test_state_is_told_by_more_than_colour(site: Path, open_page: Open) -> None:
    page = open_page(site / "year.html").page
    marks = {kind: page.locator(f".days a.{kind}").first.inner_text() for kind in ("w", "f")}
    assert marks == {"w": "!", "f": "✗"}
    assert page.locator(".days .e").first.evaluate("e => getComputedStyle(e).borderStyle") == "dashed"
