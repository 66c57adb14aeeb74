"""What is made of plpgsql_check's answers; a function of its name and shape stands in for it."""

import psycopg
import pytest

from judging.bodies import Complaint, complaints, findings, gaps

STAND_IN = """
CREATE SCHEMA "Its home";
CREATE FUNCTION "Its home".plpgsql_check_function_tb(
    funcoid regprocedure, relid regclass, fatal_errors bool, other_warnings bool, extra_warnings bool
) RETURNS TABLE (level text, sqlstate text, message text) LANGUAGE sql AS $$
    VALUES ('error', '42P01', relid::oid::regclass::text), ('warning', '00000', 'unused variable')
$$;
CREATE TABLE t (); CREATE TABLE u ();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS 'BEGIN CREATE  TEMP TABLE x (); END';
CREATE FUNCTION acts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION stands_nowhere() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION on_events() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE TRIGGER a AFTER INSERT ON t EXECUTE FUNCTION acts();
CREATE TRIGGER b AFTER DELETE ON t EXECUTE FUNCTION acts();
CREATE TRIGGER a AFTER INSERT ON u EXECUTE FUNCTION acts();
"""


@pytest.fixture
def functions(postgresql: psycopg.Connection) -> list[int]:
    postgresql.execute(STAND_IN.encode())
    asked = postgresql.execute(
        "SELECT oid::bigint FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    return [number for (number,) in asked.fetchall()]


def test_errors_alone_count_and_triggers_are_looked_at_on_each_table(
    postgresql: psycopg.Connection, functions: list[int]
) -> None:
    assert sorted(complaints(postgresql, functions, "Its home")) == [
        Complaint("acts()", "42P01", "t", False),
        Complaint("acts()", "42P01", "u", False),
        Complaint("f()", "42P01", "-", False),
        Complaint("g()", "42P01", "-", True),
    ]


def test_bodies_see_every_schema(postgresql: psycopg.Connection, functions: list[int]) -> None:
    complaints(postgresql, functions, "Its home")
    assert postgresql.execute("SHOW search_path").fetchone() == ('public, "Its home"',)


def test_without_a_home_nothing_is_asked(postgresql: psycopg.Connection) -> None:
    assert complaints(postgresql, [1], None) == []


def test_a_body_that_makes_tables_is_not_judged() -> None:
    told = [Complaint("f(integer)", "42P01", "no x", True), Complaint("g()", "42703", "no y", False)]
    assert findings(told) == ["g(): its body raises 42703 (no y), expected one that runs"]
    assert [each.kind for each in findings(told)] == ["function-body-broken"]
    assert [what for what, _ in gaps([1, 2], "home", told)] == ["body of f(integer)"]


@pytest.mark.parametrize(("functions", "home", "told"), [([], None, 0), ([1], None, 1), ([1], "home", 0)])
def test_what_is_not_looked_at_is_told(functions: list[int], home: str | None, told: int) -> None:
    assert len(gaps(functions, home)) == told
