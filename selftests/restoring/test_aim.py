"""The aim: what goes wrong on the way to it is kept in it, as the backup's fault or as this machine's."""

import gzip
import tempfile
from pathlib import Path

import pytest

from expectations import read_expectations
from restoring.aim import Aim, aimed
from settings import HOME, Settings

EXPECTATIONS = read_expectations(HOME / "expectations.toml")


def aim_of(settings: Settings) -> Aim:
    with aimed(settings, EXPECTATIONS, lambda line: None) as aim:
        return aim


def test_a_live_database_is_taken_as_it_is() -> None:
    aim = aim_of(Settings(database_url="host=somewhere"))
    assert (aim.reach.dsn, aim.reach.restored, aim.reach.problem) == ("host=somewhere", False, None)


def test_a_missing_backup_is_the_backups_fault(tmp_path: Path) -> None:
    aim = aim_of(Settings(backup=tmp_path / "none.dump"))
    assert aim.reach.dsn is None
    assert not aim.cannot_verify
    assert aim.reach.problem is not None
    assert aim.reach.problem.startswith("the restore failed: there is no backup at ")
    assert aim.reach.kind == "backup-missing"


def test_programs_that_are_not_there_are_this_machines_fault(tmp_path: Path) -> None:
    aim = aim_of(Settings(sample="whole", pg_bin=tmp_path))
    assert aim.cannot_verify
    assert aim.reach.problem is not None
    assert aim.reach.problem.startswith("could not verify: no server programs in ")
    assert aim.reach.kind == "programs-missing"


TOC = b"PGDMP" + bytes([1, 16, 0, 4, 8, 1])
FILES = {
    "empty": (b"", "backup-empty"),
    "zeros": (bytes(9), "backup-empty"),
    "nothing, compressed": (gzip.compress(b""), "backup-empty"),
    "an error page": (b"<html>502</html>", "backup-not-a-backup"),
    "encrypted": (b"Salted__" + bytes(9), "backup-not-a-backup"),
    "the beginning of an archive": (TOC[:9], "backup-cut-short"),
    "an archive's header, cut": (TOC, "backup-cut-short"),
    "gzip, cut": (gzip.compress(b"SET statement_timeout = 0;")[:-4], "backup-cut-short"),
    "gzip, damaged": (gzip.compress(b"SET statement_timeout = 0;")[:-8] + bytes(8), "backup-damaged"),
    "a header that is none": (TOC[:8] + bytes([9, 8, 1]), "backup-damaged"),
    "an archive of next year": (b"PGDMP" + bytes([1, 99, 0, 4, 8, 1]), "restore-failed"),
}


@pytest.mark.parametrize("name", FILES)
def test_each_file_that_is_no_whole_backup_has_its_kind(name: str, tmp_path: Path) -> None:
    content, kind = FILES[name]
    (tmp_path / "nightly").write_bytes(content)
    aim = aim_of(Settings(backup=tmp_path / "nightly"))
    assert (aim.reach.kind, aim.cannot_verify) == (kind, False), aim.reach.problem


@pytest.mark.parametrize(
    ("holds", "kind"),
    [
        ([], "backup-empty"),
        (["3014.dat.gz"], "backup-incomplete"),
        (["schema.sql"], "backup-incomplete"),
        (["notes.txt"], "backup-not-a-backup"),
    ],
)
def test_each_folder_that_is_no_whole_backup_has_its_kind(
    holds: list[str], kind: str, tmp_path: Path
) -> None:
    for name in holds:
        (tmp_path / name).write_text("SET statement_timeout = 0;\n")
    aim = aim_of(Settings(backup=tmp_path))
    assert aim.reach.kind == kind, aim.reach.problem


def test_a_restored_backup_is_there_for_as_long_as_the_context() -> None:
    lines: list[str] = []
    with aimed(Settings(sample="whole"), EXPECTATIONS, lines.append) as aim:
        assert aim.reach.dsn is not None
        assert aim.server is not None
        folder = aim.server.workplace.path
        assert folder.exists()
    assert not folder.exists()
    assert [line.split(":")[0] for line in lines] == ["backup", "server", "confined"]
    assert set(aim.seconds) == {"locate", "serve", "restore"}


def test_a_backup_that_cannot_be_read_is_not_called_bad(tmp_path: Path) -> None:
    (tmp_path / "nightly").symlink_to(tmp_path / "nightly")
    aim = aim_of(Settings(backup=tmp_path / "nightly"))
    assert (aim.reach.kind, aim.cannot_verify) == ("backup-unreadable", True), aim.reach.problem


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("error while loading shared libraries: libicu.so", "server-not-started"),
        ("could not create directory: No space left on device", "disk-full"),
    ],
)
def test_programs_that_do_not_run_are_this_machines_fault(words: str, kind: str) -> None:
    """initdb's last line tells of its cleaning up."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name in ("initdb", "postgres", "pg_restore"):
            fails = f'echo "{words}" >&2; echo "initdb: removing data directory" >&2; exit 1'
            says = 'echo "postgres (PostgreSQL) 99.1"' if name == "postgres" else fails
            (Path(folder) / name).write_text(f"#!/bin/sh\n{says}\n")
            (Path(folder) / name).chmod(0o755)
        aim = aim_of(Settings(sample="whole", pg_bin=Path(folder)))
    assert (aim.reach.kind, aim.cannot_verify) == (kind, True), aim.reach.problem


def test_a_machine_without_a_place_for_the_server_cannot_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    aim = aim_of(Settings(sample="whole"))
    assert (aim.reach.kind, aim.cannot_verify) == ("could-not-verify", True), aim.reach.problem
