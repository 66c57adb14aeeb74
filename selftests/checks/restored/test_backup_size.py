"""test_backup_size_usual: at the edges of the band, to the byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reporting.verification import BackupFacts
from selftests.checks.of_history import Said, document, said

CHECK = "test_backup_size_usual"
MEGA = 1_000_000
BACKUP = BackupFacts("id", "custom", datetime(2026, 7, 1, tzinfo=UTC), "header", 1.0, 0)


def of(size: int, days: int = 42, usual: int = 100 * MEGA) -> Said:
    history = [document(days - at, size_bytes=usual) for at in range(days)]
    return said(CHECK, history, backup=replace(BACKUP, size_bytes=size), restored=None)


LOW, HIGH = 90 * MEGA - 65_536, 190 * MEGA + 10 * 1024 * 1024


@pytest.mark.parametrize("size", [LOW + 1, 100 * MEGA, HIGH - 1])
def test_the_usual_passes(size: int) -> None:
    told = of(size)
    assert (told.message, told.absent) == (None, False)
    assert told.details["usual"]["backup size"]["median"] == pytest.approx(100 * MEGA)


@pytest.mark.parametrize("size", [20, LOW - 1, HIGH + 1])
def test_what_is_out_of_the_band_is_found(size: int) -> None:
    told = of(size)
    assert told.kinds == ["backup-size-unusual"]
    assert told.message is not None
    assert told.message.startswith(f"backup size: {size:,} bytes, usual 89,934,464 bytes to 200,485,76")


def test_a_tiny_backup_may_sway() -> None:
    assert of(1, usual=65_000).message is None


@pytest.mark.parametrize(("days", "absent"), [(6, True), (7, False)])
def test_seven_days_are_needed(days: int, absent: bool) -> None:
    assert of(100 * MEGA, days).absent is absent
