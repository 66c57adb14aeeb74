"""From a backup to a restored database: chooses the server, sets the stage, loads, and sums up."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from restoring import contents, tuning
from restoring.archive import Archive, Entry
from restoring.archives import ArchiveLoad
from restoring.backup import Backup
from restoring.compression import DamagedStream, open_stream
from restoring.deadline import deadline
from restoring.errors import BackupBad, CannotVerify
from restoring.plain import PlainLoader, ScriptFacts
from restoring.problems import Problem, judge, summary
from restoring.programs import Choice
from restoring.reach import readable_source
from restoring.remedies import WHY_NOT_VALIDATED
from restoring.roles import roles_named
from restoring.script import ScriptError
from restoring.server import Server
from restoring.stage import Omission, Stage, set_stage
from restoring.statements import NOT_VALID
from restoring.whole import unfinished

_RESERVED = frozenset({"postgres", "template0", "template1", ""})
_KINDS_WITH_DATA = frozenset({"TABLE", "TABLE DATA", "CREATE TABLE", "COPY", "INSERT INTO"})

_TABLES = """
SELECT count(*) FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
"""


@dataclass
class Restored:
    """A restored database; `problems` are all complaints, `omissions` what was left out or stood in for."""

    stage: Stage
    database: str
    problems: list[Problem] = field(default_factory=list)
    taken_at: datetime | None = None

    @property
    def omissions(self) -> list[Omission]:
        omitted = (problem for problem in self.problems if problem.meaning == "omitted")
        seen = [Omission(problem.what, f"{problem.reason} ({problem.message})") for problem in omitted]
        return [*self.stage.omissions, *seen]

    @property
    def loss(self) -> str | None:
        """What the restore lost, in a sentence; None when all of it arrived."""
        lost = [problem for problem in self.problems if problem.meaning == "lost"]
        return f"the restore lost {summary(lost)}" if lost else None

    @property
    def dsn(self) -> str:
        """For the checks: a role that reads everything and may do nothing."""
        return self.stage.server.dsn(self.database, self.stage.reader)


def restore(
    backup: Backup, server: Server, choice: Choice, seconds: float, prefer: Callable[[str], int]
) -> Restored:
    """Loads a backup; `prefer` weighs a database's DSN where the backup holds several.

    Raises BackupBad where it cannot come back, CannotVerify where this machine is at fault.
    """
    stage = set_stage(server, secrets.token_hex(4))
    until = time.monotonic() + seconds
    try:
        if backup.archive is not None:
            restored = _restore_archive(backup, backup.archive, stage, until)
        else:
            restored = _restore_scripts(backup, stage, until, prefer)
    except TimeoutError:
        raise BackupBad(
            f"the restore did not end within {seconds:g} s (--restore-timeout): a damaged archive can "
            "make it hang; if the backup is only large, allow more"
        ) from None
    except psycopg.OperationalError as error:
        raise _lost_server(server, error) from None
    _require_tables(restored, backup)
    _require_extensions(restored, choice)
    return restored


def _restore_archive(backup: Backup, archive: Archive, stage: Stage, until: float) -> Restored:
    database = archive.database if archive.database not in _RESERVED else "restored"
    stage.create_database(database, backup.encoding)
    for role in sorted(roles_named(archive)):
        stage.ensure_role(role)
    left_out = _prepare(archive, stage, database)
    keys = contents.foreign_keys_to(archive, stage.platform_schemas(database))
    left_out |= {key.id for key in keys}
    with readable_source(backup.content, stage.server) as source:
        load = ArchiveLoad(stage, archive, database, source, tuning.host_cores(), until)
        problems = load.run(left_out)
    problems += _add_foreign_keys(stage, database, keys)
    problems += _finish(stage, database, contents.owner_statements(archive), until)
    return Restored(stage, database, problems)


def _add_foreign_keys(stage: Stage, database: str, keys: list[Entry]) -> list[Problem]:
    """Adds foreign keys to rows of the platform, which the backup does not hold, without validation."""
    problems = []
    with stage.server.connect(database, stage.loader) as loader:
        for key in keys:
            what = f"{key.kind} {key.namespace}.{key.tag}"
            try:
                loader.execute(key.definition.strip().removesuffix(";").encode() + NOT_VALID)
                stage.omit(f"rows behind {key.tag}", WHY_NOT_VALIDATED)
            except psycopg.Error as error:
                message = error.diag.message_primary or "unknown"
                problems.append(judge(key.kind, what, message, stage.lacking))
    return problems


def _prepare(archive: Archive, stage: Stage, database: str) -> set[int]:
    """Sets up what the archive takes for granted; the ids of what pg_restore is to leave out."""
    for schema in contents.platform_schemas(archive):
        stage.ensure_platform(database, schema)
    if stage.is_platform(database, "extensions"):
        for name in contents.platform_extensions(archive):
            stage.ensure_extension(database, name, "extensions")
    for extension, schema in contents.extensions(archive).items():
        stage.ensure_extension(database, extension, schema)
    for item in contents.left_out(archive):
        stage.omit(f"{item.entry.kind} {item.entry.tag}", item.why)
    skipped = {item.entry.id for item in contents.left_out(archive)}
    skipped |= {entry.id for entry in archive.entries if contents.prepared(entry)}
    return skipped | _rows_of_absent_extensions(archive, stage, database)


def _rows_of_absent_extensions(archive: Archive, stage: Stage, database: str) -> set[int]:
    if not stage.lacking:
        return set()
    absent = set()
    with stage.server.connect(database) as admin:
        for entry in contents.foreign_data(archive):
            name = sql.Identifier(entry.namespace, entry.tag).as_string(admin)
            row = admin.execute("SELECT to_regclass(%s)", (name,)).fetchone()
            if row is None or row[0] is None:
                absent.add(entry.id)
                stage.omit(f"rows of {entry.namespace}.{entry.tag}", "its extension is left out")
    return absent


def _restore_scripts(backup: Backup, stage: Stage, until: float, prefer: Callable[[str], int]) -> Restored:
    first = "postgres" if backup.content.format == "cluster" else "restored"
    stage.create_database(first, backup.encoding)
    loader = PlainLoader(stage, first, until)
    facts = [_load(loader, file, first) for file in backup.content.files]
    complaint = unfinished(backup.content, facts)
    if complaint is not None:
        raise BackupBad(complaint)
    if backup.content.format == "supabase-cli":
        stage.omit("the end of schema.sql", "the file has no end mark; a cut between statements can hide")
    problems = list(loader.problems)
    for name in stage.databases:
        problems += _finish(stage, name, loader.deferred.get(name, []), until)
    database = max(
        stage.databases,
        key=lambda each: (prefer(stage.server.dsn(each, stage.reader)), _tables(stage, each)),
    )
    completed = next((fact.completed_at for fact in reversed(facts) if fact.completed_at), None)
    return Restored(stage, database, problems, _time(completed))


def _load(loader: PlainLoader, file: Path, database: str) -> ScriptFacts:
    loader.database = database
    try:
        with open_stream(file) as stream:
            return loader.load(stream, file.name)
    except (ScriptError, DamagedStream) as error:
        raise BackupBad(f"{file.name} is cut short or damaged: {error}") from None


def _time(completed: str | None) -> datetime | None:
    """The trailer's time, which names its zone in no way that can be relied on: taken as local."""
    return datetime.fromisoformat(completed).astimezone() if completed else None


