"""Pinned settings: there while they are wanted, gone afterwards, even when a statement fails."""

import psycopg
import pytest
from psycopg import sql

from reference.pinned import limited, pinned, why

ZONE = "SELECT current_setting('timezone'), current_setting('statement_timeout')"


def test_settings_are_pinned_and_put_back(postgresql: psycopg.Connection) -> None:
    postgresql.execute("SET LOCAL timezone = 'Asia/Tokyo'; SET LOCAL statement_timeout = '7s'")
    with pinned(postgresql):
        assert limited(postgresql, sql.SQL(ZONE), 3) == [("UTC", "3s")]
    assert postgresql.execute(ZONE).fetchall() == [("Asia/Tokyo", "7s")]


def test_a_failure_leaves_the_transaction_as_it_was(postgresql: psycopg.Connection) -> None:
    postgresql.execute("SET LOCAL timezone = 'Asia/Tokyo'")
    with pinned(postgresql):
        with pytest.raises(psycopg.errors.UndefinedTable):
            limited(postgresql, sql.SQL("SELECT * FROM nowhere"), 3)
        assert limited(postgresql, sql.SQL("SELECT 1"), 3) == [(1,)]
    assert postgresql.execute("SHOW timezone").fetchall() == [("Asia/Tokyo",)]


def test_locks_are_released_with_the_answer(postgresql: psycopg.Connection) -> None:
    postgresql.execute("CREATE TABLE t (id int)")
    postgresql.commit()
    limited(postgresql, sql.SQL("SELECT * FROM t"), 3)
    held = "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND pid = pg_backend_pid()"
    assert postgresql.execute(held).fetchall() == [(0,)]


def test_a_statement_ends_at_its_limit(postgresql: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.QueryCanceled) as caught:
        limited(postgresql, sql.SQL("SELECT pg_sleep(30)"), 0.01)
    assert why(caught.value) == "the time limit was reached"


def test_no_value_is_told_in_a_reason(postgresql: psycopg.Connection) -> None:
    with pytest.raises(psycopg.DataError) as caught:
        postgresql.execute("SELECT 'secret'::text::int")
    assert why(caught.value) == "a value has no text that can be compared (SQLSTATE 22P02)"
