"""The aim: what goes wrong on the way to it is kept in it, as the backup's fault or as this machine's."""

from pathlib import Path

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


def test_programs_that_are_not_there_are_this_machines_fault(tmp_path: Path) -> None:
    aim = aim_of(Settings(sample="whole", pg_bin=tmp_path))
    assert aim.cannot_verify
    assert aim.reach.problem is not None
    assert aim.reach.problem.startswith("could not verify: no server programs in ")


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