def _finish(stage: Stage, database: str, owners: list[bytes], until: float) -> list[Problem]:
    """Planner statistics, owners, and the reader's way in, once everything is there."""
    connection = stage.server.connect(database, stage.loader)
    with connection, deadline(connection, max(until - time.monotonic(), 1)):
        try:
            connection.execute("ANALYZE")
        except psycopg.DatabaseError as error:
            if connection.closed:
                raise
            stage.omit("planner statistics", f"ANALYZE failed: {error.diag.message_primary}")
    with stage.server.connect(database) as admin:
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        admin.execute(grant.format(sql.Identifier(database), sql.Identifier(stage.reader)))
    complaints = stage.set_owner(database, owners)
    return [judge("ALTER OWNER", "ALTER OWNER", words, stage.lacking) for words in complaints]


def _tables(stage: Stage, database: str) -> int:
    with stage.server.connect(database) as admin:
        row = admin.execute(_TABLES).fetchone()
    return row[0] if row else 0


def _require_tables(restored: Restored, backup: Backup) -> None:
    if not _tables(restored.stage, restored.database):
        raise BackupBad(
            f"{backup.location.name} restored without holding a single table: look at pg_dump's options "
            "(-t, -n, --exclude-table) and at which database it was pointed to"
        )


def _require_extensions(restored: Restored, choice: Choice) -> None:
    """Tables that could not come back for want of an extension were not verified at all."""
    for problem in restored.problems:
        if problem.meaning == "omitted" and problem.kind in _KINDS_WITH_DATA:
            raise CannotVerify(
                f"{problem.what} did not come back since {problem.reason}, which "
                f"{choice.programs} lacks: install it there, or name a server that has it by --pg-bin"
            )


def _lost_server(server: Server, error: psycopg.OperationalError) -> CannotVerify:
    if server.ran_out_of_disk():
        return CannotVerify("no space left on the disk for the restore; name another TMPDIR")
    words = server.last_words() or error.diag.message_primary or "no reason given"
    return CannotVerify(f"the throw-away server ended during the restore: {words}")
