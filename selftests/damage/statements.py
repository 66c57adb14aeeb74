"""Damage that SQL does to the source before it is dumped: one file for each family, its name the family's.

An entry is its name, how it happens, the check that has to notice, the one that does so without a reference
(or `nothing`), and the statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selftests.damage.entry import Entry, changed

FAMILIES = (
    "replica_lag",
    "mid_migration",
    "structure",
    "constraints",
    "partitions",
    "row_security",
    "rows",
)
_ENTRY = re.compile(
    r"^-- (?P<name>\S.*)\n--   how: (?P<story>.+)\n--   noticed by: (?P<by>\w+)\n"
    r"--   without a reference: (?P<without>\w+)\n(?P<statements>(?:(?!-- ).*\n?)+)",
    re.MULTILINE,
)


def read(family: str) -> Iterator[Entry]:
    """The entries of a family's file."""
    text = Path(__file__).with_name(f"{family}.sql").read_text(encoding="utf-8")
    for found in _ENTRY.finditer(text):
        without = None if found["without"] == "nothing" else found["without"]
        damage = changed(found["statements"])
        yield Entry(found["name"], family.replace("_", " "), found["story"], damage, found["by"], without)


ENTRIES = tuple(entry for family in FAMILIES for entry in read(family))
