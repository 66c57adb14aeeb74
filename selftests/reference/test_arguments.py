"""The command line: what stands behind -- is pg_dump's, and expectations name columns too."""

from pathlib import Path

import pytest

from reference.arguments import command_line, newest_of, split


def test_what_stands_behind_two_dashes_is_pg_dumps() -> None:
    ours, dump = split(["--jobs", "2", "--", "pg_dump", "-Fc", "--", "x"])
    assert ours == ["--jobs", "2"]
    assert dump == ("pg_dump", "-Fc", "--", "x")


def test_without_them_there_is_no_dump() -> None:
    assert split(["--jobs", "2"])[1] == ()


@pytest.mark.parametrize(
    "arguments", [["--jobs", "0"], ["--newest", "t.c"], ["--time-limit", "1h"], ["--job"]]
)
def test_what_is_not_understood_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line().parse_args(arguments)
    assert ended.value.code == 2


def test_the_expectations_name_columns(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text("[tables.orders]\nnewest_column = 'at'\n[tables.other]\n")
    assert newest_of(file) == (("public", "orders", "at"),)
    assert newest_of(None) == ()
