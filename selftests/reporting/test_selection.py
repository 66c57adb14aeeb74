"""Selection: what is left out, and which files hold no check."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting.selection import CHECKS, Selection, is_check, refuse_other_configuration
from settings import HOME

FILES = [file.relative_to(HOME).as_posix() for file in sorted(CHECKS.rglob("test_*.py"))]
ITEMS = [f"{file}::{Path(file).stem}" for file in FILES]
SKIPPED = (str(CHECKS), 1, "Skipped: no time")


def collected(file: str, outcome: str = "passed", why: object = None) -> pytest.CollectReport:
    return pytest.CollectReport(file, outcome, why, None)  # type: ignore[arg-type]


def closed(
    reports: list[pytest.CollectReport], found: list[str], kept: list[str], *, only_failed: bool = False
) -> Selection:
    selection = Selection(HOME, only_failed)
    for report in reports:
        selection.take_file(report)
    for nodeid in found:
        selection.take_check(nodeid)
    selection.close(kept)
    return selection


ALL = [collected(file) for file in FILES]


def test_all_that_is_there_is_no_part() -> None:
    selection = closed(ALL, ITEMS, ITEMS)
    assert (selection.left_out, selection.empty) == (False, {})


def test_tests_elsewhere_are_not_looked_at() -> None:
    other = "selftests/test_settings.py"
    selection = closed([*ALL, collected(other)], [*ITEMS, f"{other}::test_one"], ITEMS)
    assert (selection.left_out, selection.empty) == (False, {})


@pytest.mark.parametrize(
    ("files", "kept"), [(ALL, ITEMS[1:]), (ALL[1:], ITEMS[1:])], ids=["a check", "a file"]
)
def test_what_somebody_left_out_makes_a_part(files: list[pytest.CollectReport], kept: list[str]) -> None:
    selection = closed(files, ITEMS if files == ALL else ITEMS[1:], kept)
    assert (selection.left_out, selection.empty) == (True, {})


@pytest.mark.parametrize(
    ("outcome", "longrepr", "why"),
    [
        ("passed", None, "no check was found in the file"),
        ("skipped", SKIPPED, "the whole file was skipped: no time"),
        ("failed", "SyntaxError", "the file could not be collected"),
    ],
)
def test_a_file_without_a_check_is_named_with_the_reason(outcome: str, longrepr: object, why: str) -> None:
    selection = closed([collected(FILES[0], outcome, longrepr), *ALL[1:]], ITEMS[1:], ITEMS[1:])
    assert (selection.left_out, selection.empty) == (False, {FILES[0]: why})


def test_a_file_that_last_failed_passes_over_is_left_out() -> None:
    selection = closed(ALL, ITEMS[1:], ITEMS[1:], only_failed=True)
    assert (selection.left_out, selection.empty) == (True, {})


def test_node_ids_may_be_relative_to_another_root() -> None:
    selection = Selection(HOME.parent)
    assert selection.holds(f"{HOME.name}/{ITEMS[0]}")
    assert not selection.holds(ITEMS[0])


@pytest.mark.parametrize(
    ("path", "expected"),
    [(CHECKS, True), (CHECKS / "restored" / "test_a.py", True), (HOME, False), (HOME / "checks2", False)],
)
def test_a_check_lies_among_the_checks(path: Path, expected: bool) -> None:
    assert is_check(path) is expected


def test_our_own_configuration_is_not_refused(pytestconfig: pytest.Config) -> None:
    refuse_other_configuration(pytestconfig)


def test_anothers_configuration_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\n")
    config = pytester.parseconfig()
    with pytest.raises(pytest.UsageError, match=r"led to .*tox\.ini instead of .*pyproject\.toml"):
        refuse_other_configuration(config)


def test_what_looks_at_restored_backups_is_not_left_out_of_a_live_run() -> None:
    selection = Selection(HOME)
    live = [file for file in FILES if "/restored/" not in file]
    for file in live:
        selection.take_file(collected(file))
        selection.take_check(f"{file}::test")
    selection.pass_over_restored()
    selection.close(f"{file}::test" for file in live)
    assert (selection.left_out, selection.empty) == (False, {})
    selection = Selection(HOME)
    selection.pass_over_restored()
    selection.close([])
    assert selection.left_out
