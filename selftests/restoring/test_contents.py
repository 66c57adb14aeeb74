"""A table of contents says what is prepared, what is left out, and who owns what."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from restoring import contents
from restoring.archive import Archive, Entry
from restoring.owners import new_owner, safe_form

BLANK: dict[str, Any] = {
    "section": None,
    "namespace": "",
    "owner": "",
    "definition": "",
    "drop": "",
    "copy": "",
    "dependencies": (),
    "had_data": False,
    "offset": None,
    "file_name": None,
}


def entry(number: int, kind: str, tag: str, **values: Any) -> Entry:
    return Entry(id=number, kind=kind, tag=tag, **BLANK | values)


def archive(*entries: Entry) -> Archive:
    return Archive(
        "custom", (1, 16, 0), "gzip", datetime(2026, 1, 1, tzinfo=UTC), "app", "18.6", "18.6", entries
    )


def extension(name: str, schema: str) -> Entry:
    definition = f'CREATE EXTENSION IF NOT EXISTS "{name}" WITH SCHEMA {schema};\n'
    return entry(1, "EXTENSION", name, definition=definition)


@pytest.mark.parametrize(
    ("schema", "name"), [("public", "public"), ('"My schema"', "My schema"), ('"a ""b"" c"', 'a "b" c')]
)
def test_an_extension_comes_with_its_schema(schema: str, name: str) -> None:
    assert contents.extensions(archive(extension("uuid-ossp", schema))) == {"uuid-ossp": name}


def test_an_extension_may_come_without_a_schema() -> None:
    old = entry(1, "EXTENSION", "hstore", definition="CREATE EXTENSION hstore;")
    assert contents.extensions(archive(old)) == {"hstore": None}


@pytest.mark.parametrize(
    ("kind", "definition", "schemas"),
    [
        ("POLICY", "CREATE POLICY p ON public.t USING ((auth.uid() = owner));", ["auth"]),
        ("TABLE", "CREATE TABLE public.t (v extensions.vector(3));", ["extensions"]),
        (
            "FK CONSTRAINT",
            "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES auth.users(id);",
            ["auth"],
        ),
        ("FUNCTION", 'CREATE FUNCTION f() AS $$ SELECT "storage"."foldername"(1) $$', ["storage"]),
        ("POLICY", "CREATE POLICY p ON public.t USING (my_auth.uid());", []),
        ("POLICY", "CREATE POLICY p ON public.t USING (public.auth.uid);", []),
        ("COMMENT", "COMMENT ON TABLE t IS 'auth.users';", []),
    ],
)
def test_what_definitions_reach_into_is_prepared(kind: str, definition: str, schemas: list[str]) -> None:
    assert contents.platform_schemas(archive(entry(1, kind, "x", definition=definition))) == schemas


def test_what_the_archive_brings_is_not_prepared() -> None:
    policy = entry(2, "POLICY", "p", definition="USING (auth.uid() = extensions.uuid_nil());")
    assert contents.platform_schemas(archive(policy)) == ["auth", "extensions"]
    brought = archive(entry(1, "SCHEMA", "auth"), extension("uuid-ossp", "extensions"), policy)
    assert contents.platform_schemas(brought) == []


def test_names_in_extensions_tell_which_extensions() -> None:
    table = entry(
        1,
        "TABLE",
        "t",
        definition="CREATE TABLE t (v extensions.vector(3), id uuid DEFAULT extensions.uuid_generate_v4(), "
        "x extensions.ours, y public.citext);",
    )
    assert contents.platform_extensions(archive(table)) == ["uuid-ossp", "vector"]


@pytest.mark.parametrize(
    ("kind", "definition", "left_out"),
    [
        ("EVENT TRIGGER", "", True),
        ("SUBSCRIPTION", "", True),
        ("SECURITY LABEL", "", True),
        ("PUBLICATION", "CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert');", True),
        ("PUBLICATION", "CREATE PUBLICATION p WITH (publish = 'insert');", False),
        ("POLICY", "CREATE POLICY p ON public.t;", False),
        ("ROW SECURITY", "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;", False),
        ("TRIGGER", "", False),
        ("TABLE DATA", "", False),
        ("CONSTRAINT", "", False),
    ],
)
def test_what_never_runs_is_left_out_with_a_reason(kind: str, definition: str, left_out: bool) -> None:
    found = contents.left_out(archive(entry(7, kind, "x", definition=definition)))
    assert [item.entry.id for item in found] == ([7] if left_out else [])
    assert all(item.why for item in found)


def test_comments_and_grants_go_with_what_they_are_on() -> None:
    whole = archive(
        entry(1, "EVENT TRIGGER", "e"),
        entry(2, "COMMENT", "EVENT TRIGGER e", dependencies=(1,)),
        entry(3, "ACL", "e", dependencies=(1,)),
        entry(4, "COMMENT", "TABLE t", dependencies=(9,)),
        entry(5, "TABLE", "t", dependencies=(1,)),
    )
    assert contents.with_belongings(whole, {1}) == {1, 2, 3}
    assert contents.with_belongings(whole, set()) == set()


def test_wrappers_are_those_defined_and_those_of_servers() -> None:
    whole = archive(
        entry(1, "FOREIGN DATA WRAPPER", "mine"),
        entry(2, "SERVER", "far", definition='CREATE SERVER far FOREIGN DATA WRAPPER "Its own";'),
    )
    assert contents.wrappers(whole) == ["Its own", "mine"]


def test_keys_to_the_platform_and_grants_of_others_are_run_by_us() -> None:
    add = "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES {}(id);"
    by_other = "SET SESSION AUTHORIZATION app;\nGRANT SELECT ON TABLE t TO x;\nRESET SESSION AUTHORIZATION;"
    whole = archive(
        entry(1, "FK CONSTRAINT", "k", definition=add.format("auth.users")),
        entry(2, "FK CONSTRAINT", "k", definition=add.format("public.users")),
        entry(3, "ACL", "t", definition="GRANT SELECT ON TABLE t TO x;"),
        entry(4, "ACL", "t", definition=by_other),
        entry(5, "FUNCTION", "f", definition="SET SESSION AUTHORIZATION app;"),
    )
    assert [each.id for each in contents.run_by_us(whole, {"auth"})] == [1, 4]
    assert [each.id for each in contents.run_by_us(whole, ())] == [4]


def test_a_script_says_its_encoding_first() -> None:
    encoding = entry(1, "ENCODING", "ENCODING", definition="SET client_encoding = 'LATIN1';\n")
    key = entry(2, "FK CONSTRAINT", "k", definition='ALTER TABLE "\udce9" ADD x;')
    text = contents.script(archive(encoding, key), [key])
    assert text == b"SET client_encoding = 'LATIN1';\n\nALTER TABLE \"\xe9\" ADD x;\n"


@pytest.mark.parametrize(
    ("kind", "tag", "prepared"),
    [
        ("EXTENSION", "vector", True),
        ("COMMENT", "EXTENSION vector", True),
        ("FOREIGN DATA WRAPPER", "w", True),
        ("COMMENT", "TABLE extension", False),
        ("TABLE", "EXTENSION ", False),
        ("SCHEMA", "extensions", False),
    ],
)
def test_what_was_prepared_is_not_restored_again(kind: str, tag: str, prepared: bool) -> None:
    assert contents.prepared(entry(1, kind, tag)) is prepared


def test_rows_without_their_table_belong_to_an_extension() -> None:
    whole = archive(
        entry(1, "TABLE", "t", namespace="public"),
        entry(2, "TABLE DATA", "t", namespace="public"),
        entry(3, "FOREIGN TABLE", "f", namespace="public"),
        entry(4, "TABLE DATA", "f", namespace="public"),
        entry(5, "TABLE DATA", "job", namespace="cron"),
        entry(6, "TABLE DATA", "t", namespace="cron"),
    )
    assert [each.id for each in contents.foreign_data(whole)] == [5, 6]
    assert [each.id for each in contents.tables(whole)] == [1]


OWNED = [
    (entry(1, "SCHEMA", "My schema"), b'SCHEMA "My schema"'),
    (entry(1, "TABLE", 't"t', namespace="public"), b'TABLE "public"."t""t"'),
    (entry(1, "VIEW", "v; DROP TABLE t", namespace="public"), b'VIEW "public"."v; DROP TABLE t"'),
    (
        entry(1, "FUNCTION", "f(integer)", drop="DROP FUNCTION public.f(a integer);\n"),
        b"FUNCTION public.f(a integer)",
    ),
    (
        entry(1, "OPERATOR", "=>", drop="DROP OPERATOR public.=> (int, int);\n"),
        b"OPERATOR public.=> (int, int)",
    ),
    (entry(1, "BLOB", "16411"), b"LARGE OBJECT 16411"),
    (entry(1, "TYPE", "caf\udce9", namespace="public"), b'TYPE "public"."caf\xe9"'),
]


@pytest.mark.parametrize(("owned", "target"), OWNED, ids=[owned.kind for owned, _ in OWNED])
def test_an_owner_is_given_by_a_statement_that_may_be_run(owned: Entry, target: bytes) -> None:
    given = replace(owned, owner='the "app"')
    (statement,) = contents.owner_statements(archive(given))
    assert statement == b'ALTER %s OWNER TO "the ""app"""' % target
    assert new_owner(statement) == 'the "app"'


