"""The backup was taken no longer ago than the expectations allow, by its own time.

Catches a job that no longer runs, a "latest" that points to an old backup, and clocks that disagree.
Recorded: the age in hours, the time, and where it was read. Source: the archive's header or the script's
last line; where neither has a time, the file's own, which is then listed as not verified.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from expectations import Expectations
from judging.age import age_finding, age_gaps
from judging.wording import sentence, tell
from reporting.verification import BackupFacts


@pytest.mark.critical
@pytest.mark.needs("backup")
@pytest.mark.usefixtures("restored")
def test_backup_recent(
    backup: BackupFacts | None,
    expectations: Expectations,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    assert backup is not None, "the backup: not there, expected one with a time"
    details["age_hours"] = round(backup.age_hours, 2)
    details["taken_at"] = backup.taken_at.isoformat()
    details["taken_at_from"] = backup.taken_at_from
    tell(unverified, age_gaps(backup))
    findings = what_counts(filter(None, [age_finding(backup, expectations.max_age_hours)]))
    assert not findings, sentence(findings)
