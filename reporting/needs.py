"""What a check needs to have anything to look at; without it the check is absent, and that is said.

A check that is absent is neither passed nor failed: what it would have looked at is *not verified*.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from _pytest.outcomes import Skipped

from expectations import Expectations
from settings import Settings


class Absent(Skipped):
    """Raised where only a restored database tells that a check has nothing to look at; not for critical
    ones, which have to be told from the start."""


@dataclass(frozen=True)
class Need:
    """One word of `@pytest.mark.needs`; without `what`, nobody misses the check where it is absent."""

    what: str | None
    why: str


NEEDS = {
    "backup": Need(None, "a database that is there has not been restored by us"),
    "reference": Need(
        "that definitions and contents are those of the source",
        "no reference was found: take one with python -m reference, or name one by --reference",
    ),
    "earlier": Need(None, "a reference says more, or no log is named"),
    "history": Need(
        "what is usual", "no log is named (VERIFICATION_LOG_URL), or the checks run side by side (-n)"
    ),
    "tenancy": Need(
        "isolation of tenants", "the expectations have no [tenancy], or let the backup leave out privileges"
    ),
    "calls": Need("that functions answer", "the expectations name no [[functions.calls]]"),
    "newest": Need("how recent the newest rows are", "the expectations name no newest_column"),
    "recovery time": Need(
        "the time that a restore may take", "the expectations have no backup.max_restore_minutes"
    ),
}


def met(settings: Settings, expectations: Expectations, *, reference: bool, side_by_side: bool) -> set[str]:
    """The needs that a run meets."""
    given = {
        "backup": settings.database_url is None,
        "reference": reference,
        "earlier": not reference and settings.log_database_url is not None and settings.sample is None,
        "history": settings.log_database_url is not None and settings.sample is None and not side_by_side,
        "tenancy": expectations.tenancy is not None and not _without_privileges(settings, expectations),
        "calls": bool(expectations.calls),
        "newest": any(table.newest_column for table in expectations.tables),
        "recovery time": expectations.max_restore_minutes is not None,
    }
    return {name for name, is_met in given.items() if is_met}


def _without_privileges(settings: Settings, expectations: Expectations) -> bool:
    """Whether nobody but owners can be let at anything, since the backup is to hold no grants."""
    excluded = any(exclusion.object == "privileges" for exclusion in expectations.excluded)
    return excluded and settings.database_url is None


def unmet(needed: Iterable[str], given: Collection[str]) -> list[str]:
    """The needs that are not met; where one of them goes without saying, it is the only one."""
    missing = [name for name in needed if name not in given]
    silent = [name for name in missing if NEEDS[name].what is None]
    return silent or missing
