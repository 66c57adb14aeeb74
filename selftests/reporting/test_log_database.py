"""Reaching the log's database: round trips, limits, and sentences that hold no secret."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from reporting.log_database import MALFORMED, MalformedDsn, place, transaction, why

CANARY = "c4n4ry"
SILENCE = 20
"""Seconds without a word after which the proxy itself goes away."""
READY = b"Z\x00\x00\x00\x05I"


class Proxy:
    """Stands between client and server, counts the client's turns after connecting, and passes on
    no turn after the `last` one."""

    def __init__(self, dsn: str, last: int = 100) -> None:
        self.turns = 0
        self._last = last
        self._server = _connected(dsn)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.dsn = make_conninfo(dsn, host="127.0.0.1", port=port, sslmode="disable", gssencmode="disable")
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        client, _ = self._listener.accept()
        connected = clients_turn = False
        with selectors.DefaultSelector() as both, client, self._server, self._listener:
            for side in (client, self._server):
                both.register(side, selectors.EVENT_READ)
            while ready := both.select(timeout=SILENCE):
                for key, _ in ready:
                    from_client = key.fileobj is client
                    data = (client if from_client else self._server).recv(65536)
                    if not data or (from_client and data.startswith(b"X")):
                        return
                    self.turns += connected and from_client and not clients_turn
                    connected = connected or (not from_client and data.endswith(READY))
                    clients_turn = from_client
                    if self.turns <= self._last:
                        (self._server if from_client else client).sendall(data)


def _connected(dsn: str) -> socket.socket:
    parts: dict[str, Any] = dict(conninfo_to_dict(dsn))
    if parts["host"].startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.connect(f"{parts['host']}/.s.PGSQL.{parts['port']}")
        return line
    return socket.create_connection((parts["host"], int(parts["port"])))


@pytest.fixture
def mute() -> Iterator[str]:
    """The DSN of a server that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"host=127.0.0.1 port={listener.getsockname()[1]} user=u password={CANARY}"


def failure(dsn: str, statement: str = "SELECT 1", seconds: float = 6) -> Exception:
    """What a transaction with this statement ends in."""
    with pytest.raises((psycopg.Error, TimeoutError, MalformedDsn)) as caught:  # noqa: SIM117
        with transaction(dsn, seconds) as connection:
            connection.execute(statement.encode())
    return caught.value


def test_one_statement_takes_three_round_trips(dsn: str) -> None:
    proxy = Proxy(dsn)
    with transaction(proxy.dsn, 5) as connection:
        connection.execute("SELECT %s::text", ["x" * 200_000])
    assert proxy.turns == 3


def test_commits_at_the_end_and_only_then(postgresql: psycopg.Connection, dsn: str) -> None:
    with transaction(dsn, 5) as connection:
        connection.execute("CREATE TABLE kept (); SELECT 1")
    failure(dsn, "CREATE TABLE lost (); SELECT 1 / 0")
    tables = "SELECT relname FROM pg_class WHERE relname IN ('kept', 'lost')"
    assert postgresql.execute(tables).fetchall() == [("kept",)]


def test_sets_limits_inside_the_transaction(dsn: str) -> None:
    question = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
    with transaction(dsn, 9) as connection:
        limits = connection.execute(question).fetchone()
        connection.execute("COMMIT")
        after = connection.execute(question).fetchone()
    assert limits == ("6003ms", "2997ms")
    assert after == ("0", "0")


def test_leaves_no_session_behind(postgresql: psycopg.Connection, dsn: str) -> None:
    failure(dsn, "SELECT 1 / 0")
    with transaction(dsn, 5) as connection:
        name = connection.execute("SELECT current_setting('application_name')").fetchone()
    assert name == ("backup-verification",)
    time.sleep(0.2)
    sessions = "SELECT FROM pg_stat_activity WHERE application_name = 'backup-verification'"
    sessions += " AND datname = current_database()"
    assert postgresql.execute(sessions.encode()).fetchall() == []


@pytest.mark.parametrize("last", [0, 1, 2])
def test_a_server_that_falls_silent_is_given_up(last: int, dsn: str) -> None:
    proxy = Proxy(dsn, last)
    begun = time.monotonic()
    error = failure(proxy.dsn, seconds=2)
    assert time.monotonic() - begun < 3
    assert why(error, proxy.dsn, {}).startswith("no answer within ")


def test_a_server_that_never_speaks_is_given_up(mute: str) -> None:
    begun = time.monotonic()
    error = failure(mute)
    assert time.monotonic() - begun < 3
    assert why(error, mute, {}).startswith("no answer in time from the log database on 127.0.0.1:")


def test_a_statement_that_takes_too_long_is_ended_by_the_server(dsn: str) -> None:
    error = failure(dsn, "SELECT pg_sleep(20)", seconds=1)
    assert isinstance(error, psycopg.errors.QueryCanceled)
    assert "did not finish within the time allowed" in why(error, dsn, {})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"port": "1"}, "no server listens for database "),
        ({"host": "127.0.0.1", "port": "1"}, "no server listens for database "),
        ({"host": "nowhere.invalid"}, "no host is known for database "),
        ({"dbname": "nowhere"}, "there is no such database: database nowhere on "),
        ({"user": "nobody_here"}, "user or password were refused by database "),
        ({"password": CANARY}, "user or password were refused by database "),
    ],
)
def test_says_why_there_is_no_connection(change: dict[str, str], sentence: str, dsn: str) -> None:
    changed = make_conninfo(dsn, **change)
    said = why(failure(changed), changed, {})
    assert said.startswith(sentence)
    assert CANARY not in said
    assert str(conninfo_to_dict(dsn).get("password")) not in said


def test_says_what_the_server_said_where_it_knows_nothing_better(dsn: str) -> None:
    error = failure(dsn, "SELECT 1 / 0")
    assert why(error, dsn, {}) == f"{place(dsn)}: 22012: division by zero"
    assert why(error, dsn, {"22012": "{place} cannot divide ({said})"}).endswith(
        "cannot divide (22012: division by zero)"
    )


def test_hides_secrets_in_what_the_server_said(dsn: str) -> None:
    given = make_conninfo(dsn, password=CANARY)
    error = failure(dsn, f"DO $$ BEGIN RAISE 'say {CANARY}' USING HINT = '{CANARY}'; END $$")
    assert why(error, given, {}) == f"{place(dsn)}: P0001: say ***; ***"


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql://u:{CANARY}@h:5432/d?{CANARY}",
        f"postgresql://u:x@{CANARY}@nowhere.invalid/d",
        f"postgresql://u:x/{CANARY}@nowhere.invalid/d",
        f"postgresql://nowhere.invalid:12/{CANARY}@h/d",
        f"postgresql://u:%zz{CANARY}@h/d",
        f"host=h password=x {CANARY}",
        CANARY,
        f"host=h password=\udcff{CANARY}",
    ],
)
def test_repeats_nothing_of_a_dsn_that_is_misread(dsn: str) -> None:
    assert why(failure(dsn), dsn, {}) == MALFORMED


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        ("postgresql://u:p@db.example:6543/app", "database app on db.example:6543"),
        ("host=/run/postgresql dbname='my app' password=p", "database my app on /run/postgresql"),
        ("host=a,b port=1,2", "the log database on a,b:1,2"),
        ("dbname=app", "database app"),
        ("postgresql://u:p@ss@db.example/app", "the log database"),
        ("postgresql://u:p/ss@db.example/app", "the log database"),
    ],
)
def test_names_the_place(dsn: str, expected: str) -> None:
    assert place(dsn) == expected
