"""Asking a server how far a restore has come, now and then and without getting into its way."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from restoring.names import shown
from restoring.progress import Progress
from restoring.server import Server
from restoring.statements import label_of
from restoring.tally import Tally

_FOUND = Path(__file__).with_name("watching.sql").read_bytes()
_TOLD = re.compile(
    r"COPY|INSERT INTO|CREATE (UNIQUE )?INDEX|ALTER TABLE|REFRESH MATERIALIZED VIEW|CREATE TABLE|ANALYZE"
)
_LEAST_PAUSE, _PAUSES = 1.0, 50
"""Seconds between two questions, and how many times as long as a question takes."""


@dataclass
class Watch:
    """Looks at a restore that goes on; to be asked by one thread."""

    server: Server
    tally: Tally
    begun: float = field(default_factory=time.monotonic)
    _next: float = 0.0
    _most_read: int = 0
    _restored: int | None = None
    _filled: int | None = None
    _doing: tuple[str, ...] = ()

    def look(self) -> Progress:
        """What is known now; what the server was asked a moment ago is not asked again."""
        if time.monotonic() >= self._next:
            self._ask()
        return Progress(
            seconds=time.monotonic() - self.begun,
            read=self._read(),
            size=self.tally.size,
            restored=self._restored,
            filled=self._filled,
            tables=self.tally.tables,
            doing=self._doing,
        )

    def _read(self) -> int | None:
        """Never less than before: processes that have ended are no longer counted by the system."""
        try:
            read = self.tally.read()
        except (OSError, ValueError):
            read = None
        if read is None:
            return self._most_read or None
        self._most_read = max(self._most_read, read)
        return self._most_read

    def _ask(self) -> None:
        begun = time.monotonic()
        database = self.tally.database
        try:
            if database is not None:
                self._answer(database)
        except (psycopg.Error, UnicodeError):
            self._doing = ()
        took = time.monotonic() - begun
        self._next = begun + took + max(_LEAST_PAUSE, _PAUSES * took)

    def _answer(self, database: str) -> None:
        with self.server.connect(database) as admin:
            admin.execute("SET statement_timeout = '5s'")
            row = admin.execute(_FOUND).fetchone()
        if row is not None:
            self._restored, self._filled, statements = row
            labels = (shown(label_of(text.encode())).replace(" ONLY ", " ") for text in statements)
            self._doing = tuple(label for label in labels if _TOLD.match(label))
