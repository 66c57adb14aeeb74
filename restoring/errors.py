"""The two ways in which a restore ends without a database to judge."""


class CannotVerify(Exception):
    """Nothing can be said of the backup: the sentence says what is missing here, and what to do."""


class BackupBad(Exception):
    """The backup itself cannot come back: the sentence says what it is, and what to do."""
