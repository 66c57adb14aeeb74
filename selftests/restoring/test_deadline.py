"""The limit on a connection, with a server that takes its time and one that is stopped."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from restoring.deadline import deadline


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(dsn, autocommit=True)) as connected:
        yield connected


def test_what_is_done_in_time_is_left_alone(connection: psycopg.Connection) -> None:
    with deadline(connection, 0.5):
        assert connection.execute("SELECT 1").fetchone() == (1,)
    time.sleep(0.6)
    assert connection.execute("SELECT 2").fetchone() == (2,)


def test_what_takes_longer_is_given_up(connection: psycopg.Connection) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError, match=r"^no answer within 0\.5 s$"), deadline(connection, 0.5):
        connection.execute("SELECT pg_sleep(20)")
    assert time.monotonic() - begun < 2
    assert connection.closed


def test_what_comes_too_late_is_not_sent(connection: psycopg.Connection) -> None:
    def ask_late() -> None:
        time.sleep(0.3)
        connection.execute("SELECT 1")

    with pytest.raises(TimeoutError), deadline(connection, 0.1):
        ask_late()


def test_a_stopped_server_is_given_up(connection: psycopg.Connection) -> None:
    """Its socket stays open, its own timeouts stand still."""
    connection.execute("SET statement_timeout = 100")
    process = connection.info.backend_pid
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(TimeoutError), deadline(connection, 0.5):
            connection.execute("SELECT %s", ["x" * 50_000_000])
        connection.close()
    finally:
        os.kill(process, signal.SIGCONT)


def test_other_errors_stay_what_they_are(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero), deadline(connection, 5):
        connection.execute("SELECT 1 / 0")
    assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.filterwarnings("error")
def test_leaves_no_descriptor_behind(connection: psycopg.Connection) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    for _ in range(20):
        with deadline(connection, 5):
            connection.execute("SELECT 1")
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208
