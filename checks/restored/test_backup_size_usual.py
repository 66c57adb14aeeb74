"""The backup is about as large as its own history lets expect.

Catches backups that lack tables, values or whole schemas, and ones that were written twice. Recorded:
what is usual today, in bytes. Source: the size of this backup, and of those that the log's last
successful verifications looked at, of at least seven days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from judging.usual import BYTES, CHANGES, judge
from judging.usual_measures import Wording, look
from judging.wording import sentence
from reporting.history import measures
from reporting.verification import BackupFacts
from restoring.facts import RestoredFacts

KINDS = dict.fromkeys(CHANGES, "backup-size-unusual")
WORDING = Wording("{:,.0f} bytes".format, KINDS)


@pytest.mark.warning
@pytest.mark.needs("backup", "history")
def test_backup_size_usual(
    backup: BackupFacts | None,
    restored: RestoredFacts,
    history: Sequence[Mapping[str, Any]],
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    assert backup is not None, "the backup: not there, expected one with a size"
    found = {measures.BACKUP_SIZE: float(backup.size_bytes)}
    judged = look(found, history, partial(judge, tolerance=BYTES), WORDING, unverified)
    details["usual"] = judged.usual
    findings = what_counts(judged.findings)
    assert not findings, f"{sentence(findings)}; expected what is usual"
