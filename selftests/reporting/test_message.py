"""The two messages, to the letter, and within what Slack takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

import pytest

from reporting.links import Links
from reporting.message import LONGEST_BULLET, MOST_BULLETS, ROOM_FOR_LINKS, alert, payload
from reporting.verification import (
    CheckResult,
    Exempted,
    FindingResult,
    NotVerified,
    Outcome,
    Severity,
    Target,
    Verification,
)

FAILURE = """🚨 BACKUP VERIFICATION FAILED

Status: FAILURE
Checks Passed: 4/6
Checks Failed: 2

Failed Checks:
• Database Connectivity: Connection failed
• RLS Policies: No RLS policies found

Action Required: Investigate backup system immediately.
Time: 2026-01-28T05:00:00Z"""

WARNING = """⚠️ BACKUP VERIFICATION WARNING

Status: WARNING
Checks Passed: 5/6
Checks Failed: 1

Issues Found:
• Database Size: 8MB is suspiciously small (min: 10MB)

Action: Review backup system when convenient.
Time: 2026-01-28T05:00:00Z"""


def check(
    title: str,
    message: str | None = None,
    *,
    severity: Severity = "critical",
    outcome: Outcome = "failed",
) -> CheckResult:
    name = "test_" + title.lower().replace(" ", "_")
    return CheckResult(name, title, severity, outcome, message)


def passed(count: int) -> list[CheckResult]:
    return [check(f"Check {number}", outcome="passed") for number in range(count)]


def verification(
    checks: Sequence[CheckResult], at: datetime = datetime(2026, 1, 28, 5, tzinfo=UTC)
) -> Verification:
    return Verification("an-id", at, False, Target("backup", "/backups/daily.dump"), checks)


def said(checks: Sequence[CheckResult]) -> str:
    text = alert(verification(checks))
    assert text is not None
    return text


def bullets(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith("•")]


def test_failure_is_worded_to_the_letter() -> None:
    failed = [
        check("Database Connectivity", "Connection failed"),
        check("RLS Policies", "No RLS policies found"),
    ]
    assert said([*passed(4), *failed]) == FAILURE


def test_warning_is_worded_to_the_letter() -> None:
    small = "8MB is suspiciously small (min: 10MB)"
    assert said([*passed(5), check("Database Size", small, severity="warning")]) == WARNING


@pytest.mark.parametrize("severity", ["critical", "warning", "info"])
def test_success_sends_nothing(severity: Severity) -> None:
    fine = check("Fine", severity=severity, outcome="passed")
    assert alert(verification([*passed(6), fine])) is None


def test_informative_check_that_failed_sends_nothing() -> None:
    assert alert(verification([*passed(6), check("Bloat", "much", severity="info")])) is None


def test_critical_findings_come_first_and_informative_ones_not_at_all() -> None:
    text = said(
        [
            check("Size", "small", severity="warning"),
            check("Bloat", "much", severity="info"),
            check("Tables", "missing"),
        ]
    )
    assert bullets(text) == ["• Tables: missing", "• Size: small"]
    assert "Checks Passed: 0/2\nChecks Failed: 2\n" in text


@pytest.mark.parametrize(
    ("outcome", "message", "bullet"),
    [
        ("not run", "the restore failed", "• Tables: not run: the restore failed"),
        ("not run", None, "• Tables: not run"),
        ("failed", None, "• Tables: failed"),
        ("failed", "", "• Tables: failed"),
        ("failed", "a\nb\r\n\tc\0d\x1b[1m\u2028e", "• Tables: a b c d [1m e"),
        ("failed", "\u202ereversed \ud800", "• Tables: reversed"),
    ],
)
def test_finding_is_one_bullet(outcome: Outcome, message: str | None, bullet: str) -> None:
    text = said([check("Tables", message, outcome=outcome)])
    assert bullets(text) == [bullet]
    assert text.count("\n") == WARNING.count("\n")


def test_verification_without_a_check_says_so() -> None:
    assert bullets(said([])) == ["• Verification: no check was run"]
    assert "Checks Passed: 0/0\nChecks Failed: 0\n" in said([])


@pytest.mark.parametrize("hours", [-8, 0, 5.5])
def test_time_is_in_utc_to_the_second(hours: float) -> None:
    zone = timezone(timedelta(hours=hours))
    at = datetime(2026, 1, 28, 5, 0, 0, 999_999, tzinfo=UTC).astimezone(zone)
    text = alert(verification([check("Tables")], at))
    assert text is not None
    assert text.endswith("\nTime: 2026-01-28T05:00:00Z")


@pytest.mark.parametrize("count", [MOST_BULLETS - 1, MOST_BULLETS])
def test_as_many_findings_as_fit_are_all_listed(count: int) -> None:
    listed = bullets(said([check(f"Check {number}", "bad") for number in range(count)]))
    assert listed == [f"• Check {number}: bad" for number in range(count)]


def test_more_findings_than_fit_are_counted() -> None:
    listed = bullets(said([check("Check", "bad")] * (MOST_BULLETS + 3)))
    assert listed == ["• Check: bad"] * MOST_BULLETS + ["• … and 3 more"]


def test_longest_finding_that_fits_is_whole() -> None:
    message = "x" * (LONGEST_BULLET - 1 - len("• T: "))
    assert bullets(said([check("T", message)])) == [f"• T: {message}"]
    assert bullets(said([check("T", message + "y")])) == [f"• T: {message}…"]


@pytest.mark.parametrize("char", ["x", "&", "<", "é", "🚨", " &", "\n"])
def test_message_stays_within_limits_whatever_is_found(char: str) -> None:
    text = said([check(char * 5_000, char * 50_000)] * 500)
    assert len(payload(text)["text"]) < 7_000
    assert len(bullets(text)) == MOST_BULLETS + 1
    assert all(len(payload(line)["text"]) <= LONGEST_BULLET for line in bullets(text))
    assert text.endswith("Time: 2026-01-28T05:00:00Z")


def test_braces_in_a_finding_are_only_text() -> None:
    assert bullets(said([check("Tables", "{time} {0} %s")])) == ["• Tables: {time} {0} %s"]


def test_payload_escapes_what_would_call_somebody() -> None:
    assert payload("<!channel> & 'a' \"b\" *c* &amp;") == {
        "text": "&lt;!channel&gt; &amp; 'a' \"b\" *c* &amp;amp;"
    }


def with_gaps(count: int, kind: Literal["backup", "database"] = "backup") -> str:
    gaps = [NotVerified(f"thing {n}", "lacking <it>\nhere") for n in range(count)]
    found = replace(
        verification([check("A")]), not_verified=gaps, target=Target(kind, "/backups/daily.dump")
    )
    return alert(found) or ""


def test_what_could_not_be_looked_at_stands_behind_the_message() -> None:
    bare, told = with_gaps(0), with_gaps(1)
    assert told == f"{bare}\n\nNot Verified:\n• thing 0: lacking <it> here"


@pytest.mark.parametrize(("count", "last"), [(5, "• thing 4: lacking <it> here"), (6, "• … and 1 more")])
def test_no_more_gaps_than_fit_are_listed(count: int, last: str) -> None:
    assert with_gaps(count).splitlines()[-1] == last


def test_a_live_databases_message_is_as_it_was() -> None:
    assert with_gaps(3, "database") == with_gaps(0, "database")


PAGE, RUNBOOK = "https://example.com/site", "https://example.com/RUNBOOK.md"
UNTIL = Exempted("rebuilt\nby hand", "2026-12-31")


def found(*kinds: str, title: str = "Tables") -> CheckResult:
    findings = [FindingResult(kind, f"{kind} found") for kind in kinds]
    return replace(check(title, "bad"), findings=findings)


@pytest.mark.parametrize(
    ("links", "lines"),
    [
        (Links(), ""),
        (Links(page=PAGE), f"\n\nPage: {PAGE}#run-an-id"),
        (Links(runbook=RUNBOOK), f"\n\nRunbook: {RUNBOOK}#table-missing\nRunbook: {RUNBOOK}#rows-lost"),
        (
            Links(PAGE, RUNBOOK),
            f"\n\nPage: {PAGE}#run-an-id\nRunbook: {RUNBOOK}#table-missing\nRunbook: {RUNBOOK}#rows-lost",
        ),
    ],
)
def test_links_stand_behind_the_message(links: Links, lines: str) -> None:
    """One for the page, and one for the first finding of each check, each once."""
    checks = [found("table-missing", "rows-lost"), found("rows-lost"), found("table-missing")]
    assert alert(verification(checks), links) == f"{said(checks)}{lines}"


def test_links_are_given_while_there_is_room() -> None:
    checks = [found(f"kind-{number}") for number in range(100)]
    text = alert(verification(checks), Links(PAGE, RUNBOOK)) or ""
    linked = text.partition("\n\nPage: ")[2].splitlines()
    assert len(linked) > 20
    assert linked[-1] == f"Runbook: {RUNBOOK}#kind-{len(linked) - 2}"
    assert len(
        alert(verification(checks), Links("https://example.com/" + "x" * ROOM_FOR_LINKS)) or ""
    ) == len(said(checks))


def test_what_is_exempted_stands_behind_the_message_until_when_and_why() -> None:
    logs = replace(check("Logs", outcome="passed"), findings=[FindingResult("rows-lost", "one row", UNTIL)])
    sizes = replace(check("Sizes", "too big"), exempted=UNTIL)
    text = alert(verification([check("Tables"), logs, sizes]))
    assert text == (
        f"{said([check('Tables'), check('Logs', outcome='passed')])}\n\nExempted:\n"
        "• Logs: one row (until 2026-12-31: rebuilt by hand)\n"
        "• Sizes: too big (until 2026-12-31: rebuilt by hand)"
    )


def test_what_is_exempted_is_no_reason_for_a_message() -> None:
    assert alert(verification([*passed(5), replace(check("Sizes"), exempted=UNTIL)])) is None


def test_all_of_it_together_stays_within_what_slack_takes() -> None:
    long = "<" * 5_000
    checks = [replace(found(f"kind-{n}", title=long), message=long) for n in range(200)]
    exempted = [replace(check(long, long), exempted=UNTIL)] * 50
    gaps = [NotVerified(long, long)] * 50
    text = alert(replace(verification([*checks, *exempted]), not_verified=gaps), Links(PAGE, RUNBOOK)) or ""
    assert len(payload(text)["text"]) < 11_000
