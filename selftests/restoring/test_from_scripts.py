"""Of several databases in one script the one that is meant is looked at, and a script's end is required."""

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest

from restoring.errors import BackupBad
from restoring.restored import Restored

Restore = Callable[..., AbstractContextManager[Restored]]

BEGIN, END = "-- PostgreSQL database cluster dump\n", "-- PostgreSQL database cluster dump complete\n"
PART, PART_END = "-- PostgreSQL database dump\n", "-- PostgreSQL database dump complete\n"


def cluster(*parts: str) -> str:
    bodies = "".join(f"{PART}{part}{PART_END}" for part in parts)
    return f"{BEGIN}CREATE ROLE a;\n{bodies}{END}"


def test_the_database_with_most_tables_is_looked_at(restoring: Restore, tmp_path: Path) -> None:
    path = tmp_path / "all.sql"
    path.write_text(
        cluster(
            "\\connect template1\n",
            "CREATE DATABASE one;\n\\connect one\nCREATE TABLE public.a ();\n",
            "CREATE DATABASE two;\n\\connect two\nCREATE TABLE public.a ();\nCREATE TABLE public.b ();\n",
            "\\connect postgres\n",
        )
    )
    with restoring(path) as restored:
        assert (restored.database, restored.loss) == ("two", None)
        assert sorted(restored.stage.databases) == ["one", "postgres", "template1", "two"]


def test_a_cluster_without_one_databases_trailer_is_cut_short(restoring: Restore, tmp_path: Path) -> None:
    path = tmp_path / "all.sql"
    path.write_text(cluster("CREATE TABLE public.a ();\n", "SELECT 1;\n").replace(PART_END, "", 1))
    with pytest.raises(BackupBad, match="all.sql is cut short"), restoring(path):
        pass


@pytest.mark.parametrize(
    ("said", "taken_at"),
    [
        ("-- Completed on 2024-05-06 07:08:09 UTC\n", datetime(2024, 5, 6, 7, 8, 9)),
        ("-- Completed on 2024-13-41 07:08:09 UTC\n", None),
        ("", None),
    ],
    ids=["a time", "an impossible time", "no time"],
)
def test_the_time_of_completion_is_taken(
    restoring: Restore, tmp_path: Path, said: str, taken_at: datetime | None
) -> None:
    path = tmp_path / "dump.sql"
    path.write_text(f"{PART}CREATE TABLE public.a ();\n{said}{PART_END}")
    with restoring(path) as restored:
        assert restored.taken_at == (taken_at and taken_at.astimezone())


@pytest.mark.parametrize("sound", [True, False], ids=["as it was made", "a flipped byte"])
def test_a_damaged_file_is_told_from_one_that_somebody_tampered_with(
    restoring: Restore, tmp_path: Path, sound: bool
) -> None:
    path = tmp_path / "dump.sql.gz"
    script = PART + "CREATE TABLE public.a ();\n\\! date\n" + "SELECT 1;\n" * 200_000 + PART_END
    content = bytearray(gzip.compress(script.encode()))
    content[-6] ^= 0 if sound else 1
    path.write_bytes(content)
    with pytest.raises(BackupBad) as caught, restoring(path):
        pass
    assert caught.value.kind == ("restore-refused" if sound else "backup-damaged")
