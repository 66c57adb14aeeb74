"""All entries that travel in a backup, family by family."""

from __future__ import annotations

from selftests.damage import (
    constraints,
    cuts,
    flags,
    flips,
    impostors,
    mutations,
    row_security,
    rows,
    surroundings,
)
from selftests.damage.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    *cuts.ENTRIES,
    *flips.ENTRIES,
    *impostors.ENTRIES,
    *flags.ENTRIES,
    *surroundings.ENTRIES,
    *mutations.ENTRIES,
    *constraints.ENTRIES,
    *row_security.ENTRIES,
    *rows.ENTRIES,
)
