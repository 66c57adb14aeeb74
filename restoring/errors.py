"""The ways in which a restore ends without a database to judge, each with the kind of finding it makes."""


class Ended(Exception):
    """What ended a restore, in a sentence; `kind` is one of `judging.findings.KINDS`."""

    kind = "restore-failed"

    def __init__(self, text: str, *, kind: str | None = None) -> None:
        super().__init__(text)
        self.kind = kind or self.kind


class CannotVerify(Ended):
    """Nothing can be said of the backup: the sentence says what is missing here, and what to do."""

    kind = "could-not-verify"


class BackupBad(Ended):
    """The backup itself cannot come back: the sentence says what it is, and what to do."""


class Damaged(Ended, ValueError):
    """Something of a backup is not as whoever wrote it left it; a BackupBad says of which file."""

    kind = "backup-damaged"
