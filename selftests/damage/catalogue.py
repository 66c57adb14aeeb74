"""All entries that travel in a backup, family by family."""

from __future__ import annotations

from selftests.damage import cuts, flags, flips, impostors, moments, roles, statements, versions
from selftests.damage.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    *cuts.ENTRIES,
    *flips.ENTRIES,
    *impostors.ENTRIES,
    *flags.ENTRIES,
    *moments.ENTRIES,
    *roles.ENTRIES,
    *versions.ENTRIES,
    *statements.ENTRIES,
)
