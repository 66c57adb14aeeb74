"""pytest's hooks: they tell the run what happens, and nothing is decided in them."""

import os
import signal
import warnings
from collections.abc import Generator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest._code.code import ExceptionRepr

import settings
from expectations import ExpectationsError, read_expectations
from reporting import reports
from reporting.redaction import Redactor
from reporting.report_files import remove_stale, require_writable
from reporting.run import Run
from reporting.selection import (
    Selection,
    asks_for_a_part,
    concerns_checks,
    is_check,
    names_checks,
    only_looks,
    refuse_other_configuration,
)
from reporting.summary import summary_lines
from reporting.verdict import BAD, COULD_NOT_VERIFY, NOT_DELIVERED, OK
from reporting.verification import BackupFacts

RUN: pytest.StashKey[Run] = pytest.StashKey()
REDACTOR: pytest.StashKey[Redactor] = pytest.StashKey()

_MARKERS = (
    "critical: when this check does not pass, the run fails",
    "warning: when this check does not pass, the run warns",
    "info: recorded, counted in neither number, never alerts",
)
_NAME = "verification"
_OURS = (OK, BAD, COULD_NOT_VERIFY, NOT_DELIVERED)
"""The exit codes that say something of a backup; only a run that came to its end may give them."""
_NO_CHECKS = ("PytestReturnNotNoneWarning", "PytestCollectionWarning")
"""What pytest only warns of: a check that returns its finding, a class that it cannot collect."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    config = pluginmanager.get_plugin("pytestconfig")
    if isinstance(config, pytest.Config):
        refuse_other_configuration(config)
    group = parser.getgroup("verification", "what is verified, and where it is told")
    for setting in settings.SETTINGS:
        if setting.option is None:
            continue
        variable = f" ({setting.variable})" if setting.variable else ""
        options: dict[str, Any] = {"dest": setting.name, "help": setting.meaning + variable}
        if setting.flag:
            options |= {"action": "store_true"}
        elif setting.choices:
            options |= {"nargs": "?", "const": setting.choices[0], "metavar": "|".join(setting.choices)}
        else:
            options |= {"metavar": setting.metavar}
        group.addoption(setting.option, default=None, **options)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if names_checks(early_config.known_args_namespace.file_or_dir, early_config):
        remove_stale(early_config)


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    config.stash[REDACTOR] = Redactor.of(*settings.secrets(os.environ, vars(config.option)))
    if concerns_checks(config) and not only_looks(config):
        if not __debug__:
            raise pytest.UsageError("python -O (PYTHONOPTIMIZE) leaves assertions out: run without it")
        for warning in _NO_CHECKS:
            config.addinivalue_line("filterwarnings", f"error::pytest.{warning}")
        config.pluginmanager.register(Verifying(config), _NAME)


def pytest_unconfigure(config: pytest.Config) -> None:
    plugin = config.pluginmanager.unregister(name=_NAME)
    if isinstance(plugin, Verifying):
        plugin.close()


class Verifying:
    """Registered only while checks are run; in each process of xdist, of which the controller judges."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.redactor = config.stash[REDACTOR]
        self.worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self.selection = Selection(config.rootpath, bool(getattr(config.option, "lf", False)))
        self._previous: Any = None
        self._collection_failed = False
        self._other_tests_failed = False

    @property
    def run(self) -> Run:
        return self.config.stash[RUN]

    @property
    def distributed(self) -> bool:
        return self.config.pluginmanager.hasplugin("dsession")

    def close(self) -> None:
        if RUN in self.config.stash:
            self.run.close()
        if self._previous is not None:
            signal.signal(signal.SIGTERM, self._previous)
            self._previous = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Settings and expectations are validated before anything else happens."""
        require_writable(self.config)
        try:
            chosen = settings.resolve(vars(self.config.option), os.environ)
            expectations = read_expectations(chosen.expectations)
        except (settings.SettingsError, ExpectationsError) as error:
            raise pytest.UsageError(self.redactor.text(str(error))) from None
        self.config.stash[RUN] = Run(chosen, expectations, self.redactor, self._say)
        self.run.partial = asks_for_a_part(self.config)
        if self.worker is None:
            self._previous = signal.signal(signal.SIGTERM, _interrupt)

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_xdist_setupnodes(self) -> None:
        self.run.open()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["reach"] = vars(self.run.reach)
        facts = self.run.backup_facts()
        node.workerinput["backup"] = None if facts is None else _portable(facts)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if is_check(item.path) and len(reports.severities_of(item)) != 1:
                found = ", ".join(reports.severities_of(item)) or "none"
                # xdist keeps a worker's usage errors to itself
                refusal = pytest.UsageError if self.worker is None else RuntimeError
                raise refusal(
                    f"{item.location[0]}: {item.name} has the severities: {found}; expected exactly one "
                    "of critical, warning and info, as in @pytest.mark.critical"
                )
        items.sort(key=lambda item: not item.name.startswith("test_database_connectivity"))

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self.selection.take_check(item.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.selection.take_file(report)
        self._collection_failed |= report.failed
        self._other_tests_failed |= report.failed and not self.selection.holds(report.nodeid)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if is_check(item.path):
                self.run.outcomes.expect(item.nodeid, *reports.severities_of(item)[:1])
        self.selection.close(item.nodeid for item in session.items)
        selected = {"left_out": self.selection.left_out, "empty": self.selection.empty}
        if self.worker is None:
            self._select(selected)
        else:
            self.config.workeroutput["selected"] = selected  # type: ignore[attr-defined]

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        for nodeid in filter(self.selection.holds, ids):
            self.run.outcomes.expect(nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._select(getattr(node, "workeroutput", {}).get("selected", {}))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        going_on = not session.testsfailed or session.config.option.continue_on_collection_errors
        if going_on and self.worker is None and (session.items or self.distributed):
            self.run.open()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if is_check(item.path):
            reports.annotate(item, call, report, self.redactor)
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
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        warning_message.message = self.redactor.text(str(warning_message.message))

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: ExceptionRepr) -> None:
        clean = self.redactor.text(str(excrepr))
        excrepr.toterminal = lambda tw: tw.write(clean)  # type: ignore[method-assign]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        reports.redact_subtest(report, self.redactor)
        if not self.selection.holds(report.nodeid):
            self._other_tests_failed |= report.failed
        elif self.worker is None:
            self.run.outcomes.take(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Judges and delivers before the reports are written, which carry the verdict."""
        if self.worker is None and RUN in self.config.stash:
            session.exitstatus = self._exit_status(session)
        result = yield
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        clean: Any = self.redactor.value(json_report)
        json_report.clear()
        json_report |= clean
        json_report["verification"] = self.run.report() if RUN in self.config.stash else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        verification = self.run.verification
        terminalreporter.section("backup verification")
        if verification is None:
            terminalreporter.write_line("nothing was verified: this run did not come to its end")
            return
        for line in summary_lines(verification, self.run.delivered.lines):
            terminalreporter.write_line(self.redactor.text(line))

    def _select(self, selected: Mapping[str, Any]) -> None:
        """Takes over what the process that collected has found out."""
        self.run.partial |= selected.get("left_out", False)
        for file, why in selected.get("empty", {}).items():
            self.run.outcomes.expect(f"{file}::{Path(file).stem}", message=why)

    def _exit_status(self, session: pytest.Session) -> int:
        if not self._came_to_its_end(session):
            return pytest.ExitCode.INTERRUPTED if session.exitstatus in _OURS else session.exitstatus
        try:
            code = self.run.conclude()
        except KeyboardInterrupt:
            self.run.verification = None
            return pytest.ExitCode.INTERRUPTED
        return BAD if self._other_tests_failed and code != COULD_NOT_VERIFY else code

    def _came_to_its_end(self, session: pytest.Session) -> bool:
        """xdist goes on after a failed collection, with what is left."""
        whole = not self._collection_failed or session.config.option.continue_on_collection_errors
        ended = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        return whole and ended and self.run.aim is not None

    def _say(self, line: str) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(line)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a run as Ctrl-C does: nothing is verified, and everything is put away."""
    raise KeyboardInterrupt(f"ended by signal {signal_number}")


def _portable(facts: BackupFacts) -> dict[str, Any]:
    return vars(facts) | {"taken_at": facts.taken_at.isoformat()}
