"""Faults at the end of a run: told without secrets, and never in place of the verdict.

pytest leaves an exception in `pytest_sessionfinish` or `pytest_unconfigure` to Python, which prints its
traceback and exits 1, as for a bad backup.
"""

import sys
import traceback
from collections.abc import Generator
from typing import NoReturn

import pytest

from reporting.redaction import Redactor
from reporting.verdict import NOT_DELIVERED, OK


class Innermost:
    """Ends the faults of other plugins where the summary, and the verdict in it, still follow."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        try:
            return (yield)
        except pytest.exit.Exception:
            raise
        except (Exception, SystemExit):
            sys.stderr.write(self._redactor.text(traceback.format_exc()))
            if session.exitstatus in (OK, NOT_DELIVERED):
                session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
            return []


class Outermost:
    """Cleans what still comes through: a wrapper's fault, a worker's, or an intended exit."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        try:
            return (yield)
        except pytest.exit.Exception as intended:
            # An exit code of 0 would be no verdict.
            self._exit(str(intended.msg), intended.returncode or None)
        except (Exception, SystemExit):
            self._exit(traceback.format_exc(), pytest.ExitCode.INTERNAL_ERROR)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_unconfigure(self) -> Generator[None, object, object]:
        try:
            return (yield)
        except (Exception, SystemExit):
            sys.stderr.write(self._redactor.text(traceback.format_exc()))
            raise SystemExit(int(pytest.ExitCode.INTERNAL_ERROR)) from None

    def _exit(self, reason: str, code: int | None) -> NoReturn:
        raise pytest.exit.Exception(self._redactor.text(reason), returncode=code) from None
