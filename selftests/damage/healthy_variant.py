"""A healthy variant: a backup that nothing is wrong with, however unusual it looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from selftests.damage.bench import EXPECTATIONS, Bench

SOURCES = Path(__file__).with_name("variants")
OF_NOTES = "[database]\nmin_size_mb = 1\n[tables.notes]\nmin_rows = 3\nmax_rows = 3\n"
"""What is expected of databases that begin with `variants/base.sql`."""


@dataclass(frozen=True)
class Variant:
    """`make` gives the backup with its reference beside it; `options` are the product's."""

    name: str
    story: str
    make: Callable[[Bench], Path]
    expectations: str = EXPECTATIONS
    options: tuple[str, ...] = ()


def text_of(name: str) -> str:
    """The SQL of a source, after what all of them begin with."""
    return "".join((SOURCES / f"{each}.sql").read_text(encoding="utf-8") for each in ("base", name))


def without(*objects: str, rows_only: bool = False) -> str:
    """The expectations of the rich database, with these declared as left out on purpose."""
    kept = "rows_only = true\n" if rows_only else ""
    entry = '[[backup.excluded]]\nobject = "{}"\nreason = "left out on purpose"\n' + kept
    return EXPECTATIONS + "".join(entry.format(name) for name in objects)


def without_grants(*objects: str) -> str:
    """The same where no grants come back: then nothing can be asked as the application's roles."""
    excluded = without("privileges", *objects).removeprefix(EXPECTATIONS)
    kept = re.sub(r"\[\[functions\.calls\]\].*?(?=\n\[)", "", EXPECTATIONS, flags=re.DOTALL)
    return kept.partition("[tenancy]")[0] + excluded
