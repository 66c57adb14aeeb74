"""The table of all damage and its score: for the terminal, as JSON, and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from selftests.damage.by_hand import HUNG

MARKDOWN = "SCORE.md"
AS_JSON = "score.json"


@dataclass(frozen=True)
class Row:
    """What became of one entry; None stands for a column that says nothing of it.

    `with_reference`, `without_reference` and `six` tell whether the damage was noticed, `exit_code` is that
    of pg_restore or psql; `harmless` damage left the restored database as it was, and is not counted.
    """

    family: str
    name: str
    noticed_by: str
    with_reference: bool
    without_reference: bool
    exit_code: int | None
    six: bool | None
    unknowable: str = ""
    harmless: bool = False

    @property
    def title(self) -> str:
        return f"{self.family}: {self.name}"

    @property
    def naive(self) -> bool | None:
        return None if self.exit_code is None else self.exit_code != 0

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Row:
        return cls(**values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Score:
    """How many of `of` kinds of harmful damage were noticed, and by what."""

    of: int
    with_reference: int
    without_reference: int
    six: int
    naive: int
    harmless: int

    @property
    def sentences(self) -> list[str]:
        """The score, for people."""
        return [
            f"{self.of} kinds of damage; noticed with a reference: {self.with_reference} of {self.of}; "
            f"without one: {self.without_reference} of {self.of}",
            f"noticed by the six checks alone: {self.six}; "
            f"by the exit code of pg_restore or psql: {self.naive}",
        ]


def score_of(rows: Sequence[Row]) -> Score:
    counted = [row for row in rows if not row.harmless]
    return Score(
        len(counted),
        sum(row.with_reference for row in counted),
        sum(row.without_reference for row in counted),
        sum(row.six is True for row in counted),
        sum(row.naive is True for row in counted),
        len(rows) - len(counted),
    )


def text(rows: Sequence[Row]) -> list[str]:
    """The table for a terminal."""
    lines = [f"{'':58} with  without  exit  six"]
    family = ""
    for row in rows:
        if row.family != family:
            family = row.family
            lines.append(family)
        marks = (_mark(row.with_reference), _mark(row.without_reference), _code(row), _mark(row.six))
        harmless = "  harmless by luck" if row.harmless else ""
        lines.append("  {:56.56} {:^4}  {:^7}  {:>4}  {:^3}".format(row.name, *marks) + harmless)
    return [*lines, *score_of(rows).sentences]


def markdown(rows: Sequence[Row]) -> str:
    """The table as it is checked in; nothing in it changes from run to run."""
    counted = [row for row in rows if not row.harmless]
    lines = ["# Damage, and what notices it", "", *(f"- {words}" for words in score_of(rows).sentences)]
    lines += ["", _LEGEND, ""]
    lines += ["| damage | noticed by | with a reference | without one | exit code | the six alone |"]
    lines += ["|---|---|:-:|:-:|:-:|:-:|"]
    for row in counted:
        marks = (_mark(row.with_reference), _mark(row.without_reference), _code(row), _mark(row.six))
        cells = (_cell(row.title), f"`{row.noticed_by}`", *marks)
        lines.append(f"| {' | '.join(cells)} |")
    reasons = sorted({row.unknowable for row in counted if row.unknowable})
    lines += ["", "What is not noticed without a reference, and why:", "", *(f"- {why}" for why in reasons)]
    return "\n".join(lines) + "\n"


_LEGEND = """Each line is a backup that was really damaged, and one run of the product on it. *Exit code* is
that of `pg_restore` or `psql` with default settings, into a server that has the roles (– where there
was nothing to restore, ∞ where it did not end); *the six alone* are the six checks for any database.
Flipped bits that happened to change nothing are not counted."""


def _mark(noticed: bool | None) -> str:
    return "–" if noticed is None else "✓" if noticed else "✗"


def _code(row: Row) -> str:
    if row.exit_code is None:
        return "–"
    return "∞" if row.exit_code == HUNG else str(row.exit_code)


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def write(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Writes the table as JSON and as Markdown into a folder, which is made; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / AS_JSON, folder / MARKDOWN]
    content = {"score": asdict(score_of(rows)), "rows": [asdict(row) for row in rows]}
    files[0].write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    files[1].write_text(markdown(rows), encoding="utf-8")
    return files
