"""The summary on the terminal: one screen of what was verified, each finding, and last the verdict."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reporting.summary import Line, summary_lines
from reporting.verification import (
    BackupFacts,
    CheckResult,
    Exempted,
    FindingResult,
    Harmless,
    NotVerified,
    Outcome,
    Severity,
    Target,
    Verification,
)

NOW = datetime(2026, 1, 28, 5, tzinfo=UTC)
BACKUP = Target("backup", "/a.dump", "app", "18.6")
DATABASE = Target("database", "x")
WEBHOOKS = Exempted("purged on Monday", "2026-02-28")


def check(
    outcome: Outcome,
    *findings: FindingResult,
    severity: Severity = "critical",
    message: str | None = None,
    **more: Any,
) -> CheckResult:
    made = CheckResult("test_a", "A", severity, outcome, message, 0.5, {}, findings)
    return replace(made, **more)


def shown(
    checks: Sequence[CheckResult],
    not_verified: Sequence[NotVerified] = (),
    target: Target = DATABASE,
    *,
    partial: bool = False,
    runbook: str = "RUNBOOK.md",
) -> list[Line]:
    verification = Verification("id", NOW, partial, target, checks, None, not_verified)
    return list(summary_lines(verification, [], runbook))


def texts(lines: Sequence[Line]) -> list[str]:
    """The lines between the header and what follows the checks."""
    found = list(map(str, lines))
    begin = found.index("")
    return found[begin + 1 : found.index("", begin + 1)]


def test_everything_a_person_needs_is_there() -> None:
    lost = FindingResult("size-below-least", "size: 1 MB")
    verification = Verification(
        "id",
        NOW,
        False,
        BACKUP,
        [
            CheckResult("test_b", "Size", "warning", "failed", "1 MB, expected 2", 0.25, {}, [lost]),
            CheckResult("test_a", "Critical", "critical", "passed", None, 0.5, {"kinds": {"t": "table"}}),
        ],
        BackupFacts("a#1", "custom", NOW, "header", 26.123, 2048),
        [NotVerified("extension x", "lacking")],
        [Harmless("CREATE SCHEMA public", "exists", "it is there")],
        seconds={"locate": 0.1, "checks": 0.2},
    )
    assert [str(line) for line in summary_lines(verification, ["row: written"])] == [
        "backup: /a.dump",
        "  a#1, custom, taken 2026-01-28 05:00:00 UTC (by its header), 26.1 hours old, 2 kB",
        "  database app on PostgreSQL 18.6",
        "",
        "✓ Critical  critical  passed  0.50 s",
        "✗ Size      warning   failed  0.25 s",
        "    1 MB, expected 2",
        "    → RUNBOOK.md#size-below-least",
        "",
        "not verified:",
        "  extension x: lacking",
        "harmless complaints of the restore: 1, in the report",
        "",
        "time: locate 0.10 s, checks 0.20 s",
        "row: written",
        "",
        "WARNING: every critical check passed, and something is odd (1 passed, 1 failed)",
    ]


def test_a_part_says_that_it_is_one() -> None:
    last = shown([check("passed")], partial=True)[-1]
    assert last == "PARTIAL (success): only a part of the checks was asked for (1 passed, 0 failed)"


@pytest.mark.parametrize(
    ("checks", "target", "words", "colour"),
    [
        ([check("passed")], BACKUP, "SUCCESS: the backup can be restored, and every", "green"),
        ([check("passed")], DATABASE, "SUCCESS: every check of the database passed (1 ", "green"),
        ([check("passed"), check("failed", severity="warning")], BACKUP, "WARNING: every crit", "yellow"),
        ([check("failed")], BACKUP, "FAILURE: do not rely on this (0 passed, 1 failed)", "red"),
        ([check("not run")], BACKUP, "FAILURE: do not rely on this (0 passed, 1 failed)", "red"),
        ([], BACKUP, "FAILURE: do not rely on this (0 passed, 0 failed)", "red"),
    ],
)
def test_the_verdict_is_the_last_line(
    checks: list[CheckResult], target: Target, words: str, colour: str
) -> None:
    last = shown(checks, target=target)[-1]
    assert last.startswith(words)
    assert last.markup == {"bold": True, colour: True}


def test_what_weighs_most_comes_last() -> None:
    checks = [
        check("failed", title="Critical"),
        check("not run", title="Skipped", message="the database cannot be looked at"),
        check("failed", title="Covered", exempted=WEBHOOKS),
        check("failed", title="Odd", severity="warning"),
        check("failed", title="Noted", severity="info"),
        check("passed", title="Fine"),
    ]
    marks = [line for line in texts(shown(checks)) if not line.startswith(" ")]
    assert [line.split()[1] for line in marks] == ["Fine", "not", "Covered", "Noted", "Odd", "Critical"]


def test_several_findings_are_a_line_each_and_each_entry_is_named_once() -> None:
    findings = [FindingResult("rows-lost", f"table {n}: a row less") for n in range(7)]
    findings.append(FindingResult("rows-gained", "table 8: a row more"))
    assert texts(shown([check("failed", *findings, message="all of it")], runbook="https://x/R"))[1:] == [
        *(f"    table {n}: a row less" for n in range(5)),
        "    and 3 more, in the report",
        "    → https://x/R#rows-lost",
        "    → https://x/R#rows-gained",
    ]


def test_a_long_finding_is_cut() -> None:
    lines = texts(shown([check("failed", message="x" * 2000)]))
    assert lines[1] == "    " + "x" * 395 + "…"
    assert len(lines[1]) == 400


def test_a_diff_is_shown_line_by_line_and_ends_somewhere() -> None:
    diff = ["policy: 1 missing", "  missing: policy public.t.own", *(f"line {n}" for n in range(50))]
    lines = texts(shown([check("failed", message="they differ", details={"diff": diff})]))
    assert lines[1:4] == [
        "    they differ",
        "      policy: 1 missing",
        "        missing: policy public.t.own",
    ]
    assert lines[-1] == "      and 40 more, in the report"


def test_checks_that_were_not_run_for_one_reason_are_one_thing() -> None:
    why = [FindingResult("check-not-run", "no database")]
    checks = [check("not run", *why, title=f"C{n}", message="no database") for n in range(12)]
    checks.append(check("not run", title="Other"))
    assert texts(shown(checks)) == [
        "- not run (1), for no reason that was told",
        "    Other",
        "- not run (12), no database",
        "    C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11",
        "    → RUNBOOK.md#check-not-run",
    ]


def test_what_is_exempted_says_why_and_until_when() -> None:
    covered = FindingResult("rows-lost", "webhook_logs: 10 rows less", WEBHOOKS)
    assert texts(shown([check("passed", covered)])) == [
        "✓ A  critical  passed  0.50 s",
        "    ~ webhook_logs: 10 rows less (exempted until 2026-02-28: purged on Monday)",
    ]
    whole = check("failed", FindingResult("rows-lost", "x: 1 row less"), message="x", exempted=WEBHOOKS)
    assert texts(shown([whole]))[0] == (
        "~ A  critical  failed  0.50 s  exempted until 2026-02-28: purged on Monday"
    )


def test_an_exempted_finding_names_no_entry_and_is_not_told_twice() -> None:
    covered = FindingResult("rows-lost", "a: 10 rows less", WEBHOOKS)
    counted = FindingResult("rows-gained", "b: 1 row more")
    assert texts(shown([check("failed", covered, counted, message="b: 1 row more, expected 0")]))[1:] == [
        "    ~ a: 10 rows less (exempted until 2026-02-28: purged on Monday)",
        "    b: 1 row more, expected 0",
        "    → RUNBOOK.md#rows-gained",
    ]


def test_much_that_was_not_verified_is_folded() -> None:
    gaps = [NotVerified(f"extension {n}", "lacking\t" * 100) for n in range(9)]
    lines = [str(line) for line in shown([check("passed")], gaps)]
    begin = lines.index("not verified:")
    assert lines[begin + 1].startswith("  extension 0: lacking")
    assert len(lines[begin + 1]) == 400
    assert lines[begin + 6] == "  and 4 more, in the report"


def test_marks_have_colours_and_only_what_counts_is_coloured_whole() -> None:
    lines = shown([check("passed"), check("failed", message="m"), check("failed", exempted=WEBHOOKS)])
    found = {line[0]: (dict(line.markup), line.marked) for line in lines if line and line[0] in "✓✗~"}
    assert found["✓"] == ({"green": True}, 1)
    assert found["✗"] == ({"red": True}, None)
    assert found["~"] == ({"cyan": True}, 1)


def test_what_was_delivered_at_length_comes_before_the_screen() -> None:
    message = ["message: not sent; it would be:", "    FAILED", "", "    a", "    b"]
    kept = ["kept:", "  connect: psql", "  remove: rm"]
    verification = Verification("id", NOW, False, DATABASE, [check("passed")])
    lines = list(map(str, summary_lines(verification, ["row: 1", *message, *kept])))
    assert lines[:7] == [*message, "", "database: x"]
    end = ["row: 1", "message: not sent; it would be: see above", *kept, ""]
    assert lines[lines.index("time: ") + 1 : -1] == end


def test_a_run_like_the_samples_fits_on_a_screen() -> None:
    gaps = [NotVerified(f"thing {n}", "why") for n in range(7)]
    checks = [check("passed", title=f"Check {n}") for n in range(17)]
    assert len(shown(checks, gaps)) <= 34
