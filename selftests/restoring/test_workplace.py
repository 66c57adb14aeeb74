"""The folder of a run: its own, and cleared once nobody lives in it."""

import os
from pathlib import Path

import pytest

from restoring.errors import CannotVerify
from restoring.workplace import open_workplace


@pytest.fixture(autouse=True)
def in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_a_closed_workplace_leaves_nothing() -> None:
    workplace = open_workplace()
    (workplace.path / "file").touch()
    workplace.close()
    assert not workplace.path.exists()


def test_a_kept_one_stays_and_outlives_the_next_run() -> None:
    workplace = open_workplace()
    workplace.keep()
    workplace.close()
    open_workplace().close()
    assert workplace.path.exists()


def test_one_in_use_is_not_cleared() -> None:
    first = open_workplace()
    open_workplace().close()
    assert first.path.exists()
    first.close()


def test_one_whose_run_is_dead_is_cleared() -> None:
    dead = open_workplace()
    os.close(dead._lock)
    alive = open_workplace()
    assert not dead.path.exists()
    alive.close()


def test_a_base_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"backup-verify-{os.geteuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotVerify, match="belongs to somebody else: remove it"):
        open_workplace()


def test_no_temporary_folder_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(CannotVerify, match="No such file or directory; name another TMPDIR"):
        open_workplace()
