"""From a backup to a restored database: chooses the server, sets the stage, loads, and sums up."""

import secrets
import time
from collections.abc import Callable, Iterable

import psycopg

from database import reason
from restoring.backup import Backup
from restoring.errors import BackupBad, CannotVerify
from restoring.from_archive import restore_archive
from restoring.from_scripts import restore_scripts
from restoring.problems import Problem, followed
from restoring.programs import Choice
from restoring.restored import Restored
from restoring.server import Server
from restoring.stage import set_stage
from restoring.tally import Tally

__all__ = ["Restored", "restore"]

_TABLES = frozenset({"TABLE", "CREATE TABLE"})
_NO_ROOM = ("No space left on device", "could not extend file")
_ROWS = frozenset({"TABLE DATA", "COPY", "INSERT INTO"})


def restore(
    backup: Backup,
    server: Server,
    choice: Choice,
    seconds: float,
    prefer: Callable[[str], int],
    tally: Tally | None = None,
) -> Restored:
    """Loads a backup; `prefer` weighs a database's DSN where the backup holds several.

    The tally is kept for whoever watches from another thread.

    Raises BackupBad where it cannot come back, CannotVerify where this machine is at fault.
    """
    stage = set_stage(server, secrets.token_hex(4))
    until, tally = time.monotonic() + seconds, tally or Tally()
    try:
        if backup.archive is not None:
            restored = restore_archive(backup, backup.archive, stage, until, tally)
        else:
            restored = restore_scripts(backup, stage, until, prefer, tally)
    except TimeoutError:
        raise BackupBad(
            f"the restore did not end within {seconds:g} s (--restore-timeout): a damaged archive can "
            "make it hang; if the backup is only large, allow more",
            kind="restore-out-of-time",
        ) from None
    except psycopg.Error as error:
        raise _stopped(server, error) from None
    except UnicodeError:
        raise CannotVerify(f"names in the encoding {backup.encoding} cannot be handled here") from None
    restored.problems = followed(restored.problems)
    _require_room(restored.problems)
    _require_tables(restored, backup)
    _require_extensions(restored, choice)
    return restored


def _require_tables(restored: Restored, backup: Backup) -> None:
    if not restored.stage.tables(restored.database):
        raise BackupBad(
            f"{backup.location.name} restored without holding a single table: look at pg_dump's options "
            "(-t, -n, --exclude-table; pg_dumpall -g) and at which database it was pointed to",
            kind="restore-without-tables",
        )


def _require_room(problems: Iterable[Problem]) -> None:
    """Rows that found no room here are not lost in the backup."""
    if any(words in problem.message for problem in problems for words in _NO_ROOM):
        raise _disk_full()


def _require_extensions(restored: Restored, choice: Choice) -> None:
    """Tables that could not come back for want of an extension were not verified at all."""
    for problem in restored.problems:
        if problem.meaning == "omitted" and _is_of_the_backup(problem):
            raise CannotVerify(
                f"{problem.what} did not come back since {problem.reason}, which "
                f"{choice.programs} lacks: install it there, or name a server that has it by --pg-bin",
                kind="extension-missing",
            )


def _is_of_the_backup(problem: Problem) -> bool:
    """Whether a table is missing, or its rows; rows for no table at all are the extension's own."""
    rows = problem.kind in _ROWS and not problem.message.startswith("relation ")
    return rows or problem.kind in _TABLES


def _stopped(server: Server, error: psycopg.Error) -> Exception:
    """Whose fault it was that a step of ours failed, which no statement of a sound backup makes it do."""
    message = reason(error)
    if server.ran_out_of_disk() or isinstance(error, psycopg.errors.DiskFull):
        return _disk_full()
    if server.alive():
        return BackupBad(f"the restore could not go on: {message}")
    words = server.last_words() or message
    return CannotVerify(f"the throw-away server ended during the restore: {words}")


def _disk_full() -> CannotVerify:
    why = "no space left on the disk for the restore; name another TMPDIR"
    return CannotVerify(why, kind="disk-full")
