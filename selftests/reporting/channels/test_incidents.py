"""Incidents as the log database keeps them: read, kept, ended, and held against another run."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from migrations import apply, migrate, migration_files
from reporting.channels.incident import Incident
from reporting.channels.incidents import IncidentUnknown, held

CANARY = "c4n4ry"
AT = datetime(2026, 1, 28, 5, tzinfo=UTC)
OPEN = Incident("1700000000.000001", "warning", {"test_é": "0f"}, AT, AT + timedelta(days=2), 3, 2)
(MIGRATION,) = [file for file in migration_files() if "incident" in file.name]


@pytest.fixture
def log(dsn: str) -> str:
    """The DSN of a database with the table."""
    apply(dsn, MIGRATION)
    return dsn


def kept(dsn: str, target: str = "nightly", channel: str = "slack:C1") -> Incident | None:
    with held(dsn, target, channel) as state:
        return state.incident


def keep(dsn: str, incident: Incident | None, target: str = "nightly", channel: str = "slack:C1") -> None:
    with held(dsn, target, channel) as state:
        state.keep(incident)


def unknown(dsn: str, seconds: float = 30) -> str:
    with pytest.raises(IncidentUnknown) as caught, held(dsn, "nightly", "slack:C1", seconds=seconds):
        pass
    assert CANARY not in str(caught.value) + repr(caught.value)
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_what_is_kept_is_what_is_read(log: str) -> None:
    assert kept(log) is None
    keep(log, OPEN)
    assert kept(log) == OPEN
    later = replace(OPEN, thread="1.5", status="failure", failing={}, runs=4, quiet_runs=0)
    keep(log, later)
    assert kept(log) == later


def test_what_has_ended_is_gone(log: str, postgresql: psycopg.Connection) -> None:
    keep(log, OPEN)
    keep(log, None)
    keep(log, None)
    assert kept(log) is None
    assert postgresql.execute("SELECT FROM public.backup_verification_incident").fetchall() == []


def test_targets_and_channels_have_incidents_of_their_own(log: str) -> None:
    keep(log, OPEN)
    keep(log, replace(OPEN, thread="2.5"), target="weekly")
    keep(log, replace(OPEN, thread="3.5"), channel="slack:C2")
    assert [
        found.thread for found in (kept(log), kept(log, "weekly"), kept(log, channel="slack:C2")) if found
    ] == [
        OPEN.thread,
        "2.5",
        "3.5",
    ]


def test_what_went_wrong_inside_keeps_nothing(log: str) -> None:
    def stumble() -> None:
        with held(log, "nightly", "slack:C1") as state:
            state.keep(OPEN)
            raise KeyError

    with pytest.raises(KeyError):
        stumble()
    assert kept(log) is None


def test_another_run_waits_and_then_sees_what_was_kept(log: str) -> None:
    begun, seen = threading.Event(), []

    def other() -> None:
        begun.set()
        seen.append(kept(log))

    thread = threading.Thread(target=other)
    with held(log, "nightly", "slack:C1") as state:
        thread.start()
        begun.wait(10)
        keep(log, OPEN, target="weekly")
        assert seen == []
        state.keep(OPEN)
    thread.join(30)
    assert seen == [OPEN]


def test_another_run_does_not_wait_for_ever(log: str) -> None:
    with held(log, "nightly", "slack:C1"):
        assert unknown(log, seconds=0.9).startswith(
            "another run holds the incident of this target in database "
        )


def test_a_session_that_is_lost_meanwhile_keeps_nothing(log: str, postgresql: psycopg.Connection) -> None:
    def lose() -> None:
        with held(log, "nightly", "slack:C1") as state:
            postgresql.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'backup-verification' AND datname = current_database()"
            )
            state.keep(OPEN)

    with pytest.raises(IncidentUnknown):
        lose()
    assert kept(log) is None


def test_the_time_that_it_may_be_held_is_limited(log: str) -> None:
    def linger() -> None:
        with held(log, "nightly", "slack:C1", seconds=1.5) as state:
            threading.Event().wait(2)
            state.keep(OPEN)

    with pytest.raises(IncidentUnknown, match="no answer within"):
        linger()
    assert kept(log) is None


def test_a_table_that_is_missing_says_how_it_is_made(dsn: str) -> None:
    said = unknown(dsn)
    assert said.startswith("the table public.backup_verification_incident is missing in database ")
    assert said.endswith("run python -m migrations DSN")


def test_a_table_of_somebody_else_is_named(dsn: str, postgresql: psycopg.Connection) -> None:
    postgresql.execute("CREATE TABLE public.backup_verification_incident (thread text)")
    postgresql.commit()
    assert "is another table than ours (42703: " in unknown(dsn)


def test_a_missing_right_is_named(log: str, postgresql: psycopg.Connection) -> None:
    postgresql.execute("CREATE ROLE stranger_to_incidents LOGIN PASSWORD 'stranger'")
    postgresql.commit()
    try:
        stranger = make_conninfo(log, user="stranger_to_incidents", password="stranger")
        assert "no right to write to public.backup_verification_incident in database" in unknown(stranger)
    finally:
        postgresql.execute("DROP ROLE stranger_to_incidents")
        postgresql.commit()


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        (f"postgresql://u:{CANARY}@127.0.0.1:1/d", "no server listens for database d on 127.0.0.1:1"),
        (
            f"postgresql://u:{CANARY}@nowhere.invalid/d",
            "no host is known for database d on nowhere.invalid",
        ),
        (f"host=h password='{CANARY}", "the DSN of the log database cannot be read"),
    ],
)
def test_a_log_that_cannot_be_reached_is_said_without_the_secret(dsn: str, said: str) -> None:
    assert unknown(dsn).startswith(said)


def test_the_migrations_make_the_table(dsn: str) -> None:
    assert Path(MIGRATION).name in migrate(dsn)
    assert kept(dsn) is None
