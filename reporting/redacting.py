"""The hooks that take secrets out of whatever pytest and its plugins show or write."""

import warnings
from collections.abc import Generator
from contextlib import ExitStack
from typing import Any

import pytest
from _pytest._code.code import ExceptionRepr

from reporting import log_records, reports
from reporting.faults import Innermost, Outermost
from reporting.redaction import Redactor
from reporting.report_files import redact_properties
from reporting.selection import is_check


class Redacting:
    """Registered after what verifies, so that it is asked before, and sees results after it."""

    def __init__(self, config: pytest.Config, redactor: Redactor) -> None:
        self.redactor = redactor
        self._worker = hasattr(config, "workerinput")
        self._stack = ExitStack()
        self._stack.enter_context(log_records.redacting(redactor))
        guards = [Outermost(redactor)] if self._worker else [Innermost(redactor), Outermost(redactor)]
        for guard in guards:
            config.pluginmanager.register(guard)

    def close(self) -> None:
        """Leaves the process as it was."""
        self._stack.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A check's id is its name everywhere: one that holds a secret is refused, and not told."""
        for item in items:
            name, _, parameters = item.name.partition("[")
            if is_check(item.path) and self.redactor.text(parameters) != parameters:
                # xdist keeps a worker's usage errors to itself
                refusal = RuntimeError if self._worker else pytest.UsageError
                raise refusal(
                    f"{item.location[0]}: {name} has a parameter whose id holds a secret: "
                    "name it otherwise, as in pytest.param(…, id='main database')"
                )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        reports.redact(report, self.redactor)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        reports.redact(report, self.redactor)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        reports.redact_subtest(report, self.redactor)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        warning_message.message = self.redactor.text(str(warning_message.message))

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: ExceptionRepr) -> None:
        clean = self.redactor.text(str(excrepr))
        excrepr.toterminal = lambda tw: tw.write(clean)  # type: ignore[method-assign] # pytest asks it

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        redact_properties(session.config, self.redactor)

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        clean: Any = self.redactor.value(json_report)
        json_report.clear()
        json_report |= clean
