"""What a backup takes from an owner stays taken, though a change of owner hands all rights on."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from judging.catalogue import definitions_of
from reference.definitions import Definition, Ours, read_definitions
from restoring.restored import Restored
from restoring.revoked import concerns_one, grants_in, taken_again
from restoring.script import ScriptError
from restoring.server import Server

Dump = Callable[..., Path]
Restore = Callable[..., AbstractContextManager[Restored]]
Source = Callable[..., None]

OWNED = """
do $$begin create role keeper; create role "of 50%"; exception when duplicate_object then null; end$$;
create schema s; alter schema s owner to keeper;
create table s.t (id int, "My a" int); alter table s.t owner to keeper; revoke delete on s.t from keeper;
create table s.columns (id int, "My a" int); alter table s.columns owner to keeper;
revoke all on s.columns from keeper; grant select (id), update ("My a") on s.columns to keeper;
create table s.shared (id int); alter table s.shared owner to keeper;
grant select on s.shared to "of 50%"; revoke all on s.shared from keeper;
create view s."o'dd" as select 1; alter view s."o'dd" owner to "of 50%";
revoke all on s."o'dd" from "of 50%"; grant select on s."o'dd" to "of 50%";
create sequence s.q; alter sequence s.q owner to keeper; revoke usage on sequence s.q from keeper;
create function s.f(a int, b text) returns int language sql as 'select 1';
alter function s.f owner to keeper; revoke all on function s.f from keeper, public;
create domain s.d as int; alter domain s.d owner to keeper; revoke all on domain s.d from keeper;
create table s.untouched (id int); alter table s.untouched owner to keeper;
grant select on s.untouched to "of 50%";
revoke create on schema s from keeper;
select lo_from_bytea(77, 'x'); alter large object 77 owner to keeper;
revoke update on large object 77 from keeper;
"""
OWNS = b"ALTER TABLE s.t OWNER TO x"
REVOKES, GRANTS = b"REVOKE ALL ON TABLE s.t FROM x", b"GRANT SELECT ON TABLE s.t TO x"
OF_ROUTINE = b"REVOKE ALL ON FUNCTION s.f(a integer) FROM x"
OF_SERVER = b"REVOKE ALL ON FOREIGN SERVER f FROM x"


def rights(definitions: Iterable[Definition]) -> set[Definition]:
    """Grants and owners of what the backup holds; public and the server's own belong to others."""
    named = ("schema s", " s.", "77")
    return {
        each
        for each in definitions
        if each.kind in ("grant", "owner") and any(name in f" {each.identity}" for name in named)
    }


@pytest.mark.parametrize("options", [["-Fc"], []], ids=["archive", "plain"])
def test_owners_have_the_rights_that_they_had(
    server: Server, source: Source, dump: Dump, restoring: Restore, options: list[str]
) -> None:
    name = f"owned{len(options)}"
    source(name, OWNED)
    with psycopg.connect(server.dsn(name)) as admin:
        expected = rights(read_definitions(admin, Ours()))
    with restoring(dump(name, *options)) as restored, psycopg.connect(restored.dsn) as reader:
        assert (restored.loss, restored.omissions) == (None, [])
        assert rights(definitions_of(reader, restored.facts(1))) == expected
    assert len(expected) > 15


@pytest.mark.parametrize(
    ("statements", "again"),
    [
        ([OWNS, REVOKES, GRANTS], [REVOKES, GRANTS]),
        ([REVOKES, GRANTS, OWNS], [REVOKES, GRANTS]),
        ([b'ALTER VIEW "s"."t" OWNER TO "x"', REVOKES], [REVOKES]),
        ([b"ALTER AGGREGATE s.f(a integer) OWNER TO x", OF_ROUTINE], [OF_ROUTINE]),
        ([b"ALTER SERVER f OWNER TO x", OF_SERVER], [OF_SERVER]),
        ([OWNS, GRANTS], []),
        ([REVOKES, GRANTS], []),
        ([OWNS, REVOKES.replace(b"x", b"y")], []),
        ([OWNS, REVOKES.replace(b"s.t", b"s.u")], []),
        ([OWNS, REVOKES.replace(b"TABLE", b"FUNCTION")], []),
        ([OWNS, b"ALTER TABLE s.t OWNER TO y", REVOKES], []),
        ([b"ALTER TABLE t OWNER TO x", b"REVOKE ALL ON TABLE t FROM x"], []),
        ([b"ALTER FUNCTION s.f(a text) OWNER TO x", OF_ROUTINE], []),
    ],
)
def test_only_what_is_said_of_an_owners_own_is_repeated(
    statements: list[bytes], again: list[bytes]
) -> None:
    assert taken_again(statements) == again


@pytest.mark.parametrize(
    "statement",
    [
        b"GRANT a TO b",
        b"REVOKE ALL ON TABLE s.t FROM x; DROP TABLE s.t",
        b"GRANT SELECT ON TABLE s.t TO x, y",
        b"ALTER TABLE s.t OWNER TO x",
        b"GRANT SELECT ON ALL TABLES IN SCHEMA s TO x",
        b"SELECT 'REVOKE ALL ON TABLE s.t FROM x'",
    ],
)
def test_nothing_but_one_grant_on_one_thing_is_taken(statement: bytes) -> None:
    assert not concerns_one(statement)


def test_what_others_granted_is_not_the_owners_to_take() -> None:
    own = "REVOKE ALL ON TABLE s.t FROM x;\nGRANT SELECT ON TABLE s.t TO x;\n"
    others = "SET SESSION AUTHORIZATION y;\nGRANT DELETE ON TABLE s.t TO x;\nRESET SESSION AUTHORIZATION;\n"
    assert grants_in([own + others, "COMMENT ON TABLE s.t IS 'REVOKE';"]) == [REVOKES, GRANTS]


def test_a_definition_that_is_damaged_is_an_error() -> None:
    with pytest.raises(ScriptError):
        grants_in(['REVOKE ALL ON TABLE "s.t FROM x;'])
