"""Whether one tenant can write for another: each way is tried, and undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
from psycopg import sql

from judging.acting import Answer, Person, act, act_and_look, complaint
from judging.ownership import NOBODY, Place

_COUNT = "SELECT count(*) FROM {table} WHERE {column}::text = %s"
_CHANGE = "UPDATE {table} SET {column} = {column} WHERE {column}::text = %s"
_CHANGE_BLINDLY = "UPDATE {table} SET {column} = {value}"
_DELETE = "DELETE FROM {table} WHERE {column}::text = %s"
_ONE = "SELECT {columns} FROM {table} WHERE {column}::text = %s LIMIT 1"
_INSERT = "INSERT INTO {table} ({columns}) VALUES ({values})"


@dataclass(frozen=True)
class Aim:
    """Who writes for whom, and how many rows each tenant owns."""

    person: Person
    victim: str
    place: Place
    own: str
    other: str
    rows: Mapping[str, int]


@dataclass
class Outcomes:
    """What was possible, what could not be told, and which commands were refused."""

    findings: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def take(self, command: str, done: bool | None, what: str, answer: Answer) -> None:
        """`done` says whether the write went through, None that another thing stopped it."""
        if done:
            self.findings.append(what)
        elif done is None:
            assert answer.error is not None
            self.untold.append(f"{command}: {complaint(answer.error)}")
        elif command not in self.refused:
            self.refused.append(command)


def attempt_writes(database: psycopg.Connection, acting: psycopg.Connection, aim: Aim) -> Outcomes:
    """Tries what was granted; `database` reads everything, `acting` becomes the tenant."""
    outcomes = Outcomes()
    lacking = [command for command in ("INSERT", "UPDATE", "DELETE") if command not in aim.place.writes]
    if lacking:
        outcomes.untold.append(f"{aim.person.role} was not granted {', '.join(lacking)}")
    if "INSERT" in aim.place.writes:
        _insert(database, acting, aim, outcomes)
    if "UPDATE" in aim.place.writes:
        _change(acting, aim, outcomes)
        _move(acting, aim, outcomes)
    if "DELETE" in aim.place.writes:
        answer = act(acting, aim.person, aim.place.filled(_DELETE), [aim.other])
        what = f"{aim.person.label} can DELETE rows of {aim.victim}"
        outcomes.take("DELETE", _went_through(answer), what, answer)
    return outcomes


def _change(acting: psycopg.Connection, aim: Aim, outcomes: Outcomes) -> None:
    """Also without a condition, which asks no policy for SELECT: then its own rows alone may change."""
    what = f"{aim.person.label} can UPDATE rows of others"
    answer = act(acting, aim.person, aim.place.filled(_CHANGE), [aim.other])
    done = _went_through(answer)
    if not done:
        most = aim.rows[aim.own] + aim.rows.get(NOBODY, 0)
        answer = act(acting, aim.person, aim.place.filled(_CHANGE_BLINDLY), [aim.own])
        done = _went_through(answer, most)
    outcomes.take("UPDATE", done, what, answer)


def _move(acting: psycopg.Connection, aim: Aim, outcomes: Outcomes) -> None:
    statement = (aim.place.filled(_CHANGE_BLINDLY), [aim.other])
    what = f"{aim.person.label} can UPDATE its rows so that they are {aim.victim}'s"
    _give_away(acting, aim, statement, ("UPDATE", what), outcomes)


def _insert(database: psycopg.Connection, acting: psycopg.Connection, aim: Aim, outcomes: Outcomes) -> None:
    place = aim.place
    texts = [sql.SQL("{}::text").format(sql.Identifier(name)) for name in place.insertable]
    casts = [sql.SQL("%s::{}").format(sql.SQL(cast(Any, kind))) for kind in place.insertable.values()]
    one = place.filled(_ONE, columns=sql.SQL(", ").join(texts))
    names = sql.SQL(", ").join(map(sql.Identifier, place.insertable))
    insert = place.filled(_INSERT, columns=names, values=sql.SQL(", ").join(casts))
    row = database.execute(one, [aim.other]).fetchall()[0]
    what = f"{aim.person.label} can INSERT rows for {aim.victim}"
    _give_away(acting, aim, (insert, row), ("INSERT", what), outcomes)


def _give_away(
    acting: psycopg.Connection,
    aim: Aim,
    statement: tuple[sql.Composed, Sequence[Any]],
    said: tuple[str, str],
    outcomes: Outcomes,
) -> None:
    """A trigger may have put the tenant right, so the table's owner counts what the other has then."""
    look = (aim.place.filled(_COUNT), [aim.other])
    answer, seen = act_and_look(acting, aim.person, statement, aim.place.owner, look)
    done = _went_through(answer)
    if done and answer.error is not None and aim.place.triggered:
        done = None
    elif done and seen.rows and seen.rows[0][0] <= aim.rows[aim.other]:
        done = False
    outcomes.take(said[0], done, said[1], answer)


def _went_through(answer: Answer, most: int = 0) -> bool | None:
    """Whether more than `most` rows were written; None where neither policy nor constraint said so."""
    if answer.error is None:
        return answer.touched > most
    if answer.let_through:
        return True
    return False if answer.refused_by_policy else None
