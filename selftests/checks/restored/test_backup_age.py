"""The check of a backup's age: by its own time, to the hour that is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selftests.checks.restored.conftest import Look, Taken

CHECK = "test_backup_recent"

DAILY = "[tables.t]\n[backup]\nmax_age_hours = 26\n"


@pytest.mark.parametrize("hours", [-1, 0, 25, 26])
def test_recent_enough_passes(hours: float, look: Look, taken: Taken) -> None:
    looked = look(DAILY, taken(hours))
    assert (looked.message, looked.unverified) == (None, [])
    assert looked.details["age_hours"] == hours
    assert looked.details["taken_at_from"] == "header"
    assert looked.details["taken_at"].startswith("2026-0")


@pytest.mark.parametrize(
    ("hours", "by", "source"),
    [
        (26.01, "header", "2026-06-30 09:59:24 UTC by the archive's header"),
        (27, "trailer", "2026-06-30 09:00:00 UTC by the script's last line"),
        (24 * 365, "file", "2025-07-01 12:00:00 UTC by the file's own time"),
    ],
)
def test_too_old_fails(hours: float, by: str, source: str, look: Look, taken: Taken) -> None:
    expected = f"age of the backup: {hours:.2f} hours ({source}), expected at most 26"
    looked = look(DAILY, taken(hours, by))
    assert (looked.message, looked.kinds) == (expected, ["backup-too-old"])


def test_a_time_in_the_future_says_nothing_of_the_age(look: Look, taken: Taken) -> None:
    looked = look(DAILY, taken(-15.5))
    assert looked.kinds == ["backup-from-the-future"]
    assert (looked.message or "").startswith(
        "time of the backup: 15.50 hours in the future (2026-07-02 03:30:00 UTC by"
    )


def test_a_file_of_the_future_is_one_whose_clock_is_wrong(look: Look, taken: Taken) -> None:
    assert "1.50 hours in the future" in (look(DAILY, taken(-1.5, "file")).message or "")


@pytest.mark.parametrize("by", ["header", "trailer"])
@pytest.mark.parametrize("hours", [-15, -1.5])
def test_a_clock_without_a_zone_may_be_ahead(hours: float, by: str, look: Look, taken: Taken) -> None:
    looked = look(DAILY, taken(hours, by))
    assert looked.message is None
    assert [what for what, _ in looked.unverified] == ["the backup's age"]


def test_the_default_is_26_hours(look: Look, taken: Taken) -> None:
    assert look(backup=taken(26)).message is None
    assert look(backup=taken(27)).message is not None


def test_the_time_of_a_file_is_not_the_backups_own(look: Look, taken: Taken) -> None:
    looked = look(DAILY, taken(1, "file"))
    assert looked.message is None
    assert [what for what, _ in looked.unverified] == ["the backup's own time"]
