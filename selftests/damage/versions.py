"""Backups of a server that is newer than ours, or has what ours lacks."""

from __future__ import annotations

from selftests.damage.entry import Entry, rewritten

_NEVER = "test_database_connectivity"
_RLS = "test_rls_policies_active"
_COMPLETE = "test_restore_complete"
_UPGRADED = "the server was upgraded, the verifier not"


def _newer(content: bytes) -> bytes:
    """An archive of a version that does not exist yet."""
    return content[:6] + bytes([content[6] + 9]) + content[7:]


def _of_the_future(content: bytes) -> bytes:
    """A script of a server that knows a clause that ours does not."""
    return content.replace(b"ENABLE ROW LEVEL SECURITY", b"ENABLE COLUMN LEVEL SECURITY")


def _without_extension(content: bytes) -> bytes:
    """A script whose extension no server here has."""
    return content.replace(b"pg_trgm", b"pg_nowhere")


ENTRIES = (
    Entry(
        "an archive of a newer pg_dump", "versions", _UPGRADED, rewritten("custom", _newer), _NEVER, _NEVER
    ),
    Entry(
        "a script with clauses of a newer server",
        "versions",
        _UPGRADED,
        rewritten("plain", _of_the_future),
        _RLS,
        _RLS,
    ),
    Entry(
        "an extension that no server here has",
        "versions",
        "another image of the server",
        rewritten("plain", _without_extension),
        "test_definitions_match",
        _COMPLETE,
    ),
)
