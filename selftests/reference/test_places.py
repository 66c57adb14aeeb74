"""Finding a reference: what was named comes first, then what lies beside the backup."""

from pathlib import Path

import pytest

from reference.finding import beside, find_reference, is_dsn


@pytest.mark.parametrize(
    "named", ["postgresql://u@h/d", "postgres://h", "host=h dbname=d", "service = mine", "POSTGRESQL://h"]
)
def test_a_dsn_is_a_live_source(named: str) -> None:
    assert is_dsn(named)
    assert find_reference(named, Path("a.dump")) == named


@pytest.mark.parametrize("named", ["a.json", "/x/y=z.json", "./a=b", "postgresql.json"])
def test_anything_else_is_a_file_whether_it_is_there_or_not(named: str) -> None:
    assert find_reference(named, None) == Path(named)


def test_the_file_beside_a_backup_is_found_without_being_named(tmp_path: Path) -> None:
    backup = tmp_path / "nightly.dump"
    assert find_reference(None, backup) is None
    (tmp_path / "nightly.dump.reference.json").touch()
    assert find_reference(None, backup) == beside(backup) == tmp_path / "nightly.dump.reference.json"


def test_a_folder_has_its_reference_beside_it_and_not_inside(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (tmp_path / "set.reference.json").touch()
    assert find_reference(None, folder) == tmp_path / "set.reference.json"


def test_a_live_run_has_none_beside_it() -> None:
    assert find_reference(None, None) is None
