"""How old a backup is by its own time, and what that time is worth."""

from judging.wording import Gap
from reporting.verification import BackupFacts

SKEW_HOURS = 1
"""How far in the future a backup's time may lie: two clocks are never quite the same."""

SOURCES = {
    "header": "by the archive's header",
    "trailer": "by the script's last line",
    "file": "by the file's own time",
}


def age_finding(backup: BackupFacts, most_hours: float) -> str | None:
    """What is wrong with the age, None where nothing is."""
    source = f"{backup.taken_at:%F %T %Z} {SOURCES[backup.taken_at_from]}"
    if backup.age_hours > most_hours:
        return (
            f"age of the backup: {backup.age_hours:.2f} hours ({source}), expected at most {most_hours:g}"
        )
    if backup.age_hours < -SKEW_HOURS:
        return (
            f"time of the backup: {-backup.age_hours:.2f} hours in the future ({source}), expected at most "
            f"{SKEW_HOURS}: compare the clocks, and set TZ here to the zone of the machine that wrote it"
        )
    return None


def age_gaps(backup: BackupFacts) -> list[Gap]:
    """What the backup does not tell of its own age."""
    if backup.taken_at_from != "file":
        return []
    why = "it holds none, and whatever copies or touches the file changes the file's: pg_dump -v writes one"
    return [("the backup's own time", why)]
