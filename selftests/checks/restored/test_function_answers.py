"""The check of calls: each as its role, with its settings, and with nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from restoring.stage import Stage

if TYPE_CHECKING:
    from selftests.checks.restored.conftest import Look

CHECK = "test_functions_answer"
OTHERWISE = "call-answered-otherwise"

TABLES = """
CREATE TABLE notes (id int PRIMARY KEY, tenant text); INSERT INTO notes VALUES (1, 'a'), (2, 'b');
CREATE FUNCTION add_note() RETURNS int LANGUAGE sql AS 'INSERT INTO notes VALUES (3, NULL) RETURNING id';
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT x FROM nowhere); END';
CREATE FUNCTION nothing() RETURNS int LANGUAGE sql AS 'SELECT NULL::int';
CREATE FUNCTION says() RETURNS text LANGUAGE sql AS $$SELECT current_setting('request.jwt.claims', true)$$;
GRANT INSERT, SELECT ON notes TO {role};
"""


@pytest.fixture(scope="module")
def role(stage: Stage) -> Iterator[str]:
    """A role of the backup, whom the acting one may become."""
    name = "Role of %s"
    stage.roles.ensure(name)
    stage.roles.let_act(stage.actor)
    yield name
    with stage.server.connect("postgres") as admin:
        admin.execute(f'DROP ROLE "{name}"'.encode())


@pytest.fixture(autouse=True)
def notes(admin: psycopg.Connection, role: str) -> Iterator[None]:
    admin.execute(TABLES.replace("{role}", f'"{role}"').encode())
    yield
    admin.execute(f'DROP OWNED BY "{role}"'.encode())


def calls(*entries: str) -> str:
    return "[tables.t]\n" + "".join(f"[[functions.calls]]\n{entry}\n" for entry in entries)


AS_ROLE = 'role = "Role of %s"\n'


@pytest.mark.parametrize(
    "entry",
    [
        'statement = "SELECT add_note()"\nreturns = "3"\n' + AS_ROLE,
        'statement = "SELECT add_note()"\n' + AS_ROLE,
        'statement = "SELECT nothing()"\n',
        'statement = "SELECT true, 1 % 2;"\nreturns = "t"\n',
        'statement = "SELECT says()"\nreturns = "{}"\nsettings = {"request.jwt.claims" = "{}"}\n',
        'statement = "SELECT current_user"\nreturns = "Role of %s"\n' + AS_ROLE,
        "statement = \"DO 'BEGIN END'\"\n",
        'statement = "SELECT count(*) FROM notes"\nreturns = "2"\n' + AS_ROLE,
    ],
)
def test_a_call_that_answers_passes(entry: str, look: Look) -> None:
    looked = look(calls(entry))
    assert looked.message is None
    assert looked.details == {"calls": 1, "bodies": 0}
    assert looked.unverified == [("bodies of 1 plpgsql functions", "the server has no plpgsql_check")]


@pytest.mark.parametrize(
    ("entry", "told", "kind"),
    [
        (
            'statement = "SELECT add_note()"\nreturns = "4"\n' + AS_ROLE,
            "SELECT add_note(): '3', expected '4'",
            OTHERWISE,
        ),
        (
            'statement = "SELECT nothing()"\nreturns = "1"\n',
            "SELECT nothing(): nothing, expected '1'",
            OTHERWISE,
        ),
        (
            'statement = "SELECT 1 WHERE false"\nreturns = "1"\n',
            "SELECT 1 WHERE false: nothing, expected '1'",
            OTHERWISE,
        ),
        (
            'statement = "SELECT  gone()"\n',
            "SELECT gone(): raises 42883 (function gone() does not exist), expected an answer",
            "call-failed",
        ),
        (
            'statement = "SELECT broken()"\n',
            'SELECT broken(): raises 42P01 (relation "nowhere" does not exist), expected an answer',
            "call-failed",
        ),
        (
            'statement = "SELECT add_note()"\n',
            "SELECT add_note(): raises 42501 (permission denied for table notes), expected an answer: "
            "name a role",
            "call-failed",
        ),
        (
            'statement = "SELECT 1"\nrole = "nobody else"\n',
            'SELECT 1: raises 22023 (role "nobody else" does not exist), expected an answer',
            "call-failed",
        ),
    ],
)
def test_a_call_that_does_not_answer_so_fails(entry: str, told: str, kind: str, look: Look) -> None:
    looked = look(calls(entry))
    assert (looked.message, looked.kinds) == (told, [kind])


def test_every_call_is_made_and_undone(admin: psycopg.Connection, look: Look) -> None:
    add = 'statement = "SELECT add_note()"\nreturns = "3"\n' + AS_ROLE
    looked = look(
        calls(add, 'statement = "SELECT gone()"\n', add, 'statement = "SELECT 1"\nreturns = "2"\n')
    )
    assert looked.details["calls"] == 4
    assert (looked.message or "").count("expected") == 2
    assert admin.execute("SELECT count(*) FROM notes").fetchone() == (2,)


def test_without_plpgsql_functions_no_body_is_missed(admin: psycopg.Connection, look: Look) -> None:
    admin.execute("DROP FUNCTION broken()")
    assert look(calls('statement = "SELECT 1"\n')).unverified == []
