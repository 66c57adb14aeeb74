"""Becoming somebody for one statement."""

import psycopg
import pytest
from psycopg import sql

from judging.acting import CannotBecome, Person, act, act_and_look, complaint

MEMBER = Person("tenant 1", "authenticated", "request.jwt.claims", '{"sub": 7}')
WHO = sql.SQL("SELECT current_user, auth.uid()").format()
ADD = sql.SQL("INSERT INTO notes (id, org) VALUES (%s, 1)").format()
COUNT = sql.SQL("SELECT count(*) FROM notes").format()


def test_a_statement_is_run_as_somebody_and_undone(project: psycopg.Connection) -> None:
    assert act(project, MEMBER, WHO, []).rows == [("authenticated", 7)]
    setting = project.execute(
        "SELECT current_user = session_user, current_setting('request.jwt.claims', true)"
    )
    assert setting.fetchone() in ((True, None), (True, ""))


def test_an_owner_looks_before_all_is_undone(project: psycopg.Connection) -> None:
    project.execute("CREATE POLICY p ON notes FOR INSERT WITH CHECK (true)")
    owner = project.info.user
    done, seen = act_and_look(project, MEMBER, (ADD, [11]), owner, (COUNT, []))
    assert (done.touched, seen.rows) == (1, [(11,)])
    assert project.execute(COUNT).fetchone() == (10,)


def test_refusals_are_told_apart(project: psycopg.Connection) -> None:
    assert act(project, MEMBER, ADD, [11]).refused_by_policy
    project.execute("CREATE POLICY p ON notes FOR INSERT WITH CHECK (true)")
    double = act(project, MEMBER, ADD, [1])
    assert (double.let_through, double.refused_by_policy) == (True, False)
    project.execute("REVOKE INSERT ON notes FROM authenticated")
    missing = act(project, MEMBER, ADD, [11])
    assert (missing.state, missing.refused_by_policy, missing.let_through) == ("42501", False, False)


def test_who_is_not_there_cannot_be_become(project: psycopg.Connection) -> None:
    with pytest.raises(CannotBecome, match="^cannot become nobody_here: "):
        act(project, Person("x", "nobody_here", "request.jwt.claims", ""), WHO, [])
    assert project.execute("SELECT 1").fetchone() == (1,), "the transaction goes on"


def test_time_is_limited(project: psycopg.Connection) -> None:
    project.execute("SET LOCAL statement_timeout = '20ms'")
    assert act(project, MEMBER, sql.SQL("SELECT pg_sleep(5)").format(), []).too_long


def test_a_complaint_quotes_no_value(project: psycopg.Connection) -> None:
    value = act(project, MEMBER, sql.SQL("SELECT 'S3CRET'::int").format(), []).error
    name = act(project, MEMBER, sql.SQL("SELECT nothing").format(), []).error
    assert value is not None
    assert name is not None
    assert complaint(value) == "InvalidTextRepresentation (22P02)"
    assert complaint(name) == 'column "nothing" does not exist'
