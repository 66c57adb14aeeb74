"""The database that the checks look at: limits that hold, a transaction that comes back, and no write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from database import APPLICATION_NAME, Access, Reach, reason, with_limits

NOWHERE = "host=127.0.0.1,127.0.0.1 port=1,1 user=u dbname=d"
LIMITS = """
SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
    current_setting('transaction_read_only'), current_setting('row_security')
"""
ON_A_LIVE_DATABASE = ("1min", "2s", "on", "off")
ANSWERING = """
ALTER FUNCTION pg_catalog.current_setting(text) RENAME TO real_setting;
CREATE FUNCTION pg_catalog.current_setting(name text) RETURNS text LANGUAGE sql STABLE
    RETURN CASE name WHEN '{}' THEN '{}' ELSE real_setting(name) END
"""


@pytest.fixture
def access(dsn: str) -> Iterator[Access]:
    with closing(Access(Reach(dsn, restored=False), 5)) as access:
        assert access.problem is None
        yield access


def of(access: Access) -> psycopg.Connection:
    assert access.connection is not None
    return access.connection


def begun(access: Access) -> object:
    """The time at which the transaction began."""
    return of(access).execute("SELECT now()").fetchone()


def last(access: Access, seconds: float) -> None:
    """Keeps the connection for this long between two statements."""
    time.sleep(seconds)
    of(access).execute("SELECT 1")


def end_session(access: Access, postgresql: psycopg.Connection) -> None:
    postgresql.execute("SELECT pg_terminate_backend(%s, 5000)", [of(access).info.backend_pid])


@pytest.mark.parametrize(
    ("restored", "limits"),
    [(False, ON_A_LIVE_DATABASE), (True, ("1h", "2s", "on", "off"))],
    ids=["live", "restored"],
)
def test_limits_are_set_inside_the_transaction(restored: bool, limits: tuple[str, ...], dsn: str) -> None:
    with closing(Access(Reach(dsn, restored=restored), 5)) as access:
        assert access.problem is None
        assert of(access).execute(LIMITS).fetchone() == limits
    with psycopg.connect(dsn) as other:
        assert other.execute(LIMITS).fetchone() == ("0", "0", "off", "on")


@pytest.mark.parametrize(
    ("name", "value"), [("statement_timeout", "0"), ("lock_timeout", "0"), ("transaction_read_only", "off")]
)
def test_a_limit_that_was_not_taken_is_a_problem(
    name: str, value: str, dsn: str, postgresql: psycopg.Connection
) -> None:
    """As behind a pooler: this server answers in the place of its settings."""
    postgresql.execute(ANSWERING.format(name, value).encode())
    postgresql.commit()
    with closing(Access(Reach(dsn, restored=False), 5)) as access:
        assert access.problem == (
            "the database did not take the limits that keep it from harm: not verified"
        )
        assert access.kind == "limits-not-taken"


def test_what_connecting_tells_is_kept(access: Access, postgresql: psycopg.Connection) -> None:
    assert access.milliseconds is not None
    assert 0 < access.milliseconds < 5000
    assert access.in_recovery is False
    assert access.database == postgresql.info.dbname
    assert access.server_version == postgresql.info.parameter_status("server_version")
    names = postgresql.execute(
        "SELECT application_name FROM pg_stat_activity WHERE pid = %s", [of(access).info.backend_pid]
    )
    assert names.fetchall() == [(APPLICATION_NAME,)]


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("INSERT INTO kept VALUES (1)", errors.ReadOnlySqlTransaction),
        ("CREATE TABLE new ()", errors.ReadOnlySqlTransaction),
        ("SET TRANSACTION READ WRITE", errors.ActiveSqlTransaction),
        ("SET transaction_read_only = off", errors.ActiveSqlTransaction),
    ],
)
def test_nothing_can_be_written(
    statement: str, refusal: type[psycopg.Error], access: Access, postgresql: psycopg.Connection
) -> None:
    postgresql.execute("CREATE TABLE kept (a integer)")
    postgresql.commit()
    with pytest.raises(refusal):
        of(access).execute(statement.encode())


def test_nothing_that_the_server_has_to_warn_of_is_said(access: Access) -> None:
    """Its log is somebody's production log."""
    warnings: list[str | None] = []
    of(access).add_notice_handler(lambda notice: warnings.append(notice.message_primary))
    of(access).execute("SET LOCAL work_mem = '1MB'")
    access.renew()
    of(access).execute("ROLLBACK")
    access.renew()
    access.close()
    assert warnings == []


def test_a_broken_transaction_is_begun_anew(access: Access) -> None:
    with pytest.raises(errors.DivisionByZero):
        of(access).execute("SELECT 1 / 0")
    with pytest.raises(errors.InFailedSqlTransaction):
        of(access).execute("SELECT 1")
    access.renew()
    assert access.problem is None
    assert of(access).execute(LIMITS).fetchone() == ON_A_LIVE_DATABASE


def test_a_transaction_that_a_check_has_ended_is_begun_anew(access: Access) -> None:
    of(access).execute("COMMIT")
    access.renew()
    assert of(access).execute(LIMITS).fetchone() == ON_A_LIVE_DATABASE


def test_a_check_that_ends_its_transaction_is_told_so(access: Access) -> None:
    with pytest.raises(psycopg.InterfaceError, match="ended the read-only transaction"), access.limited():
        of(access).execute("COMMIT; SELECT 1")
    access.renew()
    with access.limited():
        of(access).execute("SELECT 1")


