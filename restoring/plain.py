"""Loading plain SQL: statement by statement, as a role that is no superuser, and without psql.

Nothing that psql would do on the client's side exists here: `\\connect` is understood, `\\restrict` is
needless, as is the `\\encoding` before the name of a database that has to be quoted; every other backslash
command ends the restore by name.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

import psycopg
from psycopg.pq import TransactionStatus

from restoring import owners, revoked, statements
from restoring.batches import Inserts, batched
from restoring.deadline import deadline
from restoring.errors import BackupBad, CannotVerify
from restoring.listing import Listing
from restoring.names import quoted
from restoring.problems import Problem, judge
from restoring.remedies import Remedies
from restoring.script import Comment, CopyData, Event, MetaCommand, Statement, read_script
from restoring.stage import Stage
from restoring.statements import database_in, role_in
from restoring.substitutes import substitute
from restoring.tally import Tally
from restoring.whole import ScriptFacts

_BLOCK = 1 << 20
_MOST_PROBLEMS = 10_000

_IGNORED_COMMANDS = frozenset({"restrict", "unrestrict", "encoding"})


@dataclass
class PlainLoader:
    """Loads scripts into a stage; `until` is the monotonic time at which the restore has to be over.

    `deferred` holds, for each database, the changes of owner that are made once everything is there, and
    the grants of which some are repeated after them;
    `listings` what a script says that each holds; the tally learns which of them is being filled.
    """

    stage: Stage
    database: str
    until: float
    tally: Tally = field(default_factory=Tally)
    problems: list[Problem] = field(default_factory=list)
    deferred: dict[str, list[bytes]] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    _connection: psycopg.Connection | None = None
    _grantor: str | None = None
    _session: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def load(self, stream: BinaryIO, name: str) -> ScriptFacts:
        """Loads one script; `name` is for sentences. Raises BackupBad, ScriptError, TimeoutError."""
        facts = ScriptFacts()
        with self._session:
            self.connect(self.database)
            for event in batched(read_script(iter(lambda: stream.read(_BLOCK), b""))):
                if time.monotonic() > self.until:
                    raise TimeoutError
                self._handle(event, facts, name)
            self._require_committed()
        return facts

    def connect(self, database: str) -> None:
        """Goes on in this database with a fresh session, as `\\connect` does."""
        self._require_committed()
        self._session.close()
        if database not in self.stage.databases:
            self.stage.create_database(database)
        self.database, self._grantor = database, None
        self.tally.database = database
        connecting = self.stage.server.connect(database, self.stage.loader)
        # closed and no more: psycopg would commit, or complain on the terminal of what was interrupted
        self._connection = self._session.enter_context(contextlib.closing(connecting))
        left = max(self.until - time.monotonic(), 0.1)
        self._session.enter_context(deadline(self._connection, left))

    @property
    def connection(self) -> psycopg.Connection:
        if self._connection is None:
            raise RuntimeError("not connected")
        return self._connection

    @property
    def _listing(self) -> Listing:
        return self.listings.setdefault(self.database, Listing(self.stage.roles.encoding))

    def _require_committed(self) -> None:
        """What a transaction did that is never committed is gone without an error."""
        if self._connection is None or self._connection.closed:
            return
        if self._connection.info.transaction_status != TransactionStatus.IDLE:
            message = "it is begun and never committed, so what it does is lost"
            self.problems.append(Problem("lost", "BEGIN", "a transaction", message))

    def _handle(self, event: Event | Inserts, facts: ScriptFacts, name: str) -> None:
        match event:
            case Comment(text=text):
                facts.note(text)
                self._listing.note(text)
            case MetaCommand(name=command, argument=argument, line=line):
                self._obey(command, argument, f"{name}, line {line}")
            case CopyData():
                facts.last_statement = event.statement
                self._copy(event)
            case Inserts(texts=texts):
                facts.last_statement = texts[-1]
                self._insert(texts)
            case Statement(text=text):
                facts.last_statement = text
                self._listing.run(text)
                self._consider(text)

    def _obey(self, command: str, argument: str, where: str) -> None:
        if command in ("connect", "c"):
            self.connect(database_in(argument) or self.database)
        elif command not in _IGNORED_COMMANDS:
            raise BackupBad(
                f"{where}: holds the psql command \\{command}, which pg_dump never writes and which can "
                "run programs where it is restored: refused; find out where this file comes from",
                kind="restore-refused",
            )

    def _consider(self, text: bytes) -> None:
        """Runs a statement, or what takes its place on a throw-away server."""
        authorization = statements.AUTHORIZATION.fullmatch(text)
        if authorization is not None:
            self._grantor = role_in(authorization)
            return
        owner = owners.new_owner(text)
        if owner is not None or owners.sets_search_path(text) or self._grants_by_owner(text):
            self.deferred.setdefault(self.database, []).append(text)
        instead: list[bytes] = []
        self._attempt(text, lambda: instead.extend(self._instead(text, owner)))
        for statement in instead:
            self._attempt(statement, partial(self._run, statement))

    def _grants_by_owner(self, text: bytes) -> bool:
        return self._grantor is None and revoked.concerns_one(text)

    def _instead(self, text: bytes, owner: str | None) -> list[bytes]:
        if owner is not None:
            self.stage.roles.ensure(owner)
            return []
        statement = substitute(self.stage, self.database, text)
        return [] if statement is None else [statement]

    def _run(self, statement: bytes) -> None:
        """Runs a statement; a grant as the role that made it, or as the loader where that one may not."""
        if self._grantor is None or not statements.GRANT.match(statement):
            if self._grantor is not None and statement.startswith(b"CREATE "):
                self.stage.omit("owners", "they are given by SET SESSION AUTHORIZATION, for a superuser")
            self.connection.execute(statement)
            return
        self.stage.roles.ensure(self._grantor)
        self.connection.execute(b"SET ROLE %s" % quoted(self._grantor))
        try:
            self.connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            self.connection.execute(b"RESET ROLE")
            self.connection.execute(statement)
        finally:
            if not self.connection.closed:
                self.connection.execute(b"RESET ROLE")

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
            words = "no space left on the disk of the throw-away server; name another TMPDIR"
            raise CannotVerify(words, kind="disk-full")
        if self.connection.closed:
            raise error or psycopg.OperationalError("the connection is lost")

    def _complain(self, text: bytes, error: psycopg.Error) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            label = statements.label_of(text)
            message = error.diag.message_primary or type(error).__name__
            kind = statements.kind_of(label)
            self.problems.append(judge(kind, label, message, self.stage.lacking))
