"""One entry on the bench: the damage, one run of the product on it, one restore by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reference.finding import beside
from selftests.damage.bench import Bench
from selftests.damage.entry import ANY, Entry
from selftests.damage.scoreboard import Row
from selftests.damage.verified import Verified


@dataclass(frozen=True)
class Judged:
    """What became of an entry, and its row of the table."""

    entry: Entry
    verified: Verified
    row: Row

    @property
    def noticed(self) -> bool:
        return self.row.with_reference

    @property
    def as_said_without_reference(self) -> bool:
        """Whether the check that notices without a reference did, or none where none can."""
        by = self.entry.without_reference
        if by == ANY:
            return True
        return self.row.without_reference == (by is not None) and by in (None, *self.verified.failed)

    @property
    def words(self) -> str:
        """What to read where an entry did not come out as it says."""
        said = {
            name: check.message for name, check in self.verified.checks.items() if check.outcome == "failed"
        }
        told = said or self.verified.output[-600:]
        code, status = self.verified.exit_code, self.verified.status
        return f"{self.entry} ({self.entry.story}): exit code {code}, status {status}, {told}"


def judge(entry: Entry, bench: Bench) -> Judged:
    """Does the damage, and asks the product and pg_restore or psql of it."""
    backup = entry.damage(bench)
    if not beside(backup).exists():
        bench.place(backup, bench.reference())
    verified = bench.verify(backup, expectations=entry.expectations)
    exit_code = bench.by_hand.exit_code(backup)
    without = verified.status_without_reference != "success"
    row = Row(
        entry.family,
        entry.name,
        entry.noticed_by,
        with_reference=_noticed(verified, entry.noticed_by),
        without_reference=without,
        exit_code=exit_code,
        six=verified.status_of_six != "success",
        unknowable="" if without else entry.unknowable,
        harmless=exit_code == 0 and _harmless(entry, backup, bench),
    )
    return Judged(entry, verified, row)


def _harmless(entry: Entry, backup: Path, bench: Bench) -> bool:
    """Whether what was damaged restores to the very same, as PostgreSQL's own programs see it."""
    if entry.luck is None:
        return False
    return bench.by_hand.text(backup) == bench.healthy_text(entry.luck)


def _noticed(verified: Verified, by: str) -> bool:
    """Whether the run is not green, by the check that is meant to notice."""
    bad = verified.status in ("failure", "warning") and bool(verified.failed)
    return bad and (by == ANY or by in verified.failed)
