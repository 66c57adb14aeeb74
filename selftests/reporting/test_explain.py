"""A check is explained by what its file says and its keys are; nothing is run or judged for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from judging.findings import KINDS
from reporting.explain import Check, UnknownCheckError, chosen, explained, read_checks
from reporting.reports import SEVERITIES
from reporting.selection import CHECKS

if TYPE_CHECKING:
    from selftests.reporting.conftest import Run

ALL = read_checks(CHECKS)
OWN = '''"""Pets are fed. Catches hunger.

Recorded: meals. Source: bowls."""

import pytest


@pytest.mark.critical
@pytest.mark.needs("backup", "weather")
@pytest.mark.parametrize("pet", ["Ada"])
def test_pets_fed(database, pet):
    raise SystemExit("it was imported and run")


raise SystemExit("it was imported")
'''


def named(name: str) -> Check:
    (check,) = chosen(name, ALL)
    return check


def text_of(name: str) -> str:
    return "\n".join(explained(named(name)))


@pytest.mark.parametrize("check", ALL, ids=[check.name for check in ALL])
def test_every_check_is_explained(check: Check) -> None:
    text = "\n".join(explained(check))
    assert text.startswith(f"{check.name}: {check.title}\n")
    assert check.severity in SEVERITIES
    for word in ("Catches ", "Recorded: ", "Source: ", "needs:", "tuned by", "[[exemptions]]", "alone:"):
        assert word in text
    kinds = [kind for kind, finder in KINDS.items() if finder == check.name]
    assert kinds
    assert [f"  RUNBOOK.md#{kind}" for kind in kinds] == [
        line for line in text.splitlines() if line.startswith("  RUNBOOK.md#")
    ]


def test_there_is_nothing_else_to_explain() -> None:
    assert {check.file for check in ALL} == {
        file.relative_to(CHECKS.parent).as_posix() for file in CHECKS.glob("**/test_*.py")
    }


@pytest.mark.parametrize(
    "name",
    ["test_rls_policies_active", "rls", "test_rls", "RLS Policies Active", "rls policies", " TEST_RLS "],
)
def test_a_check_is_known_by_its_name_its_title_and_their_beginnings(name: str) -> None:
    assert named(name).name == "test_rls_policies_active"


def test_several_that_begin_so_are_all_meant() -> None:
    names = {check.name for check in chosen("database_size", ALL)}
    assert "test_database_size_reasonable" in names
    assert all(name.startswith("test_database_size") for name in names)


def test_a_whole_name_is_not_taken_for_a_beginning() -> None:
    names = ("test_pets", "test_pets_fed")
    pets, others = (Check("checks/a.py", name, [], "info", [], False) for name in names)
    assert chosen("test_pets", [others, pets]) == [pets]
    assert chosen("pets fed", [others, pets]) == [others]


@pytest.mark.parametrize("name", ["", "  ", "nothing", "policies"])
def test_a_name_that_is_none_lists_those_that_are(name: str) -> None:
    with pytest.raises(UnknownCheckError) as raised:
        chosen(name, ALL)
    assert "  test_rls_policies_active\n" in str(raised.value)


def test_keys_come_with_what_holds_without_them_and_as_they_are_written() -> None:
    text = text_of("row_counts")
    assert "  [tables.organizations] max_rows: rows at most (without it: no limit)\n" in text
    assert "    [tables.organizations]\n    min_rows = 1\n    max_rows = 10000\n" in text
    assert "exit code 0, or 1 with --fail-on-warning" in text


def test_what_a_check_needs_comes_with_what_happens_without() -> None:
    text = text_of("contents")
    assert "  backup: else it is absent (a database that is there has not been restored by us)\n" in text
    assert '  reference: else it is absent, and "that definitions and contents are ' in text
    assert "tuned by no key of the expectations.\n" in text_of("storage")


def test_a_check_of_ones_own_is_read_and_never_imported(tmp_path: Path) -> None:
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "test_pets.py").write_text(OWN)
    (folder / "test_broken.py").write_text("def test_")
    (folder / "test_silent.py").write_text("def test_silent():\n    pass\n")
    pets, silent = read_checks(folder)
    assert pets == Check(
        "checks/test_pets.py",
        "test_pets_fed",
        ["Pets are fed.", "Catches hunger.", "Recorded: meals.", "Source: bowls."],
        "critical",
        ["backup", "weather"],
        True,
    )
    assert "  weather\n" in "\n".join(explained(pets))
    assert "It says nothing of itself." in "\n".join(explained(silent))


def test_explaining_verifies_nothing(run: Run, pytester: pytest.Pytester) -> None:
    result = run(CHECKS, "--explain", "rls", "--database-url", "host=/nowhere", "--json-report")
    text = result.stdout.str()
    assert result.ret == 0
    assert text.startswith("test_rls_policies_active: RLS Policies Active\n")
    words = ("SUCCESS", "backup verification", "collected", "passed in")
    assert not [word for word in words if word in text]
    assert list(pytester.path.glob(".report*")) == []


def test_an_unknown_name_is_a_usage_error(run: Run) -> None:
    result = run(CHECKS, "--explain=nothing")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--explain: no check is called 'nothing'" in result.stderr.str()
    assert "  test_rls_policies_active" in result.stderr.str()


def test_explaining_needs_no_setting(run: Run) -> None:
    assert run("--explain", "test_backup_recent").ret == 0