@pytest.mark.parametrize(
    "statement", ["SET LOCAL role = pg_monitor", "SELECT set_config('role', 'pg_monitor', true)"]
)
def test_a_role_that_a_check_has_taken_ends_with_it(statement: str, access: Access) -> None:
    before = of(access).execute("SELECT current_user").fetchone()
    of(access).execute(statement.encode())
    assert of(access).execute("SELECT current_user").fetchone() == ("pg_monitor",)
    access.renew()
    assert of(access).execute("SELECT current_user").fetchone() == before


def test_only_an_old_transaction_gives_way(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    first = begun(access)
    access.renew()
    assert begun(access) == first
    monkeypatch.setattr("database.LONGEST_TRANSACTION_SECONDS", 0)
    access.renew()
    assert begun(access) != first
    assert of(access).execute(LIMITS).fetchone() == ON_A_LIVE_DATABASE


def test_a_lost_connection_is_a_problem(access: Access, postgresql: psycopg.Connection) -> None:
    end_session(access, postgresql)
    with pytest.raises(psycopg.OperationalError):
        of(access).execute("SELECT 1")
    access.renew()
    assert access.problem == "the connection to the database was lost"
    assert access.kind == "database-unreachable"


def test_a_connection_that_is_lost_between_checks_is_a_problem(
    access: Access, postgresql: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_session(access, postgresql)
    monkeypatch.setattr("database.LONGEST_TRANSACTION_SECONDS", 0)
    access.renew()
    assert access.problem == (
        "the connection to the database was lost: terminating connection due to administrator command"
    )


def test_what_lasts_too_long_is_ended(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("database.LIVE_STATEMENT_SECONDS", 0.2)
    with closing(Access(Reach(dsn, restored=False), 5)) as access:
        with pytest.raises(errors.QueryCanceled), access.limited():
            of(access).execute("SELECT pg_sleep(20)")
        access.renew()
        with pytest.raises(TimeoutError, match=r"no answer within 0\.4 s"), access.limited():
            last(access, 0.6)
        access.renew()
        assert access.problem == "the connection to the database was lost"


def test_closing_ends_the_session_and_may_be_done_twice(access: Access) -> None:
    access.close()
    assert of(access).closed
    access.close()


def test_a_database_that_is_not_there_is_a_problem() -> None:
    access = Access(Reach(NOWHERE, restored=False), 5)
    assert access.problem is not None
    assert access.problem.startswith("the database cannot be reached: ")
    assert access.kind == "database-unreachable"
    assert "\n" not in access.problem
    assert access.connection is None
    access.renew()
    with access.limited():
        access.close()


def test_nothing_is_reached_for_where_there_is_a_problem_already(dsn: str) -> None:
    access = Access(Reach(dsn, restored=True, problem="the restore failed", kind="restore-failed"), 5)
    assert (access.problem, access.kind) == ("the restore failed", "restore-failed")
    assert access.connection is None


@pytest.mark.parametrize("dsn", ["postgresql://u@db:5433/shop", "host=db port=5433 user=u dbname=shop"])
def test_limits_are_added_to_a_dsn(dsn: str) -> None:
    parts = conninfo_to_dict(with_limits(dsn, 7.6))
    assert parts.items() >= conninfo_to_dict(dsn).items()
    assert parts["connect_timeout"] == "8"
    assert parts["application_name"] == APPLICATION_NAME
    assert {"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"} <= set(parts)


def test_what_a_dsn_says_is_kept() -> None:
    said = "connect_timeout=9 application_name=nightly client_encoding=latin1 tcp_user_timeout=1"
    said += " keepalives_idle=1 keepalives_interval=2 keepalives_count=9 host=db"
    assert conninfo_to_dict(with_limits(said, 10)) == conninfo_to_dict(said)


@pytest.mark.parametrize(
    ("said", "seconds", "timeout"),
    [
        *[("33", 10, "10"), ("10", 33, "10"), ("10", 10, "10"), ("9", 10, "9"), ("11", 10, "10")],
        *[("0", 10, "10"), ("-1", 10, "10"), (" 3 ", 10, "3")],
        *[("soon", 10, "soon"), ("1.5", 10, "1.5")],
    ],
)
def test_the_shorter_wait_counts(said: str, seconds: float, timeout: str) -> None:
    """A wait of 0 or less is one without end; what is no number is libpq's to refuse."""
    dsn = f"host=db connect_timeout='{said}'"
    assert conninfo_to_dict(with_limits(dsn, seconds))["connect_timeout"] == timeout


def test_libpq_knows_no_shorter_wait_than_two_seconds() -> None:
    assert conninfo_to_dict(with_limits("host=db", 0.1))["connect_timeout"] == "2"


def test_a_complaint_of_the_server_is_one_line(postgresql: psycopg.Connection) -> None:
    with pytest.raises(psycopg.Error) as caught:
        postgresql.execute("DO $$ BEGIN RAISE E'one\\t  of\\nmany' USING HINT = 'none'; END $$")
    assert reason(caught.value) == "one of"


def test_a_complaint_of_libpq_is_told_for_one_address() -> None:
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(NOWHERE, connect_timeout=2)
    assert str(caught.value).count("\n") > 0
    line = reason(caught.value)
    assert "\n" not in line
    assert line.count("127.0.0.1") == 1


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TimeoutError("no answer within 5 s"), "no answer within 5 s"),
        (TimeoutError(), "TimeoutError"),
        (psycopg.OperationalError(" \n"), "OperationalError"),
    ],
)
def test_an_error_of_no_words_is_told_by_its_name(error: psycopg.Error | TimeoutError, line: str) -> None:
    assert reason(error) == line
