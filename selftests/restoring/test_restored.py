"""What is said of a restore: what it lost, what it left out, and where its database is."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from restoring.problems import Problem
from restoring.restored import Restored
from restoring.server import Server
from restoring.stage import Omission, Stage

LOST = Problem("lost", "CREATE POLICY", "CREATE POLICY p", "gone")
HARMLESS = Problem("harmless", "CREATE SCHEMA", "CREATE SCHEMA public", "there", "of no matter")
OMITTED = Problem("omitted", "COPY", "COPY cron.job", "no such table", "it needs the extension pg_cron")


@pytest.fixture
def stage(server: Server) -> Stage:
    return Stage(server, "loader", "reader", "actor", "probes")


@pytest.mark.parametrize(
    ("problems", "loss"),
    [
        ([], None),
        ([HARMLESS, OMITTED], None),
        ([HARMLESS, LOST], "the restore lost 1 CREATE POLICY: CREATE POLICY p: gone"),
    ],
)
def test_only_what_is_lost_is_a_loss(stage: Stage, problems: list[Problem], loss: str | None) -> None:
    restored = Restored(stage, "app", problems)
    assert restored.loss == loss
    assert restored.lost == ({"CREATE POLICY p: gone": "restore-lost-protection"} if loss else {})


def test_what_was_left_out_comes_from_the_stage_and_from_complaints(stage: Stage) -> None:
    stage.omit("event triggers", "they need a superuser")
    assert Restored(stage, "app", [LOST, OMITTED, HARMLESS]).omissions == [
        Omission("event triggers", "they need a superuser"),
        Omission("COPY cron.job", "it needs the extension pg_cron (no such table)"),
    ]


def test_the_checks_connect_as_the_reader(stage: Stage) -> None:
    found = conninfo_to_dict(Restored(stage, "app").dsn)
    assert (found["user"], found["dbname"]) == ("reader", "app")
