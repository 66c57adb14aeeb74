"""How old a backup is by its own time, and what that time is worth."""

from judging.findings import Finding
from judging.wording import Gap
from reporting.verification import BackupFacts

SKEW_HOURS = {"header": 15, "trailer": 15, "file": 1}
"""How far in the future a backup's time may lie. Two clocks are never quite the same, and the clock in a
header or trailer has no zone that can be relied on: it may lie a day's half ahead of ours."""

SOURCES = {
    "header": "by the archive's header",
    "trailer": "by the script's last line",
    "file": "by the file's own time",
}


def age_finding(backup: BackupFacts, most_hours: float) -> Finding | None:
    """What is wrong with the age, None where nothing is."""
    source = f"{backup.taken_at:%F %T %Z} {SOURCES[backup.taken_at_from]}"
    if backup.age_hours > most_hours:
        words = f"{backup.age_hours:.2f} hours ({source}), expected at most {most_hours:g}"
        return Finding("backup-too-old", f"age of the backup: {words}")
    skew = SKEW_HOURS[backup.taken_at_from]
    if backup.age_hours < -skew:
        return Finding(
            "backup-from-the-future",
            f"time of the backup: {-backup.age_hours:.2f} hours in the future ({source}), expected at most "
            f"{skew}: compare the clocks, and set TZ here to the zone of the machine that wrote it",
        )
    return None


def age_gaps(backup: BackupFacts) -> list[Gap]:
    """What the backup does not tell of its own age."""
    if backup.taken_at_from != "file":
        why = "it lies in the future: set TZ here to the zone of the machine that wrote it"
        return [("the backup's age", why)] if backup.age_hours < -SKEW_HOURS["file"] else []
    why = "it holds none, and whatever copies or touches the file changes the file's: pg_dump -v writes one"
    return [("the backup's own time", why)]
