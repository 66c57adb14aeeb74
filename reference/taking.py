"""Taking a reference: everything in one snapshot of the source, and pg_dump in the same."""

import contextlib
import datetime
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reference.contents import Asked, read_contents, read_newest
from reference.definitions import Ours, read_definitions
from reference.dumping import check_command, environment_for, in_snapshot, partial_options, running
from reference.reference import Reference, ReferenceError
from reference.sequences import read_sequences
from reference.snapshot import Snapshot, lends_sessions, snapshot

_POOLED = (
    "the DSN leads to a pooler that lends a session for one transaction (Supabase: port 6543), which "
    "pg_dump cannot do with: name the database itself, or a session pooler (Supabase: port 5432)"
)


@dataclass(frozen=True)
class Wanted:
    """What is to be taken: `jobs` readers at most, `seconds` in all, without the contents of tables
    whose labels match `left_out`; `newest` are (schema, table, column), `dump` a pg_dump command."""

    dsn: str
    dump: tuple[str, ...] = ()
    jobs: int = 2
    seconds: float = 4 * 3600
    left_out: tuple[str, ...] = ()
    newest: tuple[tuple[str, str, str], ...] = ()


def take(wanted: Wanted, tell: Callable[[str], None]) -> Reference:
    """Takes a reference of what the dump, if any, holds; `tell` gets a line for what should be known.

    Raises Unreachable, psycopg.Error, and ReferenceError where pg_dump did not end well.
    """
    return _Taking(wanted, tell).take()


class _Taking:
    def __init__(self, wanted: Wanted, tell: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._tell = tell
        self._until = time.monotonic() + wanted.seconds

    def take(self) -> Reference:
        self._check()
        with snapshot(self._wanted.dsn, self._wanted.seconds) as shared:
            self._say_alone(shared)
            taken_at = datetime.datetime.now(datetime.UTC)
            # Before pg_dump begins: its own reading of the sequences is then never behind ours.
            positions, unread = read_sequences(shared.connection, self._left())
            with self._dump(shared) as process:
                definitions = read_definitions(shared.connection, Ours())
                with shared.readers(self._wanted.jobs, self._left()) as readers:
                    contents = read_contents(readers, self._asked(process))
                newest, unknown = read_newest(shared.connection, self._wanted.newest, self._left())
                self._await(process)
            return Reference(
                taken_at=taken_at.isoformat(timespec="seconds"),
                server_version=shared.connection.info.parameter_status("server_version") or "",
                database=shared.connection.info.dbname,
                probe=contents.probe,
                definitions=definitions,
                tables=contents.tables,
                large_objects=contents.large_objects,
                sequences=positions,
                newest=newest,
                skipped=[*contents.skipped, *unread, *unknown],
            )

    def _check(self) -> None:
        if not self._wanted.dump:
            return
        check_command(self._wanted.dump)
        for option in partial_options(self._wanted.dump):
            self._tell(
                f"pg_dump was told {option}: its dump is not whole, and the checks will say what it lacks"
            )
        if lends_sessions(self._wanted.dsn):
            raise ReferenceError(_POOLED)

    def _say_alone(self, shared: Snapshot) -> None:
        if shared.id is None and self._wanted.dump:
            raise ReferenceError(f"the source gives no snapshot to share with pg_dump: {shared.problem}")
        if shared.id is None:
            self._tell(f"one reader only: the source gives no snapshot to share ({shared.problem})")

    @contextlib.contextmanager
    def _dump(self, shared: Snapshot) -> Iterator["subprocess.Popen[bytes] | None"]:
        if shared.id is None or not self._wanted.dump:
            yield None
            return
        command = self._wanted.dump
        environment = environment_for(command, self._wanted.dsn, os.environ)
        with running(in_snapshot(command, shared.id), environment) as process:
            yield process

    def _asked(self, process: "subprocess.Popen[bytes] | None") -> Asked:
        def failed() -> bool:
            return process is not None and process.poll() not in (None, 0)

        return Asked(self._left(), left_out=self._wanted.left_out, given_up=failed)

    def _await(self, process: "subprocess.Popen[bytes] | None") -> None:
        if process is None:
            return
        try:
            code = process.wait(self._left())
        except subprocess.TimeoutExpired:
            raise ReferenceError(
                "pg_dump had not ended at the time limit: no reference is written"
            ) from None
        if code != 0:
            raise ReferenceError(f"pg_dump ended with {code}: no reference is written")

    def _left(self) -> float:
        return max(1.0, self._until - time.monotonic())
