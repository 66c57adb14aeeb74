"""Whether plain SQL was read to the end that its writer gives it.

pg_dump and pg_dumpall end in a trailer. The Supabase CLI deletes comments from roles.sql and schema.sql:
roles.sql and data.sql end in RESET ALL, schema.sql in it or in nothing at all, and data.sql keeps its
trailer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from restoring.content import Content

_HEADER = re.compile(rb"-- PostgreSQL database (cluster )?dump\s*$")
_TRAILER = re.compile(rb"-- PostgreSQL database (cluster )?dump complete\s*$")
_COMPLETED = re.compile(rb"-- Completed on (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")


@dataclass
class ScriptFacts:
    """What a script says of itself; each header has its trailer in a whole one."""

    headers: int = 0
    trailers: int = 0
    completed_at: str | None = None
    last_statement: bytes = b""

    @property
    def resets(self) -> bool:
        """Whether it ends in the statement that the Supabase CLI writes last."""
        return self.last_statement.strip().upper() == b"RESET ALL"

    def note(self, comment: bytes) -> None:
        self.headers += bool(_HEADER.match(comment))
        self.trailers += bool(_TRAILER.match(comment))
        completed = _COMPLETED.match(comment)
        if completed:
            self.completed_at = completed[1].decode()


def unfinished(content: Content, facts: Sequence[ScriptFacts]) -> str | None:
    """What tells that a script was cut short, in a sentence; None where each has its end."""
    supabase = content.format == "supabase-cli"
    for path, fact in zip(content.files, facts, strict=True):
        role = path.name.split(".", 1)[0] if supabase else ""
        complaint = _complaint(role, fact)
        if complaint is not None:
            return f"{path.name} is cut short: {complaint}"
    return None


def _complaint(role: str, fact: ScriptFacts) -> str | None:
    if fact.trailers < max(fact.headers, role in ("", "data")):
        return (
            "it ends without the trailer line that pg_dump writes last. Every row may be there, and psql "
            "would exit 0, yet what comes after the data (indexes, constraints, triggers, policies, row "
            "security) is not. Look at the job's disk space and exit status, and take the backup again"
        )
    if role in ("roles", "data") and not fact.resets:
        return "it does not end in RESET ALL, as the Supabase CLI writes it. Take the backup again"
    return None
