"""Whether plain SQL was read to the end that its writer gives it.

pg_dump and pg_dumpall end in a trailer. The Supabase CLI deletes comments from roles.sql and schema.sql:
roles.sql and data.sql end in RESET ALL, data.sql keeps its trailer, schema.sql has no end mark at all.
"""

from collections.abc import Sequence

from restoring.content import Content
from restoring.plain import ScriptFacts


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
    if role in ("roles", "data") and fact.last_statement.strip().upper() != b"RESET ALL":
        return "it does not end in RESET ALL, as the Supabase CLI writes it. Take the backup again"
    return None
