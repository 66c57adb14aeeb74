"""From an archive to a restored database: the ground, pg_restore, and what it cannot do by itself."""

import io
from collections.abc import Collection

from psycopg import sql

from restoring import contents, locales, tuning
from restoring.archive import Archive
from restoring.archive_data import data_required
from restoring.archives import ArchiveLoad
from restoring.backup import Backup
from restoring.errors import BackupBad
from restoring.facts import Listed
from restoring.finishing import finish
from restoring.foreign import ensure_server, ensure_wrapper
from restoring.listing import NOT_VALID, decoded
from restoring.names import shown
from restoring.plain import PlainLoader
from restoring.prepared import ensure_platform, ensure_roles_of_services
from restoring.problems import Problem
from restoring.reach import readable_source
from restoring.restored import Restored
from restoring.roles import roles_named
from restoring.script import ScriptError
from restoring.stage import Stage
from restoring.tally import Tally

_RESERVED = frozenset({"postgres", "template0", "template1", ""})


def restore_archive(backup: Backup, archive: Archive, stage: Stage, until: float, tally: Tally) -> Restored:
    """Loads an archive into a database of the name that it gives itself."""
    database = shown(archive.database)
    if database in _RESERVED:
        database = "restored"
    stage.begin(database, backup.encoding, locales.of_archive(archive))
    for role in sorted(roles_named(archive)):
        stage.roles.ensure(role)
    left_out = never = _prepare(archive, stage, database)
    later = contents.run_by_us(archive, stage.platform_schemas(database))
    left_out = left_out | {entry.id for entry in later}
    required = data_required(backup.content, archive, until)
    with required, readable_source(backup.content, stage.server) as source:
        load = ArchiveLoad(stage, archive, database, source, tuning.host_cores(), until, tally)
        problems = load.run(left_out)
    problems += _run(contents.script(archive, later), PlainLoader(stage, database, until))
    problems += finish(stage, {database: _deferred(archive)}, until)
    return Restored(stage, database, problems, listed=listed(archive, never, backup.encoding))


def listed(archive: Archive, never: Collection[int], encoding: str) -> tuple[Listed, ...]:
    """What the archive says it holds, but for what is never restored; a name is text, whatever it was."""
    entries = [entry for entry in archive.entries if entry.id not in never]
    listed = [Listed(entry.kind, entry.namespace, entry.tag) for entry in entries]
    invalid = (entry for entry in entries if entry.definition.rstrip().endswith(" NOT VALID;"))
    listed += [Listed(NOT_VALID, entry.namespace, entry.tag) for entry in invalid]
    return tuple(decoded(entry, encoding) for entry in listed)


def _run(script: bytes, loader: PlainLoader) -> list[Problem]:
    try:
        loader.load(io.BytesIO(script), "the table of contents")
    except ScriptError as error:
        raise _damaged(error) from None
    return loader.problems


def _deferred(archive: Archive) -> list[bytes]:
    try:
        return contents.deferred(archive)
    except ScriptError as error:
        raise _damaged(error) from None


def _damaged(error: ScriptError) -> BackupBad:
    return BackupBad(f"the archive's table of contents is damaged: {error}", kind="backup-damaged")


def _prepare(archive: Archive, stage: Stage, database: str) -> set[int]:
    """Sets up what the archive takes for granted; the ids of what pg_restore is to leave out."""
    for platform in contents.platform_schemas(archive):
        ensure_platform(stage, database, platform)
    if stage.is_platform(database, "extensions"):
        for provider in contents.platform_extensions(archive):
            stage.ensure_extension(database, provider, "extensions")
    for name, schema in contents.extensions(archive).items():
        stage.ensure_extension(database, name, schema)
    for wrapper in contents.wrappers(archive):
        ensure_wrapper(stage, database, wrapper)
    if any(entry.kind == "SCHEMA" and entry.tag == "realtime" for entry in archive.entries):
        ensure_roles_of_services(stage)
    for server in contents.absent_servers(archive):
        ensure_server(stage, database, server)
    for item in contents.left_out(archive):
        stage.omit(f"{item.entry.kind} {item.entry.tag}", item.why)
    skipped = {entry.id for entry in archive.entries if contents.prepared(entry)}
    skipped |= contents.with_belongings(archive, {item.entry.id for item in contents.left_out(archive)})
    return skipped | _rows_of_absent_extensions(archive, stage, database)


def _rows_of_absent_extensions(archive: Archive, stage: Stage, database: str) -> set[int]:
    if not stage.lacking:
        return set()
    absent = set()
    with stage.server.connect(database) as admin:
        for entry in contents.foreign_data(archive):
            table = sql.Identifier(entry.namespace, entry.tag).as_string(admin)
            row = admin.execute("SELECT to_regclass(%s)", (table,)).fetchone()
            if row is None or row[0] is None:
                absent.add(entry.id)
                stage.omit(f"rows of {entry.namespace}.{entry.tag}", "its extension is left out")
    return absent
