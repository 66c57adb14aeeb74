"""The summary of a step, read as GitHub reads it: by a Markdown parser, with tables and HTML."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from reporting.channels.step_summary import MOST_ROWS, step_summary
from reporting.verification import NotVerified, Target, Verification
from selftests.reporting.channels.made import UNTIL, check, failing, finding, success, verification

FEW = "public.users: 3 rows, expected at least 10"
HOSTILE = [
    "a | b | c",
    "`code` **bold** _em_ ~~gone~~",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "@octocat #12 owner/repo#3 deadbeefdeadbeef",
    "[x](https://evil.example) ![y](z) <https://evil.example> www.evil.example https://evil.example",
    "</code></td></table># heading",
    "\n\n# heading\n- item",
    "&lt;b&gt; &amp; \\` \\|",
    "```\nfenced",
]


def rendered(run: Verification, runbook: str | None = None, page: str | None = None) -> str:
    """HTML, as GitHub would make it before it takes out what it does not allow."""
    return str(
        MarkdownIt("commonmark", {"html": True}).enable("table").render(step_summary(run, runbook, page))
    )


def cells(rendered: str) -> list[list[str]]:
    """The text of each cell of each row of all tables."""
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in row] for row in cells]


def fact(rendered: str, label: str) -> str:
    (value,) = (row[1] for row in cells(rendered) if row[0] == label)
    return value


def test_a_success_says_that_one_can_restore_how_old_it_is_how_long_it_takes_and_what_is_lost() -> None:
    shown = rendered(success())
    assert "<h2>✅ Backup verification: SUCCESS, <code>nightly</code></h2>" in shown
    assert fact(shown, "Can we restore?") == "Yes"
    assert fact(shown, "Age of the backup") == (
        "5.0 hours (taken 2026-01-28 00:00 UTC, by its header; nightly.dump, 3,145,728 bytes)"
    )
    assert fact(shown, "A restore takes") == "12.5 s, without fetching"
    assert fact(shown, "Would be lost") == "5.0 hours: all that was written since 2026-01-28 00:00 UTC"
    assert fact(shown, "Checks") == "1 of 1 passed, 0 did not"
    assert fact(shown, "Not verified") == "nothing that is known of"
    assert "What did not pass" not in shown


def test_a_failure_says_no_and_what_was_found_and_what_to_do() -> None:
    shown = rendered(failing(FEW), "https://example.com/R(1).md")
    assert fact(shown, "Can we restore?") == "No"
    assert fact(shown, "Would be lost") == "unknown: this backup was not verified good"
    assert ["Row Counts", "critical", FEW, "rows-below-least"] in cells(shown)
    assert '<a href="https://example.com/R%281%29.md#rows-below-least">' in shown


def test_a_warning_says_yes_with_warnings() -> None:
    shown = rendered(failing(FEW, severity="warning"))
    assert fact(shown, "Can we restore?") == "Yes, with warnings"
    assert ["Row Counts", "warning", FEW, "RUNBOOK.md#rows-below-least"] in cells(shown)


@pytest.mark.parametrize(
    ("hours", "said"),
    [(3.81, "3.9 hours"), (1.1, "1.1 hours"), (47.95, "48.0 hours"), (48, "2 days"), (48.1, "3 days")],
)
def test_what_would_be_lost_is_rounded_up(hours: float, said: str) -> None:
    run = success()
    assert run.backup is not None
    shown = rendered(replace(run, backup=replace(run.backup, age_hours=hours)))
    assert fact(shown, "Would be lost").startswith(f"{said}: all")


def test_what_is_exempted_is_said_beside_the_yes() -> None:
    covered = check(
        "test_logs", finding("a", exempted=UNTIL), finding("b", exempted=UNTIL), outcome="passed"
    )
    exempted = [covered, check("test_size", "too big", exempted=UNTIL)]
    for other, said in (
        ([], "Yes, but 3 exempted"),
        ([check("test_slow", "slow", severity="warning")], "Yes, with warnings, but 3 exempted"),
        ([check("test_bad", "bad")], "No"),
    ):
        assert fact(rendered(verification([*exempted, *other])), "Can we restore?") == said
    live = Target("database", "db.example.com/app", "app", "18.6", "app")
    shown = rendered(replace(verification(exempted), target=live))
    assert fact(shown, "The database") == "Every check passed, but 3 exempted (nothing was restored)"


def test_what_is_usual_is_the_last_of_what_was_not_verified() -> None:
    gaps = [NotVerified(what, "why") for what in ("what is usual for rows", "functions", "large objects")]
    shown = rendered(replace(success(), not_verified=gaps))
    assert re.findall(r"<li><code>([^<]+)</code>: <code>why", shown) == [
        "functions",
        "large objects",
        "what is usual for rows",
    ]


def test_a_live_database_is_not_called_a_backup() -> None:
    run = replace(
        success(), target=Target("database", "db.example.com/app", "app", "18.6", "app"), backup=None
    )
    shown = rendered(run)
    assert fact(shown, "The database") == "Every check passed (nothing was restored)"
    assert "restore?" not in shown


def test_a_restore_that_failed_has_neither_age_nor_time() -> None:
    target = Target("backup", "/backups/nightly.dump", name="nightly")
    run = replace(failing("the restore failed"), target=target, backup=None)
    shown = rendered(run)
    assert [fact(shown, label) for label in ("Age of the backup", "A restore takes")] == ["unknown"] * 2


def test_a_run_without_checks_says_so() -> None:
    assert "<p>No check was run.</p>" in rendered(replace(success(), checks=[]))


def test_what_was_not_verified_and_what_is_exempted_is_listed() -> None:
    logs = check("test_logs", finding("public.logs: 0 rows", exempted=UNTIL), outcome="passed")
    whole = check("test_size", "too big", exempted=UNTIL)
    run = replace(
        verification([logs, whole]), not_verified=[NotVerified("large objects", "none asked for")]
    )
    shown = rendered(run)
    assert "<li><code>large objects</code>: <code>none asked for</code></li>" in shown
    assert (
        "<li>Logs: <code>public.logs: 0 rows</code>, until 2026-12-31: <code>being mended</code></li>"
        in shown
    )
    assert "<li>Size: <code>too big</code>, until" in shown
    assert ["➖", "Size", "critical", "0.50"] in cells(shown)


def test_the_page_is_linked_at_the_run() -> None:
    assert '<a href="https://example.com/s/#run-an-id">' in rendered(
        success(), page="https://example.com/s/"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_comes_from_a_database_is_only_text(text: str) -> None:
    run = verification([check("test_row_counts", text)], name=text)
    run = replace(run, not_verified=[NotVerified(text, text)])
    shown = rendered(run)
    said = " ".join(text.split())
    assert ["Row Counts", "critical", said, "RUNBOOK.md#rows-below-least"] in cells(shown)
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)).count(said) == 4
    tags = set(re.findall(r"</?(\w+)", shown))
    allowed = {"h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "p", "ul", "li"}
    assert tags <= allowed | {"details", "summary"}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_it_is_found_by_what_looks_for_links_and_names(text: str) -> None:
    """GitHub's own finds mentions outside of code, and bare addresses in the Markdown itself."""
    source = step_summary(verification([check("test_row_counts", text)], name=text), None)
    assert not re.search(r"www\.|https?:|(?<!&)#\d|@\w", source.replace("## ", ""))


def test_a_title_calls_nobody() -> None:
    source = step_summary(verification([check("test_a[@octocat]", FEW)]), None)
    assert "&#64;&#8203;Octocat" in source


def test_more_than_anybody_reads_is_counted() -> None:
    run = verification([check(f"test_{number}", FEW) for number in range(MOST_ROWS + 5)])
    assert ["", "… and 5 more", "", ""] in cells(rendered(run))
