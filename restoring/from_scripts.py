"""From plain SQL to restored databases, of which one is what the checks look at."""

import contextlib
import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from restoring.backup import Backup
from restoring.compression import DamagedStream, open_stream
from restoring.errors import BackupBad
from restoring.finishing import finish
from restoring.plain import PlainLoader
from restoring.restored import Restored
from restoring.script import ScriptError
from restoring.stage import Stage
from restoring.tally import Tally
from restoring.whole import ScriptFacts, unfinished

_BLOCK = 1 << 20
_LEFT_TO_THE_PLATFORM = (
    "policies, triggers and grants on auth, storage and realtime",
    "rows of realtime, vault, cron, net, auth.schema_migrations, storage.migrations, "
    "supabase_functions.migrations and supabase_migrations.schema_migrations",
    "event triggers",
    "default privileges of supabase_admin",
    "publication supabase_realtime_messages_publication",
)
_SCHEMAS_OF_THE_PLATFORM = frozenset(
    re.findall(
        r"\w+",
        """
        _analytics _realtime _supavisor auth cron dbdev etl extensions graphql graphql_public net pgbouncer
        pgmq pgsodium pgsodium_masks pgtle realtime repack storage supabase_functions supabase_migrations
        tiger tiger_data topology vault
        """,
    )
)
"""What the Supabase CLI writes no definitions of (its InternalSchemas)."""

_WHY_LEFT = "the Supabase CLI writes nothing of it; pg_dump does"


def restore_scripts(
    backup: Backup, stage: Stage, until: float, prefer: Callable[[str], int], tally: Tally
) -> Restored:
    """Loads scripts in their order; of several databases `prefer` weighs each by its DSN."""
    first = "postgres" if backup.content.format == "cluster" else "restored"
    stage.begin(first, backup.encoding)
    loader = PlainLoader(stage, first, until, tally)
    facts = _load_all(loader, backup.content.files, first)
    complaint = unfinished(backup.content, facts)
    if complaint is not None:
        raise BackupBad(complaint, kind="backup-cut-short")
    if backup.content.format == "supabase-cli" and not facts[-2].resets:
        stage.omit("the end of schema.sql", "the file has no end mark; a cut between statements can hide")
    if backup.content.format == "supabase-cli":
        _tell_what_the_platform_keeps(stage, loader, first)
    problems = loader.problems + finish(stage, loader.deferred, until)
    database = max(
        stage.databases,
        key=lambda each: (prefer(stage.server.dsn(each, stage.reader)), stage.tables(each)),
    )
    completed = next((fact.completed_at for fact in reversed(facts) if fact.completed_at), None)
    listing = loader.listings.get(database)
    return Restored(
        stage,
        database,
        problems,
        _time(completed),
        listed=listing.entries() if listing else (),
        carries_roles=backup.content.format == "cluster",
    )


def _tell_what_the_platform_keeps(stage: Stage, loader: PlainLoader, database: str) -> None:
    """What a set of the Supabase CLI never holds, and so says nothing of."""
    listing = loader.listings.get(database)
    brought = {each.name for each in listing.entries() if each.kind == "SCHEMA"} if listing else set()
    stage.leave_to_platform(database, _SCHEMAS_OF_THE_PLATFORM - brought)
    for what in _LEFT_TO_THE_PLATFORM:
        stage.omit(what, _WHY_LEFT)
    for view in stage.unfilled_views(database):
        stage.omit(f"materialized view {view}", f"the rows: {_WHY_LEFT}")


def _load_all(loader: PlainLoader, files: Sequence[Path], database: str) -> list[ScriptFacts]:
    """Each file in its turn; the tally takes them for one."""
    facts, before = [], 0
    for file in files:
        facts.append(_load(loader, file, database, before))
        before += file.stat().st_size
    return facts


def _load(loader: PlainLoader, file: Path, database: str, before: int) -> ScriptFacts:
    loader.database = database
    try:
        with open_stream(file) as stream:
            loader.tally.follow(stream, before)
            try:
                return loader.load(stream, file.name)
            except BackupBad:
                _require_sound(stream, loader.until)
                raise
    except (ScriptError, DamagedStream) as error:
        words = f"{file.name} is cut short or damaged: {error}"
        raise BackupBad(words, kind=error.kind) from None


def _require_sound(stream: BinaryIO, until: float) -> None:
    """What looks like a command may be a flipped byte, which a compressed file tells of at its end."""
    while stream.read(_BLOCK):
        if time.monotonic() > until:
            return


def _time(completed: str | None) -> datetime | None:
    """The trailer's time, which names its zone in no way that can be relied on: taken as local."""
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(completed).astimezone() if completed else None
    return None
