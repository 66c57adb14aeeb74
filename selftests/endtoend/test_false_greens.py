"""Ways to a success that nobody verified, as options, checks and folders offer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from restoring.sample import EXPECTATIONS

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Finished, Log, Product, Slack

CHECK = "import pytest\n@pytest.mark.critical\n"
SKIPS = "import pytest; pytest.skip('no time', allow_module_level=True)"
EMPTY = {
    "skips itself": (SKIPS, "skipped: no time", []),
    "skips itself, spread": (SKIPS, "skipped: no time", ["-n2"]),
    "holds no check": ("def helper(): pass", "no check was found in the file", []),
}
UNCOLLECTED = {
    "leaves pytest": ("import pytest; pytest.exit('enough', returncode=0)", []),
    "constructor": (
        f"{CHECK}class TestOwn:\n    def __init__(self): pass\n    def test_own(self): pass",
        [],
    ),
    "no parameter, spread": (
        f"{CHECK}@pytest.mark.parametrize('x', [])\ndef test_own(x): pass",
        ["-n2"],
    ),
}
UNJUDGED = {
    "subtest skipped": (
        "def test_own(subtests):\n    with subtests.test(): pytest.skip('not here')",
        ("not run", "not here"),
    ),
    "finding returned": ("def test_own(): return False", ("failed", "PytestReturnNotNoneWarning")),
    "downgrade": (
        """def test_own(record_property):
    record_property("check", '{"severity": "info"}')
    assert False, "bad" """,
        ("failed", "bad"),
    ),
}


def said(run: Finished, name: str) -> str:
    return run.messages[name] or ""


@pytest.fixture(autouse=True)
def with_xdist(request: pytest.FixtureRequest) -> None:
    if "spread" in request.node.name:
        pytest.importorskip("xdist", reason="only runs with pytest-xdist are spread")


@pytest.mark.parametrize("option", ["--setup-only", "--setup-plan"])
@pytest.mark.usefixtures("sample")
def test_checks_that_were_not_called_are_told_to_nobody(
    product: Product, log: Log, slack: Slack, option: str
) -> None:
    run = product.run("checks/", option)
    assert (run.code, set(run.outcomes.values())) == (1, {"not run"})
    assert (log.rows(), slack.messages) == ([], [])


@pytest.mark.parametrize(("text", "why", "more"), EMPTY.values(), ids=EMPTY)
@pytest.mark.usefixtures("sample")
def test_a_file_without_a_check_is_no_success(
    copy: Product, log: Log, text: str, why: str, more: list[str]
) -> None:
    copy.add_check("test_own.py", text)
    run = copy.run("checks/", *more)
    assert (run.code, run.verification["partial"], log.row()["status"]) == (1, False, "failure")
    assert run.outcomes["test_own"] == "not run"
    assert why in said(run, "test_own")


@pytest.mark.parametrize(("text", "more"), UNCOLLECTED.values(), ids=UNCOLLECTED)
@pytest.mark.usefixtures("sample")
def test_a_file_that_cannot_be_collected_verifies_nothing(
    copy: Product, log: Log, text: str, more: list[str]
) -> None:
    copy.add_check("test_own.py", text)
    run = copy.run("checks/", *more)
    assert (run.code, run.judged, log.rows()) == (2, False, [])


@pytest.mark.parametrize("more", [[], ["-n2"]], ids=["alone", "spread"])
@pytest.mark.usefixtures("sample")
def test_a_file_that_cannot_be_collected_and_is_passed_over_is_no_success(
    copy: Product, log: Log, more: list[str]
) -> None:
    copy.add_check("test_own.py", "def test_own(:\n")
    run = copy.run("checks/", "--continue-on-collection-errors", *more)
    assert (run.code, run.outcomes["test_own"], log.row()["status"]) == (1, "not run", "failure")


@pytest.mark.parametrize(
    ("passes", "code", "more"), [(True, 0, ["-n2"]), (False, 1, [])], ids=["passes, spread", "fails"]
)
@pytest.mark.usefixtures("sample")
def test_a_test_beside_the_checks_is_none_of_them_and_still_fails_the_run(
    copy: Product, log: Log, passes: bool, code: int, more: list[str]
) -> None:
    other = copy.home / "more" / "test_other.py"
    other.parent.mkdir()
    other.write_text(f"def test_other(): assert {passes}")
    run = copy.run("checks/", "more/", *more)
    assert (run.code, len(run.outcomes), log.row()["status"]) == (code, 6, "success")


@pytest.mark.parametrize(("text", "judged"), UNJUDGED.values(), ids=UNJUDGED)
@pytest.mark.usefixtures("sample", "log")
def test_a_check_that_did_not_judge_has_not_passed(
    copy: Product, text: str, judged: tuple[str, str]
) -> None:
    copy.add_check("test_own.py", CHECK + text)
    run = copy.run("checks/")
    outcome, message = judged
    assert (run.code, run.outcomes["test_own"]) == (1, outcome)
    assert message in said(run, "test_own")


@pytest.mark.usefixtures("sample", "log")
def test_a_property_of_a_name_that_we_use_disturbs_nothing(copy: Product) -> None:
    copy.add_check("test_own.py", f"{CHECK}def test_own(record_property): record_property('check', 'x')")
    run = copy.run("checks/")
    assert (run.code, run.outcomes["test_own"]) == (0, "passed")


@pytest.mark.parametrize("code", [1, 11])
@pytest.mark.usefixtures("sample")
def test_a_check_that_leaves_pytest_gives_none_of_our_codes(copy: Product, log: Log, code: int) -> None:
    copy.add_check("test_own.py", f"{CHECK}def test_own(): pytest.exit('enough', returncode={code})")
    run = copy.run("checks/")
    assert (run.code, len(log.rows())) == ((1, 1) if code == 1 else (2, 0))
    assert "SUCCESS" not in run.out


@pytest.mark.usefixtures("sample")
def test_assertions_that_python_leaves_out_are_no_checks(product: Product, log: Log) -> None:
    run = product.run("checks/", "--assert=plain", PYTHONOPTIMIZE="1")
    assert (run.code, run.judged, log.rows()) == (4, False, [])
    assert "PYTHONOPTIMIZE" in run.err


@pytest.mark.usefixtures("sample")
def test_another_root_changes_nothing(product: Product, log: Log) -> None:
    run = product.run("checks/", "--rootdir=/")
    assert (run.code, log.row()["checks_passed"]) == (0, 6)


def test_anothers_configuration_is_refused_before_a_backups_code_could_run(copy: Product, log: Log) -> None:
    """A project around the product and its backups, as where it is a submodule."""
    backup, ran = copy.folder / "backup", copy.folder / "ran"
    backup.mkdir()
    (backup / "conftest.py").write_text(f"open({str(ran)!r}, 'w').close()")
    (copy.folder / "pytest.ini").write_text("[pytest]\n")
    run = copy.run("checks/", "--backup", backup)
    assert (run.code, run.judged, log.rows()) == (4, False, [])
    assert "pytest.ini instead of" in run.err
    assert not ran.exists()


@pytest.mark.parametrize("configured", [True, False], ids=["with pytest.ini", "without"])
def test_code_beside_a_backup_is_never_run(product: Product, log: Log, configured: bool) -> None:
    backup, ran = product.folder / "backup", product.folder / "ran"
    backup.mkdir()
    (backup / "conftest.py").write_text(f"open({str(ran)!r}, 'w').close()")
    if configured:
        (backup / "pytest.ini").write_text("[pytest]\n")
    run = product.run("checks/", "--backup", backup, "--expectations", EXPECTATIONS)
    assert (run.code, log.row()["status"]) == (1, "failure")
    assert not ran.exists()
