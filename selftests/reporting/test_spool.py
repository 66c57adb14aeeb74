"""The spool: a row that could not be written waits as a file, and is written once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reporting import spool

ROW = {"id": "1", "verified_at": "2026-01-28T05:00:00+00:00", "status": "failure"}
LATER = {"id": "2", "verified_at": "2026-01-29T05:00:00+00:00", "status": "success"}


def test_what_is_kept_is_delivered_oldest_first_and_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "spool"
    spool.keep(folder, LATER)
    spool.keep(folder, ROW)
    written: list[Mapping[str, Any]] = []
    assert spool.deliver(folder, written.append) == 2
    assert written == [ROW, LATER]
    assert spool.deliver(folder, written.append) == 0
    assert spool.waiting(folder) == 0


def test_what_cannot_be_written_stays(tmp_path: Path) -> None:
    spool.keep(tmp_path, ROW)
    spool.keep(tmp_path, LATER)

    def refuse_the_second(row: Mapping[str, Any]) -> None:
        if row["id"] == "2":
            raise ConnectionError

    with pytest.raises(ConnectionError):
        spool.deliver(tmp_path, refuse_the_second)
    assert spool.waiting(tmp_path) == 1


def test_only_its_owner_can_read_the_folder(tmp_path: Path) -> None:
    file = spool.keep(tmp_path / "spool", ROW)
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(file.read_text()) == ROW


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(spool.SpoolError, match=r"file.spool: Not a directory"):
        spool.keep(tmp_path / "file" / "spool", ROW)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"no": "id"}'])
def test_a_file_that_is_no_row_is_left_where_it_is(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.json").write_text(content)
    assert spool.deliver(tmp_path, lambda row: None) == 0
    assert spool.waiting(tmp_path) == 1


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert spool.waiting(tmp_path / "none") == 0
    assert spool.deliver(tmp_path / "none", lambda row: None) == 0
