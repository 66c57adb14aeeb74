"""Faults at the end of a run: told without secrets, with the summary, and never as a success."""

from __future__ import annotations

import pytest

from reporting.verdict import BAD, COULD_NOT_VERIFY, NOT_DELIVERED, OK
from settings import HOME

CANARY = "c4n4ry-of-a-password"
PLUGIN = """
import pytest
from reporting.faults import Innermost, Outermost
from reporting.redaction import Redactor

def pytest_configure(config):
    redactor = Redactor.of("c4n4ry-of-a-password")
    config.pluginmanager.register(Innermost(redactor))
    config.pluginmanager.register(Outermost(redactor))

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line("and this is the verdict")

class Judge:
    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session):
        session.exitstatus = {status}
        return (yield)

def pytest_sessionstart(session):
    session.config.pluginmanager.register(Judge())

{fault}
"""
RAISES = "def pytest_sessionfinish(): raise {}"
WRAPPER = """
@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish():
    yield
    raise {}
"""
OLD_WRAPPER = WRAPPER.replace("wrapper=True", "hookwrapper=True")


def ended(pytester: pytest.Pytester, fault: str, status: int = OK) -> pytest.RunResult:
    """A run whose verdict is the status, and in whose end there is a fault."""
    pytester.makeconftest(PLUGIN.format(fault=fault, status=status))
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    assert CANARY not in result.stdout.str() + result.stderr.str()
    return result


@pytest.mark.parametrize(
    ("status", "expected"), [(OK, 3), (BAD, BAD), (COULD_NOT_VERIFY, COULD_NOT_VERIFY), (NOT_DELIVERED, 3)]
)
def test_a_fault_leaves_the_summary_and_the_stronger_code(
    status: int, expected: int, pytester: pytest.Pytester
) -> None:
    result = ended(pytester, RAISES.format(f"OSError('at {CANARY}')"), status)
    assert result.ret == expected
    assert "OSError: at ***" in result.stderr.str()
    assert "and this is the verdict" in result.stdout.str()


@pytest.mark.parametrize(
    "fault",
    [
        RAISES.format(f"SystemExit('at {CANARY}')"),
        WRAPPER.format(f"OSError('at {CANARY}')"),
        OLD_WRAPPER.format(f"OSError('at {CANARY}')"),
        RAISES.format(f"OSError('at {CANARY}')").replace("sessionfinish", "terminal_summary"),
    ],
    ids=["SystemExit", "wrapper", "old wrapper", "summary"],
)
@pytest.mark.filterwarnings("ignore::pluggy.PluggyTeardownRaisedWarning")
def test_a_fault_elsewhere_is_no_success_either(fault: str, pytester: pytest.Pytester) -> None:
    result = ended(pytester, fault)
    assert result.ret == 3
    assert "at ***" in result.stderr.str()


def test_a_fault_after_the_session_is_no_success_either(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = RAISES.format(f"OSError('at {CANARY}')").replace("sessionfinish", "unconfigure")
    pytester.makeconftest(PLUGIN.format(fault=fault, status=OK))
    monkeypatch.setenv("PYTHONPATH", str(HOME))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret == 3
    assert "OSError: at ***" in result.stderr.str()
    assert CANARY not in result.stderr.str()


@pytest.mark.parametrize(
    ("code", "status", "expected"), [("None", OK, OK), ("0", BAD, BAD), ("7", OK, 7), ("None", BAD, BAD)]
)
def test_an_intended_exit_does_not_make_a_success(
    code: str, status: int, expected: int, pytester: pytest.Pytester
) -> None:
    result = ended(pytester, RAISES.format(f"pytest.exit.Exception('at {CANARY}', {code})"), status)
    assert result.ret == expected
    assert "Exit: at ***" in result.stderr.str()


def test_without_a_fault_nothing_is_told(pytester: pytest.Pytester) -> None:
    result = ended(pytester, "", BAD)
    assert (result.ret, result.stderr.str()) == (BAD, "")
