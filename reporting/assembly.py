"""From what a run looked at and what its checks found to the one verification, free of secrets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from expectations import Expectations
from reporting.exempting import exempted_as_a_whole
from reporting.log_database import database_at_host, place
from reporting.needs import NEEDS
from reporting.outcomes import Outcomes
from reporting.redaction import Redactor
from reporting.target_name import target_name
from reporting.verification import (
    BackupFacts,
    CheckResult,
    Harmless,
    NotVerified,
    ServerFacts,
    Target,
    Verification,
)
from restoring.aim import Aim, location_of
from settings import Settings

_LEAST_URGENT = "what is usual"
_MOST = 200
"""How many of a kind are recorded, so that a row stays a row."""


@dataclass(frozen=True)
class Assembly:
    """What verifications are made with; only what came from outside is cleaned, never our own words."""

    settings: Settings
    expectations: Expectations
    redactor: Redactor

    def verification(
        self, identity: str, aim: Aim, outcomes: Outcomes, unmet: Collection[str], *, partial: bool
    ) -> Verification:
        """Its `seconds` are those until the checks began."""
        results = [self._result(result) for result in outcomes.results()]
        details = {result.name: result.details for result in results}
        return Verification(
            id=identity,
            verified_at=datetime.now(UTC).replace(microsecond=0),
            partial=partial,
            target=self._target(aim, details.get("test_database_connectivity", {})),
            checks=results,
            backup=self.backup_facts(aim),
            not_verified=self._not_verified(aim, outcomes, unmet),
            harmless=self._harmless(aim),
            server=_server_facts(aim),
            seconds=dict(aim.seconds),
        )

    def backup_facts(self, aim: Aim | None) -> BackupFacts | None:
        """What is known of the backup, its age by now; None without one."""
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

    @property
    def target_name(self) -> str:
        """What months of runs are known by: what the user says, or what stays the same from run to run."""
        location = location_of(self.settings)
        live = self.settings.database_url or ""
        made = database_at_host(live) if location is None else target_name(location)
        named = self.settings.target
        if named is not None and location is None:
            named = f"{named}-live"  # a success there says nothing of the backup of that name
        return self.redactor.text(named or made)

    def _result(self, result: CheckResult) -> CheckResult:
        text = self.redactor.text
        today = datetime.now(UTC).date()
        return replace(
            exempted_as_a_whole(result, self.expectations.exemptions, today),
            name=text(result.name),
            message=result.message and text(result.message),
            details=cast(dict[str, Any], self.redactor.value(result.details)),
            findings=[replace(each, text=text(each.text)) for each in result.findings],
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

    def _not_verified(self, aim: Aim, outcomes: Outcomes, unmet: Collection[str]) -> Sequence[NotVerified]:
        text = self.redactor.text
        items = [NotVerified(text(omission.what), text(omission.why)) for omission in aim.omissions]
        items += outcomes.unverified()
        needs = [NEEDS[name] for name in sorted(unmet)]
        items += [NotVerified(need.what, need.why) for need in needs if need.what]
        if not self.expectations.functions:
            items.append(NotVerified("functions", "the expectations name none"))
        items = sorted(dict.fromkeys(items), key=lambda item: item.what.startswith(_LEAST_URGENT))
        more = len(items) - _MOST
        if more > 0:
            items[_MOST:] = [NotVerified(f"{more} more", "only the first are listed")]
        return items

    def _harmless(self, aim: Aim) -> list[Harmless]:
        text = self.redactor.text
        return [Harmless(text(p.what), text(p.message), p.reason) for p in aim.harmless[:_MOST]]


def _server_facts(aim: Aim) -> ServerFacts | None:
    if aim.choice is None:
        return None
    kept_from = aim.server.confinement.layers if aim.server else ()
    return ServerFacts(str(aim.choice.programs), aim.choice.reason, kept_from)
