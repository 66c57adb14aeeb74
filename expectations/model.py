"""What can be expected; sizes in MB (1024 * 1024 bytes), ages in hours, times in minutes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Table:
    """A critical table and the bounds on its rows; `row_security` is False only with a `reason`.

    The newest value of `newest_column` may lie `max_lag_hours` behind the backup's own time.
    """

    schema: str
    name: str
    min_rows: int = 0
    max_rows: int | None = None
    row_security: bool = True
    reason: str | None = None
    force_row_security: bool = False
    newest_column: str | None = None
    max_lag_hours: float = 26

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Allowance:
    """A way around row security that is meant to be there: a policy, view, function or role."""

    object: str
    reason: str


@dataclass(frozen=True)
class Exclusion:
    """What the backup leaves out on purpose: `schema.table`, `schema.*`, or a kind such as privileges.

    With `rows_only` the definition is expected and the rows are not.
    """

    object: str
    reason: str
    rows_only: bool = False


@dataclass(frozen=True)
class Call:
    """A statement that has to answer; `returns` is its first value as text, None where any will do."""

    statement: str
    returns: str | None = None
    role: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tenancy:
    """How the application becomes a tenant, and which column of each table says whose a row is.

    `tenants` is a query of two columns, the tenant as text and the claims as JSON; `tables` maps
    `schema.table` to the column.
    """

    tenants: str
    tables: Mapping[str, str]
    role: str = "authenticated"
    anonymous_role: str | None = "anon"
    claims_setting: str = "request.jwt.claims"


@dataclass(frozen=True)
class Exemption:
    """What does not count until the end of the day `until` (UTC): a check, or a kind of finding.

    With `object` only what is found about it: a name as it stands in the finding, such as a table's.
    """

    reason: str
    until: date
    check: str | None = None
    finding: str | None = None
    object: str | None = None

    def covers(self, check: str, finding: str, text: str) -> bool:
        """Whether this finding of the check is exempted; a check named without an object is so whole."""
        named = self.finding == finding if self.finding else self.check == check
        return named and (self.object is None or _names(text, self.object))

    def lasts(self, day: date) -> bool:
        return day <= self.until


_HEADS = ("missing", "changed", "extra", "not arrived")


def _names(text: str, name: str) -> bool:
    """Whether a finding is about it: what stands before the colon, with or without the kind of thing."""
    head, _, rest = text.partition(": ")
    subject = rest.partition(": ")[0] if head in _HEADS else head
    placed = re.fullmatch(r"[A-Z ]+ (.+) in (\S+)", subject)
    subjects = [subject, f"{placed[2]}.{placed[1]}"] if placed else [subject]
    return any(each == name or each.endswith(f" {name}") for each in subjects)


@dataclass(frozen=True)
class Expectations:
    """What must be true of one database and of its backups."""

    path: Path
    tables: tuple[Table, ...]
    functions: tuple[str, ...] = ()
    min_size_mb: float = 10
    max_size_mb: float | None = None
    count_up_to: int = 1_000_000
    answer_seconds: float = 10
    max_age_hours: float = 26
    max_restore_minutes: float | None = None
    excluded: tuple[Exclusion, ...] = ()
    calls: tuple[Call, ...] = ()
    allowed: tuple[Allowance, ...] = ()
    tenancy: Tenancy | None = None
    exemptions: tuple[Exemption, ...] = ()
