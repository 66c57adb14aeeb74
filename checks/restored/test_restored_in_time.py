"""The restore took no longer than the recovery time that was promised.

Catches databases that outgrew their recovery plan. Recorded: the seconds that the restore took. Source:
the restore just made, on this machine, without the time to fetch the backup.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from expectations import Expectations
from judging.findings import Finding
from judging.wording import sentence
from restoring.facts import RestoredFacts


@pytest.mark.warning
@pytest.mark.needs("backup", "recovery time")
def test_restored_in_time(
    restored: RestoredFacts,
    expectations: Expectations,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    most = expectations.max_restore_minutes
    details["seconds"] = round(restored.seconds, 3)
    assert most is not None, "backup.max_restore_minutes: not set, expected minutes"
    words = f"restore: {restored.seconds:.2f} s, expected at most {most * 60:g} s ({most:g} minutes)"
    findings = what_counts([] if restored.seconds <= most * 60 else [Finding("restore-too-slow", words)])
    assert not findings, sentence(findings)
