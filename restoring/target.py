"""From the settings to something that checks can look at, or to the reason why there is nothing."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg

from database import Reach
from expectations import Expectations
from restoring.backup import Backup, find_backup
from restoring.errors import BackupBad, CannotVerify
from restoring.problems import Problem
from restoring.programs import Choice, candidates, choose
from restoring.restore import Restored, restore
from restoring.sample import BROKEN, SAMPLE
from restoring.server import Server, serving
from restoring.stage import Omission
from settings import Settings

_PROGRESS_SECONDS = 20

_PRESENT = """
SELECT count(*) FROM unnest(%s::text[], %s::text[]) AS wanted (schema_name, table_name)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
"""


@dataclass
class Aim:
    """What a run looks at. `reach` tells the checks; the rest tells people and the row.

    `cannot_verify` says that a problem lies with this machine and not with the backup.
    """

    location: str
    reach: Reach
    cannot_verify: bool = False
    backup: Backup | None = None
    taken_at: datetime | None = None
    from_trailer: bool = False
    database: str | None = None
    server: Server | None = None
    choice: Choice | None = None
    omissions: Sequence[Omission] = ()
    harmless: Sequence[Problem] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def location_of(settings: Settings) -> Path | None:
    """The backup that the settings name, the bundled ones included; None for a database."""
    if settings.sample is not None:
        return BROKEN if settings.sample == "broken" else SAMPLE
    return settings.backup


@contextlib.contextmanager
def aimed(settings: Settings, expectations: Expectations, say: Callable[[str], None]) -> Iterator[Aim]:
    """What to look at, for as long as the context lasts; problems are in the aim, never raised."""
    location = location_of(settings)
    if location is None:
        yield Aim("the database named", Reach(settings.database_url, restored=False))
        return
    aim = Aim(str(location), Reach(None, restored=True))
    with contextlib.ExitStack() as stack:
        try:
            _restore_into(aim, location, settings, expectations, say, stack)
        except BackupBad as error:
            aim.reach = Reach(None, restored=True, problem=f"the restore failed: {error}")
        except CannotVerify as error:
            aim.reach = Reach(None, restored=True, problem=f"could not verify: {error}")
            aim.cannot_verify = True
        yield aim


def _restore_into(
    aim: Aim,
    location: Path,
    settings: Settings,
    expectations: Expectations,
    say: Callable[[str], None],
    stack: contextlib.ExitStack,
) -> None:
    with _timed(aim, "locate"):
        backup = aim.backup = find_backup(location)
        aim.taken_at = backup.taken_at
        say(f"backup: {location} ({backup.format}, {_size(backup.size_bytes)}, {backup.taken_at:%F %T %Z})")
        choice = aim.choice = choose(candidates(settings.pg_bin), backup.needs)
    with _timed(aim, "serve"):
        server = aim.server = stack.enter_context(serving(choice.programs, keep=settings.keep_restored))
        say(f"server: {choice.programs}; {choice.reason}")
        say(_protection(server, backup))
    with _timed(aim, "restore"), _progress(server, say):
        restored = restore(
            backup,
            server,
            choice,
            settings.restore_timeout,
            lambda dsn: _present(dsn, expectations),
        )
    _describe(aim, restored)


def _describe(aim: Aim, restored: Restored) -> None:
    aim.database = restored.database
    aim.reach = Reach(restored.dsn, restored=True, loss=restored.loss)
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


@contextlib.contextmanager
def _progress(server: Server, say: Callable[[str], None]) -> Iterator[None]:
    """Says now and then that a long restore goes on, and how large the database has become."""
    over = threading.Event()
    begun = time.monotonic()

    def report() -> None:
        while not over.wait(_PROGRESS_SECONDS):
            say(f"restoring: {time.monotonic() - begun:.0f} s, {_size(_restored_bytes(server))} so far")

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def _restored_bytes(server: Server) -> int:
    try:
        with server.connect("postgres") as admin:
            row = admin.execute(
                "SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint FROM pg_database"
            ).fetchone()
    except psycopg.Error:
        return 0
    return row[0] if row else 0


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


def kept_lines(server: Server, database: str) -> list[str]:
    """How to connect to a server that was kept, and how to remove it; the password is in a file."""
    folder = server.workplace.path
    passwords = folder / "connect.pgpass"
    passwords.touch(mode=0o600)
    passwords.write_text(f"*:*:*:{server.admin}:{server.password}\n")
    dsn = f"host={server.socket_folder} user={server.admin} dbname={database}"
    pid = server.process.pid if server.process else 0
    return [
        "kept: the restored database stays up until you remove it",
        f'  connect: PGPASSFILE={passwords} {server.programs.bin / "psql"} "{dsn}"',
        f"  remove:  kill -QUIT {pid}; sleep 1; rm -r {folder}",
    ]


def _size(size: int) -> str:
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1024:
            return f"{value:.0f} {unit}"
        value /= 1024
    return f"{value:.1f} GB"
