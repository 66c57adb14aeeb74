"""Backups that are unlike those of the days before, which the log remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from reporting.history.reading import read_documents
from reporting.verification import CheckResult
from restoring.facts import RestoredFacts
from selftests.runbook.alone import kinds_found
from selftests.runbook.backups import changes, expecting
from selftests.runbook.case import Case
from selftests.runbook.ground import Ground
from selftests.runbook.situation import Situation


def log_of_forty_days(ground: Ground) -> str:
    log = ground.log_of_a_success()
    with psycopg.connect(log) as connection:
        connection.execute(changes("earlier_runs").encode())
    return log


def _unlike_before(ground: Ground) -> Situation:
    log = log_of_forty_days(ground)
    source = ground.database(changes("since_success"))
    expected = expecting(("min_rows = 500", "min_rows = 10"), ("min_rows = 1000", "min_rows = 10"))
    return ground.situation(
        ground.dump(source),
        source=source,
        expectations=expected,
        VERIFICATION_LOG_URL=log,
        VERIFICATION_TARGET="nightly",
    )


@dataclass(frozen=True)
class Slow:
    """What took so long that no test can wait for it: the check alone is told so."""

    kind: str
    check: str
    given: Mapping[str, object]

    def __str__(self) -> str:
        return self.kind

    def made(self, ground: Ground) -> tuple[str, set[str]]:
        """The DSN of the log, and the kinds of what the check finds."""
        log = log_of_forty_days(ground)
        history = read_documents(log, target="nightly")
        return log, kinds_found(self.check, {**self.given, "history": history})


_RESTORED = RestoredFacts(600.0, False, (), (), "probes", (), (), "")
_CHECKED = CheckResult("test_storage_sound", "Storage Sound", "critical", "passed", None, 600.0, {})

SLOW = (
    Slow("restore-time-unusual", "test_restore_time_usual", {"restored": _RESTORED}),
    Slow("check-duration-unusual", "test_check_durations_usual", {"so_far": {_CHECKED.name: _CHECKED}}),
)

CASES = (
    Case(
        "unlike the days before",
        (
            *("changed-since-success", "protection-changed-since-success", "rows-fell-since-success"),
            *("rows-unusual", "rows-eroded", "database-size-unusual", "backup-size-unusual"),
        ),
        _unlike_before,
    ),
)
