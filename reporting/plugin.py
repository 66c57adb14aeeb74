"""pytest's hooks: they tell the run what happens, and nothing is decided in them."""

import os
import signal
from collections.abc import Generator, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest._code.code import ExceptionRepr

import settings
from expectations import ExpectationsError, read_expectations
from reporting import reports
from reporting.redaction import Redactor
from reporting.run import Run
from reporting.summary import summary_lines
from reporting.verification import BackupFacts

CHECKS = settings.HOME / "checks"
RUN: pytest.StashKey[Run] = pytest.StashKey()
REDACTOR: pytest.StashKey[Redactor] = pytest.StashKey()

_MARKERS = (
    "critical: when this check does not pass, the run fails",
    "warning: when this check does not pass, the run warns",
    "info: recorded, counted in neither number, never alerts",
)
_NAME = "verification"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("verification", "what is verified, and where it is told")
    for setting in settings.SETTINGS:
        if setting.option is None:
            continue
        variable = f" ({setting.variable})" if setting.variable else ""
        options: dict[str, Any] = {"dest": setting.name, "help": setting.meaning + variable}
        if setting.flag:
            options |= {"action": "store_true"}
        elif setting.choices:
            options |= {"nargs": "?", "const": setting.choices[0], "choices": setting.choices}
        else:
            options |= {"metavar": setting.metavar}
        group.addoption(setting.option, default=None, **options)


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    config.stash[REDACTOR] = Redactor.of(*settings.secrets(os.environ, vars(config.option)))
    if _concerns_checks(config) and not _only_looks(config):
        config.pluginmanager.register(Verifying(config), _NAME)


def pytest_unconfigure(config: pytest.Config) -> None:
    plugin = config.pluginmanager.unregister(name=_NAME)
    if isinstance(plugin, Verifying):
        plugin.close()


def _concerns_checks(config: pytest.Config) -> bool:
    paths = [_path_of(argument, config) for argument in config.args]
    return any(_is_check(path) or path in CHECKS.parents for path in paths)


def _only_looks(config: pytest.Config) -> bool:
    looking = (
        "collectonly",
        "help",
        "version",
        "markers",
        "showfixtures",
        "show_fixtures_per_test",
    )
    return any(getattr(config.option, name, False) for name in looking)


def _path_of(argument: str, config: pytest.Config) -> Path:
    path = config.invocation_params.dir / argument.split("::", 1)[0]
    return Path(os.path.abspath(path))  # noqa: PTH100


def _is_check(path: Path) -> bool:
    return path == CHECKS or CHECKS in path.parents


class Verifying:
    """Registered only while checks are run; in each process of xdist, of which the controller judges."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.redactor = config.stash[REDACTOR]
        self.worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self._previous: Any = None
        self._concluded = False

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
        _prepare_reports(self.config)
        try:
            chosen = settings.resolve(vars(self.config.option), os.environ)
            expectations = read_expectations(chosen.expectations)
        except (settings.SettingsError, ExpectationsError) as error:
            raise pytest.UsageError(self.redactor.text(str(error))) from None
        self.config.stash[RUN] = Run(chosen, expectations, self.redactor, self._say)
        self.run.partial = self._asks_for_a_part()
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
            if _is_check(item.path) and len(reports.severities_of(item)) != 1:
                found = ", ".join(reports.severities_of(item)) or "none"
                raise pytest.UsageError(
                    f"{item.location[0]}: {item.name} has the severities: {found}; expected exactly one "
                    "of critical, warning and info, as in @pytest.mark.critical"
                )
        items.sort(key=lambda item: not item.name.startswith("test_database_connectivity"))

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        self.run.partial |= any(_is_check(item.path) for item in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        checks = [item for item in session.items if _is_check(item.path)]
        for item in checks:
            self.run.outcomes.expect(item.nodeid, reports.severities_of(item)[0])
        if not self.distributed:
            files = {item.path for item in checks}
            self.run.partial |= bool(set(CHECKS.glob("**/test_*.py")) - files)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        for nodeid in ids:
            self.run.outcomes.expect(nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        going_on = not session.testsfailed or session.config.option.continue_on_collection_errors
        if going_on and (session.items or self.distributed):
            self.run.open()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if _is_check(item.path):
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
    def pytest_internalerror(self, excrepr: ExceptionRepr) -> None:
        clean = self.redactor.text(str(excrepr))
        excrepr.toterminal = lambda tw: tw.write(clean)  # type: ignore[method-assign]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.worker is None and _is_check(settings.HOME / report.nodeid.split("::", 1)[0]):
            self.run.outcomes.take(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Judges and delivers before the reports are written, which carry the verdict."""
        ended = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if self.worker is None and RUN in self.config.stash and ended and self.run.aim is not None:
            session.exitstatus = self.run.conclude()
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

    def _asks_for_a_part(self) -> bool:
        whole = [_path_of(argument, self.config) for argument in self.config.args if "::" not in argument]
        return not any(path == CHECKS or path in CHECKS.parents for path in whole)

    def _say(self, line: str) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(line)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a run as Ctrl-C does: nothing is verified, and everything is put away."""
    raise KeyboardInterrupt(f"ended by signal {signal_number}")


def _prepare_reports(config: pytest.Config) -> None:
    """Yesterday's reports must not stand for this run, and today's must not get lost in silence."""
    for option, name in (("--json-report-file", "json_report_file"), ("--junitxml", "xmlpath")):
        file = getattr(config.option, name, None)
        try:
            if file:
                _make_way(config.invocation_params.dir / file)
        except OSError as error:
            raise pytest.UsageError(
                f"the report {file} cannot be written ({error.strerror}): name another place by {option}"
            ) from None


def _make_way(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.open("ab").close()
    file.unlink()


def _portable(facts: BackupFacts) -> dict[str, Any]:
    return vars(facts) | {"taken_at": facts.taken_at.isoformat()}
