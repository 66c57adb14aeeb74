"""The bundled sample: an archive, a copy that only looks whole, and what must be true of it."""

from pathlib import Path

_FOLDER = Path(__file__).parent

SAMPLE = _FOLDER / "sample.dump"
"""A custom archive (pg_dump -Fc) of the whole database."""

BROKEN = _FOLDER / "broken.sql.gz"
"""A plain dump of the same database, cut after its last row: no constraint, index or policy."""

EXPECTATIONS = _FOLDER / "expectations.toml"

_FURTHER = "# Beyond the six checks"


def expectations_of_the_six() -> str:
    """The part of the expectations that the six checks ask for, which run on any database."""
    return EXPECTATIONS.read_text(encoding="utf-8").partition(_FURTHER)[0]
