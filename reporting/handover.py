"""What the process that restores hands to each that checks; under xdist these are several."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from database import Reach
from reporting.run import Run
from reporting.verification import BackupFacts
from restoring.facts import RestoredFacts

_KEY = "verification"


@dataclass(frozen=True)
class Handover:
    """Where to look, and what is known of the backup and of its restore; None where there was none."""

    reach: Reach
    backup: BackupFacts | None
    restored: RestoredFacts | None

    @classmethod
    def of(cls, run: Run) -> "Handover":
        return cls(run.reach, run.backup_facts(), run.open().facts)

    @classmethod
    def received(cls, config: pytest.Config) -> "Handover | None":
        """What a worker was given; None in the process that restores."""
        given = getattr(config, "workerinput", {}).get(_KEY)
        if given is None:
            return None
        backup, restored = given["backup"], given["restored"]
        return cls(
            Reach(**given["reach"]),
            backup and BackupFacts(**backup | {"taken_at": datetime.fromisoformat(backup["taken_at"])}),
            restored and RestoredFacts.from_dict(restored),
        )

    def give(self, workerinput: dict[str, Any]) -> None:
        """Puts it where a worker receives it: plain values only."""
        backup = self.backup and vars(self.backup) | {"taken_at": self.backup.taken_at.isoformat()}
        restored = self.restored and self.restored.as_dict()
        workerinput[_KEY] = {"reach": vars(self.reach), "backup": backup, "restored": restored}
