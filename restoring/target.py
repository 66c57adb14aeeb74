"""The way from a backup to a restored database that checks can look at, each step told and timed."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from database import Reach
from expectations import Expectations
from restoring.aim import Aim
from restoring.backup import Backup, find_backup
from restoring.programs import candidates, choose
from restoring.progress import size
from restoring.restore import Restored, restore
from restoring.server import Server, serving
from restoring.tally import Tally
from restoring.telling import watching
from restoring.watching import Watch
from settings import Settings

_PRESENT = """
SELECT count(*) FROM unnest(%s::text[], %s::text[]) AS wanted (schema_name, table_name)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
"""


def restore_into(
    aim: Aim,
    location: Path,
    settings: Settings,
    expectations: Expectations,
    say: Callable[[str], None],
    stack: contextlib.ExitStack,
) -> None:
    """Fills the aim step by step; raises BackupBad or CannotVerify, and leaves in it what was learned."""
    with _timed(aim, "locate"):
        backup = aim.backup = find_backup(location)
        aim.taken_at = backup.taken_at
        say(f"backup: {location} ({backup.format}, {size(backup.size_bytes)}, {backup.taken_at:%F %T %Z})")
        choice = aim.choice = choose(candidates(settings.pg_bin), backup.needs)
    with _timed(aim, "serve"):
        server = aim.server = stack.enter_context(serving(choice.programs, keep=settings.keep_restored))
        say(f"server: {choice.programs}; {choice.reason}")
        say(_protection(server, backup))
    tally = Tally(backup.size_bytes)
    with _timed(aim, "restore"), contextlib.closing(tally), watching(say, Watch(server, tally).look):
        restored = restore(
            backup,
            server,
            choice,
            settings.restore_timeout,
            lambda dsn: _present(dsn, expectations),
            tally,
        )
    _describe(aim, restored)
    aim.facts = restored.facts(aim.seconds["restore"])


def _describe(aim: Aim, restored: Restored) -> None:
    aim.database = restored.database
    aim.reach = Reach(restored.dsn, restored=True, loss=restored.loss, lost=restored.lost)
    aim.omissions = restored.omissions
    aim.harmless = [problem for problem in restored.problems if problem.meaning == "harmless"]
    if restored.taken_at is not None and aim.backup is not None and aim.backup.archive is None:
        aim.taken_at, aim.from_trailer = restored.taken_at, True


@contextlib.contextmanager
def _timed(aim: Aim, part: str) -> Iterator[None]:
    begun = time.monotonic()
    try:
        yield
    finally:
        aim.seconds[part] = time.monotonic() - begun


def _present(dsn: str, expectations: Expectations) -> int:
    """How many of the critical tables a database has: which of several databases is meant."""
    names = ([t.schema for t in expectations.tables], [t.name for t in expectations.tables])
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(_PRESENT, names).fetchone()
    return row[0] if row else 0


def _protection(server: Server, backup: Backup) -> str:
    layers = server.confinement.layers
    words = f"kept from other {', '.join(layers)} by Landlock" if layers else "no Landlock here"
    if backup.archive is None or server.programs.patched:
        return f"confined: no superuser restores; {words}"
    return (
        f"confined: no superuser restores; {words}. Its pg_restore predates the fix of CVE-2026-116314: "
        "restore archives from sources that you trust"
    )
