"""One run from its settings to its verdict; pytest's hooks only tell it what happens."""

import contextlib
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import migrations
from database import Reach
from expectations import Expectations
from reference.finding import find_reference
from reporting.delivery import Delivered, Destinations, deliver
from reporting.exempting import exempted_as_a_whole
from reporting.log_database import database_at_host, place
from reporting.needs import NEEDS, met
from reporting.outcomes import Outcomes
from reporting.redaction import Redactor
from reporting.target_name import target_name
from reporting.verdict import exit_code
from reporting.verification import (
    BackupFacts,
    CheckResult,
    Harmless,
    NotVerified,
    ServerFacts,
    Target,
    Verification,
)
from restoring.aim import Aim, aimed, location_of
from settings import Settings

if TYPE_CHECKING:
    from reference.opening import Compared

_LATEST = """
SELECT verified_at, backup_id, backup_age_hours, backup_size_mb, status, checks_passed, checks_failed,
    error_details IS NOT NULL AS has_error_details, verification_details IS NOT NULL AS has_details
FROM public.get_latest_backup_verification()
"""
_SAMPLE_LOG = "verification_log"
_MOST = 200
"""How many of a kind are recorded, so that a row stays a row."""


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
    _checks_begun: float = 0.0
    _seen: dict[str, Any] = field(default_factory=dict)

    def open(self) -> Aim:
        """Restores, or finds the database, the first time that it is asked."""
        if self.aim is None:
            aiming = aimed(self.settings, self.expectations, self._say)
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

    def backup_facts(self) -> BackupFacts | None:
        aim = self.aim
        if aim is None or aim.backup is None or aim.taken_at is None:
            return None
        age = datetime.now(UTC) - aim.taken_at
        return BackupFacts(
            id=self.redactor.text(aim.backup.id),
            format=aim.backup.format,
            taken_at=aim.taken_at,
            taken_at_from="trailer" if aim.from_trailer else aim.backup.taken_at_from,
            age_hours=age.total_seconds() / 3600,
            size_bytes=aim.backup.size_bytes,
        )

    def conclude(self) -> int:
        """Judges, delivers where that is wanted, and gives the exit code."""
        aim = self.open()
        self.verification = self._verification(aim)
        begun = time.monotonic()
        self.delivered = self._deliver(self.verification, aim)
        self.delivered.lines += self._next_steps(aim)
        self.verification.seconds["deliver"] = time.monotonic() - begun
        code = exit_code(
            self.verification.status,
            cannot_verify=aim.cannot_verify,
            delivered=self.delivered.complete,
            fail_on_warning=self.settings.fail_on_warning,
        )
        return code or int(bool(aim.reach.problem or aim.reach.loss))

    def report(self) -> dict[str, Any] | None:
        """The verification as the JSON report carries it."""
        return None if self.verification is None else self.verification.as_dict()

    def _verification(self, aim: Aim) -> Verification:
        results = [self._clean(self._exempt(result)) for result in self.outcomes.results()]
        details = {result.name: result.details for result in results}
        connectivity = details.get("test_database_connectivity", {})
        checks = time.monotonic() - self._checks_begun
        return Verification(
            id=self.id,
            verified_at=datetime.now(UTC).replace(microsecond=0),
            partial=self.partial,
            target=self._target(aim, connectivity),
            checks=results,
            backup=self.backup_facts(),
            not_verified=self._not_verified(aim),
            harmless=self._harmless(aim),
            server=_server_facts(aim),
            seconds=aim.seconds | {"checks": checks},
        )

    def _exempt(self, result: CheckResult) -> CheckResult:
        return exempted_as_a_whole(result, self.expectations.exemptions, datetime.now(UTC).date())

    def _clean(self, result: CheckResult) -> CheckResult:
        """The check without secrets: only what came from outside is touched, never our own words."""
        return replace(
            result,
            name=self.redactor.text(result.name),
            message=result.message and self.redactor.text(result.message),
            details=cast(dict[str, Any], self.redactor.value(result.details)),
            findings=[replace(each, text=self.redactor.text(each.text)) for each in result.findings],
        )

    def _target(self, aim: Aim, connectivity: Mapping[str, Any]) -> Target:
        live = self.settings.database_url
        return Target(
            kind="backup" if live is None else "database",
            location=self.redactor.text(aim.location if live is None else place(live)),
            database=aim.database or connectivity.get("database"),
            server_version=connectivity.get("server_version"),
            name=self.target_name,
        )

    @property
    def target_name(self) -> str:
        """What months of runs are known by: what the user says, or what stays the same from run to run."""
        location = location_of(self.settings)
        named = self.settings.target or (
            database_at_host(self.settings.database_url or "")
            if location is None
            else target_name(location)
        )
        return self.redactor.text(named)

    def _not_verified(self, aim: Aim) -> list[NotVerified]:
        text = self.redactor.text
        items = [NotVerified(text(omission.what), text(omission.why)) for omission in aim.omissions]
        items += self.outcomes.unverified()
        unmet = [NEEDS[name] for name in sorted(self.unmet)]
        items += [NotVerified(need.what, need.why) for need in unmet if need.what]
        if not self.expectations.functions:
            items.append(NotVerified("functions", "the expectations name none"))
        items = list(dict.fromkeys(items))
        more = len(items) - _MOST
        if more > 0:
            items[_MOST:] = [NotVerified(f"{more} more", "only the first are listed")]
        return items

    def _harmless(self, aim: Aim) -> list[Harmless]:
        text = self.redactor.text
        return [Harmless(text(p.what), text(p.message), p.reason) for p in aim.harmless[:_MOST]]

    def _deliver(self, verification: Verification, aim: Aim) -> Delivered:
        if verification.partial:
            return Delivered(["nothing logged and nothing sent, since this is a part of the suite"])
        if self.settings.no_delivery:
            return Delivered(["nothing logged and nothing sent (--no-delivery)"])
        return deliver(verification, self._destinations(aim), self.redactor)

    def _destinations(self, aim: Aim) -> Destinations:
        if self.settings.sample is not None:
            return self._beside(aim)
        dsn = self.settings.log_database_url
        return Destinations(
            log_dsn=dsn,
            log_name=place(dsn) if dsn else "",
            spool=self.settings.spool,
            slack_url=self.settings.slack_webhook_url,
        )

    def _beside(self, aim: Aim) -> Destinations:
        """The sample's log lives as long as its server, and nothing of it is sent anywhere."""
        if aim.server is None:
            return Destinations()
        with aim.server.connect("postgres") as admin:
            admin.execute(f"CREATE DATABASE {_SAMPLE_LOG}")
        dsn = aim.server.dsn(_SAMPLE_LOG)
        migrations.migrate(dsn)
        return Destinations(dsn, f"{_SAMPLE_LOG}, a database beside the restored one")

    def _next_steps(self, aim: Aim) -> list[str]:
        lines = self._logged_beside(aim)
        if self.settings.keep_restored and aim.server is not None:
            lines += aim.server.ways_in_and_out(aim.database or "postgres")
        if self.settings.sample == "whole":
            lines.append("next: pytest checks/ --sample=broken   the same with a backup that was cut short")
        if self.settings.sample is not None:
            lines.append("next: pytest checks/ --backup FILE --expectations YOURS.toml   your own backup")
        return lines

    def _logged_beside(self, aim: Aim) -> list[str]:
        """The sample's row as it stands in its log, for a newcomer to see."""
        if self.settings.sample is None or aim.server is None or self.settings.no_delivery or self.partial:
            return []
        with aim.server.connect(_SAMPLE_LOG) as log:
            cursor = log.execute(_LATEST)
            row = zip(
                [column.name for column in cursor.description or ()], cursor.fetchone() or (), strict=True
            )
            return ["the row that was logged:", *(f"    {name}: {value}" for name, value in row)]

    def _say(self, line: str) -> None:
        self.say(self.redactor.text(line))


def _server_facts(aim: Aim) -> ServerFacts | None:
    if aim.choice is None:
        return None
    kept_from = aim.server.confinement.layers if aim.server else ()
    return ServerFacts(str(aim.choice.programs), aim.choice.reason, kept_from)
