"""The summary on the terminal: what was verified, each finding, and where it went."""

from datetime import UTC, datetime

from reporting.summary import summary_lines
from reporting.verification import (
    BackupFacts,
    CheckResult,
    Harmless,
    NotVerified,
    Target,
    Verification,
)

NOW = datetime(2026, 1, 28, 5, tzinfo=UTC)


def test_everything_a_person_needs_is_there() -> None:
    verification = Verification(
        "id",
        NOW,
        False,
        Target("backup", "/a.dump", "app", "18.6"),
        [
            CheckResult("test_a", "A", "critical", "passed", None, 0.5, {"kinds": {"t": "table"}}),
            CheckResult("test_b", "B", "warning", "failed", "size: 1 MB, expected 2 MB", 0.25),
        ],
        BackupFacts("a#1", "custom", NOW, "header", 26.123, 2048),
        [NotVerified("extension x", "lacking")],
        [Harmless("CREATE SCHEMA public", "exists", "it is there")],
        seconds={"locate": 0.1, "checks": 0.2},
    )
    assert list(summary_lines(verification, ["row: written"])) == [
        "backup: /a.dump",
        "  a#1, custom, taken 2026-01-28 05:00:00 UTC (by its header), 26.1 hours old, 2048 bytes",
        "  database app on PostgreSQL 18.6",
        "",
        "✓ A [critical] passed (0.50 s)",
        "    kinds: t table",
        "✗ B [warning] failed (0.25 s)",
        "    size: 1 MB, expected 2 MB",
        "",
        "not verified:",
        "  extension x: lacking",
        "",
        "harmless complaints of the restore:",
        "  CREATE SCHEMA public: exists (it is there)",
        "",
        "time: locate 0.10 s, checks 0.20 s",
        "row: written",
        "",
        "WARNING: every critical check passed, and something is odd (1 passed, 1 failed)",
    ]


def test_a_part_says_that_it_is_one() -> None:
    check = CheckResult("test_a", "A", "critical", "passed")
    part = Verification("id", NOW, True, Target("database", "x"), [check])
    last = list(summary_lines(part, []))[-1]
    assert last == "PARTIAL (success): only a part of the checks was asked for (1 passed, 0 failed)"


def test_a_diff_is_shown_line_by_line_and_ends_somewhere() -> None:
    diff = ["policy: 1 missing", "  missing: policy public.t.own", *(f"line {n}" for n in range(50))]
    check = CheckResult("test_d", "D", "critical", "failed", "they differ", 0.1, {"diff": diff})
    lines = list(
        summary_lines(Verification("id", NOW, False, Target("backup", "/a", None, None), [check]), [])
    )
    at = lines.index("    they differ")
    assert lines[at + 1 : at + 3] == ["      policy: 1 missing", "        missing: policy public.t.own"]
    assert lines[at + 41 : at + 43] == ["      and 12 lines more, in the report", ""]
