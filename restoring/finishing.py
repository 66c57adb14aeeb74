"""What is done to a database once everything of a backup is in it."""

import time

import psycopg

from restoring.deadline import deadline
from restoring.problems import Problem, judge
from restoring.stage import Stage


def finish(stage: Stage, owners: dict[str, list[bytes]], until: float) -> list[Problem]:
    """Planner statistics, the reader's way in and the changes of owner, for each database of the stage.

    The owners come last: no text of the backup runs once its roles own something. `until` is the
    monotonic time at which the restore has to be over.
    """
    for database in stage.databases:
        stage.forget_settings(database)
        _analyse(stage, database, until)
        stage.admit_reader(database)
        stage.provide_probes(database)
    stage.roles.let_act(stage.actor)
    complaints: list[str] = []
    for database in stage.databases:
        left = until - time.monotonic()
        complaints += stage.roles.set_owners(database, owners.get(database, []), left)
    return [judge("ALTER OWNER", "ALTER OWNER", words, stage.lacking) for words in complaints]


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