def test_large_objects_of_one_entry_have_one_owner() -> None:
    many = entry(1, "BLOB METADATA", "7..9", owner="app", definition="7\n8\n9; DROP TABLE t\n")
    assert contents.owner_statements(archive(many)) == [
        b'ALTER LARGE OBJECT 7 OWNER TO "app"',
        b'ALTER LARGE OBJECT 8 OWNER TO "app"',
    ]


@pytest.mark.parametrize(
    "without",
    [
        entry(1, "TABLE", "t", namespace="public"),
        entry(1, "TABLE DATA", "t", namespace="public", owner="app"),
        entry(1, "EVENT TRIGGER", "e", owner="app"),
        entry(1, "ACL", "t", owner="app"),
        entry(1, "FUNCTION", "f()", owner="app", drop="CREATE FUNCTION f()"),
        entry(
            1,
            "PUBLICATION",
            "p",
            owner="app",
            drop="DROP PUBLICATION p",
            definition="CREATE PUBLICATION p FOR ALL ",
        ),
    ],
    ids=["no owner", "rows", "event trigger", "grant", "odd drop", "left out"],
)
def test_nothing_else_is_given_an_owner(without: Entry) -> None:
    assert contents.owner_statements(archive(without)) == []


@pytest.mark.parametrize(
    "drop",
    [
        "DROP FUNCTION f(); DROP TABLE t;",
        "DROP FUNCTION pg_catalog.pg_read_file(text);",
        "DROP FUNCTION f() OWNER TO x, ENABLE;",
        "DROP TABLE t DISABLE ROW LEVEL SECURITY, ;",
    ],
)
def test_an_odd_drop_makes_no_statement_that_is_run(drop: str) -> None:
    (statement,) = contents.owner_statements(archive(entry(1, "FUNCTION", "f()", owner="app", drop=drop)))
    assert safe_form(statement, {"app"}) is None
