"""What is done to a database once everything of a backup is in it."""

import time

import psycopg

from restoring import revoked
from restoring.deadline import deadline
from restoring.probes import provide_probes
from restoring.problems import REPEATED, Problem, judge
from restoring.stage import Stage
from restoring.statements import label_of


def finish(stage: Stage, deferred: dict[str, list[bytes]], until: float) -> list[Problem]:
    """Planner statistics, the reader's way in and the changes of owner, for each database of the stage.

    The owners come last: once roles of the backup own something, none of its text runs but grants and
    revocations, each a single statement, and as the loader. `deferred` are changes of owner and grants;
    `until` is the monotonic time at which the restore has to be over.
    """
    for database in stage.databases:
        stage.forget_settings(database)
        _analyse(stage, database, until)
        stage.admit_reader(database)
        provide_probes(stage, database)
    stage.roles.let_act(stage.actor)
    problems: list[Problem] = []
    for database in stage.databases:
        statements, left = deferred.get(database, []), until - time.monotonic()
        changes = [text for text in statements if not revoked.concerns_one(text)]
        complaints = stage.roles.set_owners(database, changes, left)
        problems += [judge("ALTER OWNER", "ALTER OWNER", words, stage.lacking) for words in complaints]
        problems += _take_again(stage, database, revoked.taken_again(statements), until)
    return problems


def _take_again(stage: Stage, database: str, grants: list[bytes], until: float) -> list[Problem]:
    if not grants:
        return []
    problems = []
    connection = stage.server.connect(database, stage.loader)
    with connection, deadline(connection, max(until - time.monotonic(), 1)):
        connection.execute("SELECT set_config('client_encoding', %s, false)", (stage.roles.encoding,))
        for text in grants:
            try:
                # With parameters, though none, the server accepts a single statement alone.
                connection.execute(text.replace(b"%", b"%%"), ())
            except psycopg.Error as error:
                if connection.closed:
                    raise
                message = error.diag.message_primary or type(error).__name__
                problems.append(judge(REPEATED, label_of(text), message, stage.lacking))
    return problems


def _analyse(stage: Stage, database: str, until: float) -> None:
    connection = stage.server.connect(database, stage.loader)
    with connection, deadline(connection, max(until - time.monotonic(), 1)):
        try:
            connection.execute("SET default_statistics_target = 10")
            connection.execute("ANALYZE")
        except psycopg.DatabaseError as error:
            if connection.closed:
                raise
            stage.omit("planner statistics", f"ANALYZE failed: {error.diag.message_primary}")
