"""Programs run under an unprivileged account, with a scrubbed environment, and within a time limit."""

import os
from pathlib import Path

import pytest

from restoring.account import Account, server_account
from restoring.errors import CannotVerify


def test_nobody_runs_a_server_as_root() -> None:
    account = server_account()
    if os.geteuid() == 0:
        assert account.uid not in (None, 0)
        assert account.gid not in (None, 0)
    else:
        assert account.uid is None


def test_a_program_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "canary")
    done = server_account().run(["/usr/bin/env"], seconds=10)
    assert sorted(line.split("=")[0] for line in done.stdout.split()) == ["HOME", "LC_ALL", "PATH", "TZ"]


def test_a_program_has_no_other_groups() -> None:
    done = server_account().run(["/usr/bin/id", "-G"], seconds=10)
    assert "0" not in done.stdout.split() or os.geteuid() != 0


def test_a_program_that_does_not_end_is_ended() -> None:
    with pytest.raises(CannotVerify, match="sleep did not finish within 0 s"):
        Account().run(["/bin/sleep", "30"], seconds=0.2)


def test_a_file_is_handed_over(tmp_path: Path) -> None:
    account = server_account()
    file = tmp_path / "file"
    file.touch()
    account.own(file)
    assert file.stat().st_uid == (account.uid if account.uid is not None else os.geteuid())
