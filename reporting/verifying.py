"""The hooks that run the verification: they tell the run what happens, and nothing is decided in them."""

import gc
import os
import signal
from collections.abc import Generator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import settings
from expectations import ExpectationsError, read_expectations
from reporting import reports
from reporting.handover import Handover
from reporting.needs import unmet
from reporting.redaction import Redactor
from reporting.report_files import require_writable, tell_junit
from reporting.run import Run
from reporting.selection import RESTORED, Selection, asks_for_a_part, is_check
from reporting.summary import summary_lines
from reporting.terminal import Terminal
from reporting.verdict import BAD, COULD_NOT_VERIFY, NOT_DELIVERED, OK
from reporting.watch.pulse import tell_of_usage

RUN: pytest.StashKey[Run] = pytest.StashKey()

_OURS = (OK, BAD, COULD_NOT_VERIFY, NOT_DELIVERED)
"""The exit codes that say something of a backup; only a run that came to its end may give them."""


class Verifying:
    """Registered only while checks are run; in each process of xdist, of which the controller judges."""

    def __init__(self, config: pytest.Config, redactor: Redactor) -> None:
        self.config = config
        self.redactor = redactor
        self.terminal = Terminal(config, redactor)
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
        self.config.stash[RUN] = self._new_run()
        self.run.partial = asks_for_a_part(self.config)
        self.run.side_by_side = self.worker is not None or self.distributed
        if self.worker is None:
            self._previous = signal.signal(signal.SIGTERM, _interrupt)

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_xdist_setupnodes(self) -> None:
        self._open()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        Handover.of(self.run).give(node.workerinput)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # xdist keeps a worker's usage errors to itself
        refusal = pytest.UsageError if self.worker is None else RuntimeError
        for item in items:
            complaint = reports.complaint_of(item) if is_check(item.path) else None
            if complaint is not None:
                raise refusal(complaint)
        items[:] = [item for item in items if not self._is_absent(item)]
        items.sort(key=_place_of)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """What looks at restored backups is not even imported for a live database."""
        if collection_path != RESTORED or self.run.settings.database_url is None:
            return None
        self.selection.pass_over_restored()
        return True

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self.selection.take_check(item.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.selection.take_file(report)
        self._collection_failed |= report.failed
        self._other_tests_failed |= report.failed and not self.selection.holds(report.nodeid)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        gc.freeze()  # what is imported stays; pytest's own collections in the end need not look at it
        for item in session.items:
            if is_check(item.path):
                self.run.outcomes.expect(item.nodeid, *reports.severities_of(item)[:1])
        self.selection.close(item.nodeid for item in session.items)
        selected = {
            "left_out": self.selection.left_out,
            "empty": self.selection.empty,
            "unmet": sorted(self.run.unmet),
        }
        if self.worker is None:
            self._select(selected)
        else:
            self.config.workeroutput["selected"] = selected  # type: ignore[attr-defined] # xdist adds it

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
            self._open()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if is_check(item.path):
            reports.annotate(item, call, report, self.redactor)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not self.selection.holds(report.nodeid):
            self._other_tests_failed |= report.failed
        elif self.worker is None:
            file, line, _ = report.location
            self.run.places[report.nodeid.rsplit("::", 1)[-1]] = (file, (line or 0) + 1)
            self.run.outcomes.take(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Judges and delivers before the reports are written, which carry the verdict."""
        if self.worker is None and RUN in self.config.stash:
            session.exitstatus = self._exit_status(session)
            self._tell_watchdog(told := int(session.exitstatus))
            if self.run.verification is not None:
                tell_junit(self.config, self.run.verification)
            result = yield
            if session.exitstatus != told:  # another plugin's fault: what was told is no longer true
                self._tell_watchdog(int(session.exitstatus))
            return result
        return (yield)

    def _tell_watchdog(self, exit_status: int) -> None:
        try:
            self.run.end(exit_status)
        except KeyboardInterrupt:
            self.run.delivered.lines.append("heartbeat: interrupted while telling how the run ended")

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        json_report["verification"] = self.run.report() if RUN in self.config.stash else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        verification = self.run.verification
        terminalreporter.section("backup verification")
        if verification is None:
            terminalreporter.write_line("nothing was verified: this run did not come to its end")
            return
        runbook = self.run.settings.runbook_url
        self.terminal.show(summary_lines(verification, self.run.delivered.lines, runbook))

    def _new_run(self) -> Run:
        try:
            chosen = settings.resolve(vars(self.config.option), os.environ)
        except settings.SettingsError as error:
            raise pytest.UsageError(self.redactor.text(str(error))) from None
        try:
            return Run(chosen, read_expectations(chosen.expectations), self.redactor, self.terminal)
        except ExpectationsError as error:
            words = self.redactor.text(str(error))
            if self.worker is None and not asks_for_a_part(self.config):
                tell_of_usage(chosen, words)
            raise pytest.UsageError(words) from None

    def _open(self) -> None:
        aim = self.run.open()
        self.redactor.learn(aim.reach.dsn, aim.server.password if aim.server else None)

    def _is_absent(self, item: pytest.Item) -> bool:
        """Whether a check has nothing to look at; what that leaves unverified is noted."""
        missing = unmet(reports.needs_of(item), self.run.needs_met) if is_check(item.path) else []
        if missing:
            self.selection.take_absent(item.nodeid)
            self.run.unmet.update(missing)
        return bool(missing)

    def _select(self, selected: Mapping[str, Any]) -> None:
        """Takes over what the process that collected has found out."""
        self.run.partial |= selected.get("left_out", False)
        self.run.unmet |= set(selected.get("unmet", ()))
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


def _place_of(item: pytest.Item) -> tuple[bool, bool, bool]:
    """Connectivity first, and last what judges this very run by those before it; durations behind all."""
    judges_the_run = "history" in reports.needs_of(item)
    durations = judges_the_run and item.name.startswith("test_check_durations")
    return (not item.name.startswith("test_database_connectivity"), judges_the_run, durations)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a run as Ctrl-C does: nothing is verified, and everything is put away."""
    raise KeyboardInterrupt(f"ended by signal {signal_number}")
