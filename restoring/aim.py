"""What a run looks at: from the settings to something to check, or to the reason why there is nothing.

What restores is imported only where a backup is named: a live run has no use for half of this room.
"""

import contextlib
import errno
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from database import Reach, reason
from expectations import Expectations
from restoring.errors import BackupBad, CannotVerify
from restoring.sample import BROKEN, SAMPLE
from settings import Settings

if TYPE_CHECKING:
    from restoring.backup import Backup
    from restoring.facts import RestoredFacts
    from restoring.problems import Problem
    from restoring.programs import Choice
    from restoring.server import Server
    from restoring.stage import Omission


@dataclass
class Aim:
    """What a run looks at. `reach` tells the checks; the rest tells people and the row.

    `cannot_verify` says that a problem lies with this machine and not with the backup.
    """

    location: str
    reach: Reach
    cannot_verify: bool = False
    backup: "Backup | None" = None
    taken_at: datetime | None = None
    from_trailer: bool = False
    database: str | None = None
    server: "Server | None" = None
    choice: "Choice | None" = None
    omissions: "Sequence[Omission]" = ()
    harmless: "Sequence[Problem]" = ()
    facts: "RestoredFacts | None" = None
    seconds: dict[str, float] = field(default_factory=dict)


@contextlib.contextmanager
def aimed(settings: Settings, expectations: Expectations, say: Callable[[str], None]) -> Iterator[Aim]:
    """What to look at, for as long as the context lasts; problems are in the aim, never raised."""
    location = location_of(settings)
    if location is None:
        yield Aim("the database named", Reach(settings.database_url, restored=False))
        return
    with contextlib.ExitStack() as stack:
        yield _restored(location, settings, expectations, say, stack)


def location_of(settings: Settings) -> Path | None:
    """The backup that the settings name, the bundled ones included; None for a live database."""
    if settings.sample is not None:
        return BROKEN if settings.sample == "broken" else SAMPLE
    return settings.backup


def _restored(
    location: Path,
    settings: Settings,
    expectations: Expectations,
    say: Callable[[str], None],
    stack: contextlib.ExitStack,
) -> Aim:
    from restoring.target import restore_into  # noqa: PLC0415 # a live run has no use for it

    aim = Aim(str(location), Reach(None, restored=True))
    try:
        restore_into(aim, location, settings, expectations, say, stack)
    except BackupBad as error:
        aim.reach = Reach(None, restored=True, problem=f"the restore failed: {error}", kind=error.kind)
    except (CannotVerify, OSError, psycopg.Error, subprocess.SubprocessError) as error:
        words = reason(error) if isinstance(error, psycopg.Error) else str(error)
        aim.reach = Reach(None, restored=True, problem=f"could not verify: {words}", kind=_kind(error))
        aim.cannot_verify = True
    return aim


def _kind(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "disk-full"
    return error.kind if isinstance(error, CannotVerify) else CannotVerify.kind
