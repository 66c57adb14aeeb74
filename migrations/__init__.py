"""The log table, as plain SQL files; they apply again without harm and are never edited."""

import re
from pathlib import Path

from reporting.log_database import transaction

SECONDS = 60.0
"""How long one migration may take, connecting included."""


def migration_files() -> list[Path]:
    """The migrations in the order in which they apply: that of their 14 digits."""
    folder = Path(__file__).parent
    return sorted(file for file in folder.iterdir() if re.fullmatch(r"\d{14}_\w+\.sql", file.name))


def migrate(dsn: str) -> list[str]:
    """Applies every migration and returns their names; raises what `transaction` raises."""
    for file in migration_files():
        apply(dsn, file)
    return [file.name for file in migration_files()]


def apply(dsn: str, file: Path) -> None:
    """One migration, whole or not at all; raises what `transaction` raises."""
    with transaction(dsn, SECONDS) as connection:
        connection.execute(file.read_bytes())
