"""The check of the recovery time: to the second that was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selftests.checks.restored.conftest import Look

CHECK = "test_restored_in_time"

PROMISE = "[tables.t]\n[backup]\nmax_restore_minutes = 1.5\n"


@pytest.mark.parametrize("seconds", [0.0, 89.0, 90.0])
def test_in_time_passes(seconds: float, look: Look) -> None:
    looked = look(PROMISE, seconds=seconds)
    assert (looked.message, looked.details) == (None, {"seconds": seconds})


@pytest.mark.parametrize("seconds", [90.01, 91.0, 100_000.0])
def test_too_late_fails(seconds: float, look: Look) -> None:
    expected = f"restore: {seconds:.2f} s, expected at most 90 s (1.5 minutes)"
    looked = look(PROMISE, seconds=seconds)
    assert (looked.message, looked.kinds) == (expected, ["restore-too-slow"])
