"""Loading plain SQL: statement by statement, as a role that is no superuser, and without psql.

Nothing that psql would do on the client's side exists here: `\\connect` is understood, `\\restrict` is
needless, and every other backslash command ends the restore by name.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

import psycopg

from restoring import statements
from restoring.deadline import deadline
from restoring.errors import BackupBad, CannotVerify
from restoring.problems import Problem, judge
from restoring.remedies import Remedies
from restoring.script import Comment, CopyData, Event, MetaCommand, Statement, read_script
from restoring.stage import Stage
from restoring.substitutes import substitute

_BLOCK = 1 << 20
_BATCH = 500
_BATCH_BYTES = 1 << 20
_MOST_PROBLEMS = 10_000

_HEADER = re.compile(rb"-- PostgreSQL database (cluster )?dump\s*$")
_TRAILER = re.compile(rb"-- PostgreSQL database (cluster )?dump complete\s*$")
_COMPLETED = re.compile(rb"-- Completed on (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_IGNORED_COMMANDS = frozenset({"restrict", "unrestrict"})


@dataclass
class ScriptFacts:
    """What a script says of itself; each header has its trailer in a whole one."""

    headers: int = 0
    trailers: int = 0
    completed_at: str | None = None
    last_statement: bytes = b""

    def note(self, comment: bytes) -> None:
        self.headers += bool(_HEADER.match(comment))
        self.trailers += bool(_TRAILER.match(comment))
        completed = _COMPLETED.match(comment)
        if completed:
            self.completed_at = completed[1].decode()


@dataclass
class PlainLoader:
    """Loads scripts into a stage; `until` is the monotonic time at which the restore has to be over.

    `deferred` holds, for each database, the changes of owner that are made once everything is there.
    """

    stage: Stage
    database: str
    until: float
    problems: list[Problem] = field(default_factory=list)
    deferred: dict[str, list[bytes]] = field(default_factory=dict)
    _connection: psycopg.Connection | None = None
    _session: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def load(self, stream: BinaryIO, name: str) -> ScriptFacts:
        """Loads one script; `name` is for sentences. Raises BackupBad, ScriptError, TimeoutError."""
        facts = ScriptFacts()
        with self._session:
            self.connect(self.database)
            for event in _batched(read_script(iter(lambda: stream.read(_BLOCK), b""))):
                if time.monotonic() > self.until:
                    raise TimeoutError
                self._handle(event, facts, name)
        return facts

    def connect(self, database: str) -> None:
        """Goes on in this database with a fresh session, as `\\connect` does."""
        self._session.close()
        if database not in self.stage.databases:
            self.stage.create_database(database)
        self.database = database
        connecting = self.stage.server.connect(database, self.stage.loader)
        self._connection = self._session.enter_context(connecting)
        left = max(self.until - time.monotonic(), 0.1)
        self._session.enter_context(deadline(self._connection, left))

    @property
    def connection(self) -> psycopg.Connection:
        if self._connection is None:
            raise RuntimeError("not connected")
        return self._connection

    def _handle(self, event: "Event | _Inserts", facts: ScriptFacts, name: str) -> None:
        match event:
            case Comment(text=text):
                facts.note(text)
            case MetaCommand(name=command, argument=argument, line=line):
                self._obey(command, argument, f"{name}, line {line}")
            case CopyData():
                facts.last_statement = event.statement
                self._copy(event)
            case _Inserts(texts=texts):
                facts.last_statement = texts[-1]
                self._insert(texts)
            case Statement(text=text):
                facts.last_statement = text
                self._consider(text)

    def _obey(self, command: str, argument: str, where: str) -> None:
        if command in ("connect", "c"):
            self.connect(_database_in(argument) or self.database)
        elif command not in _IGNORED_COMMANDS:
            raise BackupBad(
                f"{where}: holds the psql command \\{command}, which pg_dump never writes and which can "
                "run programs where it is restored: refused; find out where this file comes from"
            )

    def _consider(self, text: bytes) -> None:
        """Runs a statement, or what takes its place on a throw-away server."""
        owner = statements.OWNER.fullmatch(text)
        if owner is not None:
            self.stage.ensure_role(statements.name_of(owner[1]))
            self.deferred.setdefault(self.database, []).append(text)
            return
        if statements.SEARCH_PATH.fullmatch(text):
            self.deferred.setdefault(self.database, []).append(text)
        instead = substitute(self.stage, self.database, text)
        if instead is not None:
            self._attempt(instead, lambda: self.connection.execute(instead))

    def _insert(self, texts: list[bytes]) -> None:
        """Runs INSERTs as one round trip, and one by one where one of them fails."""
        try:
            self.connection.execute(b"\n;\n".join(texts))
        except psycopg.Error:
            self._check_alive()
            for text in texts:
                self._attempt(text, partial(self.connection.execute, text))

    def _copy(self, event: CopyData) -> None:
        begun = False

        def transfer() -> None:
            nonlocal begun
            with self.connection.cursor().copy(event.statement) as copy:
                for chunk in event.chunks:
                    begun = True
                    copy.write(chunk)

        self._attempt(event.statement, transfer, repeatable=lambda: not begun)

    def _attempt(
        self,
        text: bytes,
        action: Callable[[], object],
        repeatable: Callable[[], bool] = lambda: True,
    ) -> None:
        """Acts; where something that the backup takes for granted is missing, prepares it, repeats."""
        remedies = Remedies(self.stage, self.database)
        while True:
            try:
                action()
            except psycopg.Error as error:
                self._check_alive(error)
                if repeatable() and remedies.apply(error, text):
                    continue
                weaker = remedies.without_validation(error, text)
                if weaker is not None:
                    text, action = weaker, partial(self.connection.execute, weaker)
                    continue
                self._complain(text, error)
            return

    def _check_alive(self, error: psycopg.Error | None = None) -> None:
        if error is not None and error.sqlstate == "53100":
            raise CannotVerify("no space left on the disk of the throw-away server; name another TMPDIR")
        if self.connection.closed:
            raise error or psycopg.OperationalError("the connection is lost")

    def _complain(self, text: bytes, error: psycopg.Error) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            label = statements.label_of(text)
            message = error.diag.message_primary or type(error).__name__
            kind = statements.kind_of(label)
            self.problems.append(judge(kind, label, message, self.stage.lacking))


@dataclass(frozen=True)
class _Inserts:
    texts: list[bytes]


def _batched(events: Iterator[Event]) -> Iterator["Event | _Inserts"]:
    """Gathers INSERTs that follow each other, since a round trip costs more than a row."""
    texts: list[bytes] = []
    size = 0
    for event in events:
        insert = isinstance(event, Statement) and event.text[:12].upper() == b"INSERT INTO "
        if texts and (not insert or len(texts) >= _BATCH or size >= _BATCH_BYTES):
            yield _Inserts(texts)
            texts, size = [], 0
        if isinstance(event, Statement) and insert:
            texts.append(event.text)
            size += len(event.text)
        else:
            yield event
    if texts:
        yield _Inserts(texts)


def _database_in(argument: str) -> str | None:
    """The database that a `\\connect` names: bare, quoted, or in a connection string."""
    words = re.sub(r"-reuse-previous=\w+", "", argument).strip()
    if not words or words == "-":
        return None
    if words.startswith('"') and "dbname=" in words:
        words = words[1:-1].replace('""', '"')
    in_string = re.search(r"dbname='((?:[^'\\]|\\.)*)'|dbname=(\S+)", words)
    if in_string:
        return re.sub(r"\\(.)", r"\1", in_string[1]) if in_string[1] is not None else in_string[2]
    bare = re.match(r'"((?:[^"]|"")+)"|(\S+)', words)
    return (bare[1].replace('""', '"') if bare[1] else bare[2]) if bare else None
