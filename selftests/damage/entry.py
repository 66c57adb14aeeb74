"""One way a backup goes bad: how it happens, the damage itself, and the check that has to notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from selftests.damage.bench import Bench, Format

ANY = "any check"
"""Of a damage that may come out anyhow: whichever check notices."""

OF_A_CHANGED_SOURCE = "the dump is whole and consistent: only what the source had been can tell"


@dataclass(frozen=True)
class Entry:
    """`damage` makes the bad backup; a reference that it puts beside it is used instead of the rich
    database's. Without a reference `without_reference` notices, or nothing can, for a reason.
    Damage to a dump of the format `luck` may change nothing, and then need not be noticed.
    """

    name: str
    family: str
    story: str
    damage: Callable[[Bench], Path]
    noticed_by: str
    without_reference: str | None = None
    unknowable: str = OF_A_CHANGED_SOURCE
    expectations: str | None = None
    luck: Format | None = None

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


def changed(statements: str, *options: str, format: Format = "custom") -> Callable[[Bench], Path]:
    """A damage: a real dump of the rich database after these statements."""
    return lambda bench: bench.dump(bench.source(statements), *options, format=format)


def spoilt(format: Format, spoil: Callable[[Path], None]) -> Callable[[Bench], Path]:
    """A damage: a healthy dump of this format, to which something is done."""

    def damage(bench: Bench) -> Path:
        path = bench.healthy(format)
        spoil(path)
        return path

    return damage


def rewritten(format: Format, rewrite: Callable[[bytes], bytes]) -> Callable[[Bench], Path]:
    """A damage: a healthy dump of this format, a single file, with other bytes."""
    return spoilt(format, lambda path: _write(path, rewrite(path.read_bytes())))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
