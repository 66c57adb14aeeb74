"""Snapshots: one moment for all readers, kept from harm, and what a pooler makes of it."""

import os
import signal

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from reference.snapshot import Unreachable, lends_sessions, snapshot, with_limits
from selftests.endtoend.pooler import Mode, pooling

COUNT = "SELECT count(*) FROM t"


@pytest.fixture
def busy(dsn: str, postgresql: psycopg.Connection) -> psycopg.Connection:
    """A connection that writes: table t has one row."""
    postgresql.autocommit = True
    postgresql.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
    impatient = "ALTER DATABASE {} SET idle_in_transaction_session_timeout = 200"
    postgresql.execute(sql.SQL(impatient).format(sql.Identifier(postgresql.info.dbname)))
    return postgresql


def test_all_readers_see_the_same_moment(dsn: str, busy: psycopg.Connection) -> None:
    with snapshot(dsn, 60) as shared:
        busy.execute("INSERT INTO t VALUES (2)")
        with shared.readers(3, 60) as readers:
            assert len(readers) == 3
            assert [each.execute(COUNT).fetchall() for each in [*readers, shared.connection]] == [
                [(1,)]
            ] * 4
    assert busy.execute(COUNT).fetchall() == [(2,)]


def test_every_limit_is_there_and_nothing_can_be_written(dsn: str, busy: psycopg.Connection) -> None:
    names = (
        "lock_timeout",
        "statement_timeout",
        "idle_in_transaction_session_timeout",
        "transaction_timeout",
    )
    shown = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    with snapshot(dsn, 60) as shared, shared.readers(1, 30) as (reader,):
        assert shared.connection.execute(shown.encode()).fetchall() == [("1min", "1min", "0", "0")]
        assert reader.execute(shown.encode()).fetchall() == [("1min", "30s", "0", "0")]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("INSERT INTO t VALUES (3)")


def test_a_source_that_grants_fewer_connections_gets_fewer_readers(
    dsn: str, postgresql: psycopg.Connection
) -> None:
    postgresql.autocommit = True
    postgresql.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 2 PASSWORD 'narrow'")
    try:
        with (
            snapshot(make_conninfo(dsn, user="narrow", password="narrow"), 60) as shared,
            shared.readers(4, 60) as readers,
        ):
            assert len(readers) == 1
            assert readers[0] is not shared.connection
    finally:
        postgresql.execute("DROP ROLE narrow")


def test_a_source_that_is_not_there_is_out_of_reach(tmp_path: str) -> None:
    with pytest.raises(Unreachable, match="the source cannot be reached"), snapshot(f"host={tmp_path}", 1):
        pass


def test_a_server_that_hangs_is_left(dsn: str) -> None:
    """It keeps no limit of its own."""
    with snapshot(dsn, 0.1, grace=0.1) as shared:
        ((pid,),) = shared.connection.execute("SELECT pg_backend_pid()").fetchall()
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(psycopg.OperationalError):
                shared.connection.execute("SELECT 1")
        finally:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(("mode", "lends"), [("transaction", True), ("session", False)])
def test_a_pooler_that_lends_for_a_transaction_is_told(mode: Mode, lends: bool, dsn: str) -> None:
    with pooling(dsn, mode, size=3) as pooler:
        assert lends_sessions(through(dsn, pooler.port)) is lends


def test_a_pooler_that_lends_the_same_session_to_the_next(dsn: str) -> None:
    with pooling(dsn, "transaction", size=1) as pooler:
        assert lends_sessions(through(dsn, pooler.port))


def test_no_pooler_lends_nothing(dsn: str) -> None:
    assert not lends_sessions(dsn)


def test_readers_share_a_snapshot_through_a_transaction_pooler(dsn: str, busy: psycopg.Connection) -> None:
    with pooling(dsn, "transaction", size=3) as pooler, snapshot(through(dsn, pooler.port), 60) as shared:
        busy.execute("INSERT INTO t VALUES (2)")
        with shared.readers(2, 60) as readers:
            assert [each.execute(COUNT).fetchall() for each in readers] == [[(1,)]] * 2


def test_the_users_own_limits_stand(dsn: str) -> None:
    said = conninfo_to_dict(
        with_limits("host=x connect_timeout=3 application_name=mine client_encoding=latin1")
    )
    assert (said["connect_timeout"], said["application_name"]) == ("3", "mine")
    assert (said["client_encoding"], said["keepalives_idle"]) == ("utf8", "10")


def through(dsn: str, port: int) -> str:
    return make_conninfo(dsn, host="127.0.0.1", port=port, sslmode="disable")
