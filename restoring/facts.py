"""What the checks of a restored backup need to know of the restore, as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple


class Listed(NamedTuple):
    """Something that a backup says it holds; `kind` in pg_dump's words (TABLE, POLICY, …).

    `name` is pg_dump's tag: a table's policy is "table policy", a function has its argument types.
    """

    kind: str
    schema: str
    name: str


@dataclass(frozen=True)
class RestoredFacts:
    """How a backup came back.

    `roles` and `schema` are the throw-away server's own and no part of the backup; `prepared` are the
    platform's schemas that the backup does not bring; `left_out` are pairs of what and why. What the backup
    itself says of roles, none of which is given them all: `declared_roles`, the attributes of each, and
    `declared_settings`, values by "setting for role". `standing_in` are the names that stand-ins for
    extensions define; `acting_dsn` reaches the database as a role that may become any other of the backup.
    """

    seconds: float
    carries_roles: bool
    listed: tuple[Listed, ...]
    roles: tuple[str, ...]
    schema: str
    prepared: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    acting_dsn: str
    standing_in: tuple[str, ...] = ()
    declared_roles: Mapping[str, str] = field(default_factory=dict)
    declared_settings: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Nothing but texts, numbers, lists and truths."""
        return asdict(self) | {"listed": [list(entry) for entry in self.listed]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "RestoredFacts":
        given = dict(values)
        given["listed"] = tuple(Listed(*entry) for entry in given["listed"])
        given["left_out"] = tuple((what, why) for what, why in given["left_out"])
        given |= {name: tuple(given[name]) for name in ("roles", "prepared", "standing_in")}
        return cls(**given)
