"""One run from its settings to its verdict; pytest's hooks only tell it what happens."""

import contextlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from database import Reach
from expectations import Expectations
from reference.finding import find_reference
from reporting.assembly import Assembly
from reporting.delivered import Delivered
from reporting.delivery import Destinations, deliver_message, deliver_row
from reporting.needs import met
from reporting.outcomes import Outcomes
from reporting.redaction import Redactor
from reporting.sample_log import beside, row_lines
from reporting.summary import summary_lines
from reporting.verdict import exit_code
from reporting.verification import BackupFacts, Verification
from reporting.watch.pulse import heartbeat_of
from restoring.aim import Aim, aimed, location_of
from settings import Settings

if TYPE_CHECKING:
    from reference.opening import Compared
    from reporting.watch.heartbeat import Heartbeat


@dataclass
class Run:
    """Restores once, gathers outcomes, concludes once, delivers once."""

    settings: Settings
    expectations: Expectations
    redactor: Redactor
    say: Callable[[str], None]
    outcomes: Outcomes = field(default_factory=Outcomes)
    partial: bool = False
    side_by_side: bool = False
    unmet: set[str] = field(default_factory=set)
    aim: Aim | None = None
    verification: Verification | None = None
    delivered: Delivered = field(default_factory=Delivered)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    _checks_begun: float = 0.0
    _heartbeat: "Heartbeat | None" = None

    def open(self) -> Aim:
        """Restores, or finds the database, the first time that it is asked."""
        if self.aim is None:
            self._watch()
            aiming = aimed(self.settings, self.expectations, self.say)
            self.aim = self._stack.enter_context(aiming)
            self._checks_begun = time.monotonic()
        return self.aim

    def close(self) -> None:
        """Takes the server and its files away."""
        self._stack.close()

    @property
    def reach(self) -> Reach:
        return self.open().reach

    @property
    def needs_met(self) -> set[str]:
        """What the checks need and this run has; whoever names a key expects a reference to be there."""
        expected = self.settings.reference_key is not None
        reference = expected or self._reference_place is not None
        return met(self.settings, self.expectations, reference=reference, side_by_side=self.side_by_side)

    def reference(self) -> "Compared":
        """What the restored database is compared with; raises ReferenceError."""
        from reference.opening import open_reference  # noqa: PLC0415 # a live run has no use for it

        tables = self.expectations.tables
        newest = [(t.schema, t.name, t.newest_column) for t in tables if t.newest_column]
        return open_reference(self._reference_place, self.settings.reference_key, newest)

    @property
    def _reference_place(self) -> str | Path | None:
        return find_reference(self.settings.reference, location_of(self.settings))

    @property
    def target_name(self) -> str:
        return self._assembly.target_name

    def backup_facts(self) -> BackupFacts | None:
        return self._assembly.backup_facts(self.aim)

    @property
    def _assembly(self) -> Assembly:
        return Assembly(self.settings, self.expectations, self.redactor)

    def conclude(self) -> int:
        """Judges, delivers where that is wanted, and gives the exit code."""
        aim = self.open()
        checks = time.monotonic() - self._checks_begun
        self.verification = self._assembly.verification(
            self.id, aim, self.outcomes, self.unmet, partial=self.partial
        )
        self.verification.seconds["checks"] = checks
        begun = time.monotonic()
        self.delivered = self._deliver(self.verification, aim)
        self.delivered.lines += self._next_steps(aim)
        self.verification.seconds["deliver"] = time.monotonic() - begun
        code = exit_code(
            self.verification.status,
            cannot_verify=aim.cannot_verify or (aim.server is not None and aim.server.ran_out_of_disk()),
            delivered=self.delivered.complete,
            fail_on_warning=self.settings.fail_on_warning,
        )
        return code or int(bool(aim.reach.problem) or self._lost(aim, self.verification))

    @staticmethod
    def _lost(aim: Aim, verification: Verification) -> bool:
        """Whether something was lost, and no exemption covers it; a part of the suite says so, too."""
        names = {check.name: check for check in verification.checks}
        judged = names.get("test_database_connectivity")
        excused = judged is not None and (judged.outcome == "passed" or judged.exempted is not None)
        return aim.reach.loss is not None and not excused

    def end(self, exit_status: int) -> None:
        """Tells the watchdog how the run ended, even one that verified nothing."""
        if self._heartbeat is None:
            self._watch(starting=False)
        if self._heartbeat is not None:
            self.delivered.lines += self._heartbeat.end(exit_status, self._told(exit_status))

    def _watch(self, *, starting: bool = True) -> None:
        self._heartbeat = None if self.partial else heartbeat_of(self.settings, self.id)
        if self._heartbeat is not None and starting:
            self._heartbeat.start()

    def _told(self, exit_status: int) -> str:
        """The verdict first: some watchdogs show no more."""
        if self.verification is None:
            return f"nothing was verified: this run did not come to its end (exit code {exit_status})"
        lines = list(summary_lines(self.verification, self.delivered.lines, self.settings.runbook_url))
        return self.redactor.text("\n".join([lines[-1], "", *lines]))

    def report(self) -> dict[str, Any] | None:
        """The verification as the JSON report carries it."""
        return None if self.verification is None else self.verification.as_dict()

    @property
    def delivers(self) -> bool:
        """Whether anything is to leave this machine, or to be kept on it."""
        return not (self.partial or self.settings.no_delivery)

    def _deliver(self, verification: Verification, aim: Aim) -> Delivered:
        if verification.partial:
            return Delivered(["nothing logged and nothing sent, since this is a part of the suite"])
        if self.settings.no_delivery:
            return Delivered(["nothing logged and nothing sent (--no-delivery)"])
        result, to = Delivered(), self._destinations(aim)
        deliver_row(verification, to, self.redactor, result)
        if not self.settings.tells_elsewhere:
            deliver_message(verification, to, self.redactor, result)
            return result
        from reporting.elsewhere import Telling  # noqa: PLC0415 # most runs name no other place

        telling = Telling(verification, self.settings, self.redactor, result, self.say, self.places)
        telling.nearby()
        deliver_message(verification, to, self.redactor, result)
        telling.afar()
        return result

    def _destinations(self, aim: Aim) -> Destinations:
        if self.settings.sample is None:
            return Destinations.of(self.settings)
        return Destinations() if aim.server is None else beside(aim.server)

    def _next_steps(self, aim: Aim) -> list[str]:
        lines: list[str] = []
        sample = self.settings.sample
        if sample is not None and aim.server is not None and self.delivers:
            lines += row_lines(aim.server)
        if self.settings.keep_restored and aim.server is not None:
            lines += aim.server.ways_in_and_out(aim.database or "postgres")
        if sample == "whole":
            lines.append("next: pytest checks/ --sample=broken   the same with a backup that was cut short")
        if sample is not None:
            lines.append("next: pytest checks/ --backup FILE --expectations YOURS.toml   your own backup")
        return lines
