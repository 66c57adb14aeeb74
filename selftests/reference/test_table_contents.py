"""Contents: the same wherever the same is held, and another as soon as anything differs."""

import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from reference.contents import OBJECTS, Asked, Contents, Skipped, read_contents, read_newest
from reference.tables import FORMULAS, Formula, read_tables
from restoring.guarded import Guarded
from restoring.programs import candidates
from restoring.server import Server, serving

VALUES = (Path(__file__).parent / "values.sql").read_text(encoding="utf-8")
SETTINGS = (
    "datestyle = 'German, DMY'",
    "timezone = 'Asia/Kathmandu'",
    "intervalstyle = 'iso_8601'",
    "bytea_output = 'escape'",
    "extra_float_digits = -5",
    "search_path = 'nowhere'",
)
ODD = """
CREATE SCHEMA "odd.schema";
CREATE TABLE "odd.schema"."qu""oted {} %s" ("a b" int, "SELECT" text);
INSERT INTO "odd.schema"."qu""oted {} %s" VALUES (1, 'x');
CREATE TABLE nothing ();
INSERT INTO nothing SELECT FROM generate_series(1, 3);
CREATE TABLE parent (id int, gone int);
ALTER TABLE parent DROP COLUMN gone;
CREATE TABLE child (more text) INHERITS (parent);
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (3, 'c');
CREATE TABLE parts (id int) PARTITION BY RANGE (id);
CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1), (11), (12);
CREATE UNLOGGED TABLE unlogged AS SELECT 1 AS id;
CREATE TEMPORARY TABLE fleeting AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW seen AS SELECT 1 AS id;
CREATE VIEW looked AS SELECT 1 AS id;
"""


@pytest.fixture(scope="module")
def older() -> Iterator[Server]:
    """The oldest PostgreSQL of this machine that has all the types; maybe the same as the other."""
    known = [found for found in candidates(None) if found.major >= 14]
    with serving(min(known, key=lambda found: found.version)) as running:
        yield running


@pytest.fixture(scope="module")
def typed(older: Server) -> str:
    """A database with a table for each type, whose usual settings are none of ours."""
    return filled(older, "typed", VALUES, settings=SETTINGS)


def filled(
    server: Server, name: str, text: str, encoding: str = "UTF8", settings: tuple[str, ...] = ()
) -> str:
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE 'C'")
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(create.format(sql.Identifier(name), sql.Literal(encoding)))
    with psycopg.connect(server.dsn(name), autocommit=True, client_encoding="utf8") as connection:
        connection.execute(text.encode())
        for setting in settings:
            connection.execute(f"ALTER DATABASE {name} SET {setting}".encode())
    return server.dsn(name)


def client(server: Server, program: str, database: str, *options: str | Path) -> None:
    target = make_conninfo(server.dsn(database), password=None)
    command = [server.programs.bin / program, *options, "-d", target]
    environment = {"PGPASSWORD": server.password}
    done = subprocess.run(command, check=False, capture_output=True, env=environment, text=True)
    assert done.returncode == 0, done.stderr


def contents(dsn: str, formula: Formula | None = None, jobs: int = 1) -> Contents:
    connections = [psycopg.connect(dsn, autocommit=True, client_encoding="utf8") for _ in range(jobs)]
    try:
        for connection in connections:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute("SET LOCAL lock_timeout = '50ms'")
        labels = [OBJECTS, *(table.label for table in read_tables(connections[0]))] if formula else []
        return read_contents(connections, Asked(60, formulas={name: formula for name in labels if formula}))
    finally:
        for connection in connections:
            connection.close()


def checksum(connection: psycopg.Connection, table: str = "public.t") -> tuple[int, str]:
    """Of one table, in the transaction of this connection."""
    (found,) = read_contents([connection], Asked(60, only=[table])).tables.values()
    return found.rows, found.checksum


@pytest.fixture
def table(postgresql: psycopg.Connection) -> psycopg.Connection:
    """A connection whose database has one table, t."""
    postgresql.execute("CREATE TABLE t (id int, a text, b text, n bigint)")
    postgresql.execute("INSERT INTO t SELECT i, 'a' || i, 'b' || i, i FROM generate_series(1, 50) AS i")
    return postgresql


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_type_survives_a_dump_into_another_version(
    formula: Formula, typed: str, older: Server, server: Server, tmp_path: Path
) -> None:
    client(older, "pg_dump", "typed", "-Fc", "-f", tmp_path / "dump")
    target = filled(server, f"survived_{formula}", "")
    client(server, "pg_restore", f"survived_{formula}", "--no-owner", tmp_path / "dump")
    before, after = contents(typed, formula=formula), contents(target, formula=formula)
    assert len(before.tables) > 50
    assert after == before
    assert before.skipped == []


def test_every_type_is_the_same_when_made_in_another_version(typed: str, server: Server) -> None:
    """What a newer server holds and an older one gets, without the dump that the older cannot read."""
    newer = filled(server, "newer", "CREATE TYPE earlier AS ENUM ('x');" + VALUES)
    assert contents(newer) == contents(typed)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_two_values_of_a_type_are_the_same(formula: Formula, server: Server) -> None:
    each = """
    DO $$ DECLARE made record; BEGIN
        FOR made IN SELECT types.name, n
            FROM types, generate_subscripts(values || ARRAY[NULL]::text[], 1) AS n
        LOOP
            EXECUTE format('CREATE TABLE %I AS SELECT "of" FROM %I WHERE id = %s',
                'w/' || made.name || '/' || made.n, 'v_' || made.name, made.n);
            EXECUTE format('INSERT INTO %I SELECT NULL WHERE NOT EXISTS (SELECT FROM %1$I)',
                'w/' || made.name || '/' || made.n);
        END LOOP;
    END $$
    """
    found = contents(filled(server, f"apart_{formula}", VALUES + each), formula=formula).tables
    values = {name: made.checksum for name, made in found.items() if name.startswith("public.w/")}
    alike = [
        pair
        for pair in combinations(sorted(values), 2)
        if values[pair[0]] == values[pair[1]] and pair[0].split("/")[1] == pair[1].split("/")[1]
    ]
    assert alike == []
    assert len(values) > 150


@pytest.mark.parametrize("encoding", ["LATIN1", "UTF8"])
@pytest.mark.parametrize("formula", FORMULAS)
def test_texts_are_the_same_in_another_encoding(
    formula: Formula, encoding: str, server: Server, tmp_path: Path
) -> None:
    text = """
    CREATE TYPE mood AS ENUM ('größer');
    CREATE TABLE "Größen" ("ä" text, "z" varchar(9), "ö" char(4), n name, e mood, l text[], j json);
    INSERT INTO "Größen" VALUES ('äöü', 'ß', 'é', 'ñ', 'größer', '{ä,b}', '{"ä": "ö"}');
    INSERT INTO "Größen" VALUES ('', '', '', '', NULL, '{}', 'null');
    """
    latin = filled(server, "latin", text, "LATIN1")
    client(server, "pg_dump", "latin", "-Fc", "-f", tmp_path / "dump")
    target = filled(server, "other_encoding", "", encoding)
    client(server, "pg_restore", "other_encoding", "--no-owner", tmp_path / "dump")
    found = contents(target, formula=formula)
    assert found == contents(latin, formula=formula)
    assert found.tables["public.Größen"].rows == 2


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE t SET a = 'A1' WHERE id = 1",
        "UPDATE t SET a = '' WHERE id = 1; UPDATE t SET a = NULL WHERE id = 1",
        "UPDATE t SET a = b, b = a WHERE id = 1",
        "UPDATE t SET a = CASE id WHEN 1 THEN 'a2' ELSE 'a1' END WHERE id IN (1, 2)",
        "UPDATE t SET n = CASE id WHEN 1 THEN 2 ELSE 1 END WHERE id IN (1, 2)",
        "UPDATE t SET a = (SELECT o.a FROM t AS o WHERE o.id = t.id % 50 + 1)",
        "UPDATE t SET n = n + 4294967296 WHERE id = 7",
        "DELETE FROM t WHERE id = 1; INSERT INTO t SELECT * FROM t WHERE id = 2",
        "DELETE FROM t WHERE id = 1",
        "INSERT INTO t SELECT * FROM t WHERE id = 1",
        "INSERT INTO t SELECT o.* FROM t AS o, generate_series(1, 2)",
        "INSERT INTO t VALUES (NULL, NULL, NULL, NULL)",
    ],
)
def test_damage_to_rows_is_noticed(damage: str, table: psycopg.Connection) -> None:
    before = checksum(table)
    table.execute(damage.encode())
    assert checksum(table) != before


@pytest.mark.parametrize("column", ["a", "n"])
def test_no_two_swaps_of_a_value_between_rows_look_the_same(column: str, table: psycopg.Connection) -> None:
    """Where rows' hashes were linear in those of their values, these would differ by a carry at most."""
    swap = f"UPDATE t SET {column} = o.{column} FROM t AS o WHERE (t.id, o.id) IN ((1, %(n)s), (%(n)s, 1))"
    found = {checksum(table)}
    for n in range(2, 12):
        table.execute("SAVEPOINT whole")
        table.execute(swap.encode(), {"n": n})
        found.add(checksum(table))
        table.execute("ROLLBACK TO SAVEPOINT whole")
    assert len(found) == 11


def test_an_empty_text_is_not_null(table: psycopg.Connection) -> None:
    table.execute("UPDATE t SET a = '' WHERE id = 1")
    empty = checksum(table)
    table.execute("UPDATE t SET a = NULL WHERE id = 1")
    assert checksum(table) != empty


def test_a_minus_one_is_not_what_reads_it_without_its_sign(table: psycopg.Connection) -> None:
    table.execute("UPDATE t SET n = -1 WHERE id = 1")
    signed = checksum(table)
    table.execute("UPDATE t SET n = 4294967295 WHERE id = 1")
    assert checksum(table) != signed


def test_order_of_rows_and_columns_does_not_count(table: psycopg.Connection) -> None:
    table.execute("CREATE TABLE u AS SELECT n, b, 1 AS gone, a, id FROM t ORDER BY md5(a)")
    table.execute("ALTER TABLE u DROP COLUMN gone")
    assert checksum(table, "public.u") == checksum(table)


def test_odd_tables_are_read_and_what_holds_no_rows_of_its_own_is_not(
    postgresql: psycopg.Connection,
) -> None:
    postgresql.execute(ODD)
    found = read_contents([postgresql], Asked(60))
    assert {name: made.rows for name, made in found.tables.items()} == {
        '"odd.schema"."qu""oted {} %s"': 1,
        "public.child": 1,
        "public.nothing": 3,
        "public.parent": 2,
        "public.parts_high": 2,
        "public.parts_low": 1,
        "public.unlogged": 1,
    }
    assert found.skipped == []


def test_a_table_of_as_many_columns_as_there_can_be(postgresql: psycopg.Connection) -> None:
    columns = ", ".join(f"c{n} {('int', 'bool', 'numeric')[n % 3]}" for n in range(1600))
    postgresql.execute(f"CREATE TABLE t ({columns}); INSERT INTO t (c1599) VALUES (1), (2)".encode())
    found = {checksum(postgresql)}
    postgresql.execute("UPDATE t SET c1598 = 1 WHERE c1599 = 1")
    found.add(checksum(postgresql))
    assert {rows for rows, _ in found} == {2}
    assert len(found) == 2


def test_stored_columns_count_and_virtual_ones_do_not(postgresql: psycopg.Connection) -> None:
    """What is virtual is no row's data, and its function may be anybody's."""
    postgresql.execute("CREATE TABLE t (a int, s int GENERATED ALWAYS AS (a * 2) STORED)")
    postgresql.execute("CREATE TABLE plain (a int, s int)")
    postgresql.execute("CREATE TABLE v (a int, s int, c int GENERATED ALWAYS AS (a / 0) VIRTUAL)")
    postgresql.execute("INSERT INTO t VALUES (1)")
    postgresql.execute("INSERT INTO plain VALUES (1, 2); INSERT INTO v VALUES (1, 2)")
    assert checksum(postgresql) == checksum(postgresql, "public.plain") == checksum(postgresql, "public.v")


def test_a_cast_that_a_user_made_is_never_called(postgresql: psycopg.Connection) -> None:
    postgresql.execute("""
        CREATE TYPE pair AS (a int, b int);
        CREATE FUNCTION shout(pair) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''called''; END';
        CREATE CAST (pair AS text) WITH FUNCTION shout(pair) AS IMPLICIT;
        CREATE TABLE t (p pair); INSERT INTO t VALUES ((1, 2));
    """)
    assert checksum(postgresql)[0] == 1


def test_what_cannot_be_read_is_named_with_the_reason(postgresql: psycopg.Connection) -> None:
    postgresql.execute("""
        CREATE TABLE granted (id int); CREATE TABLE denied (id int); CREATE TABLE guarded (id int);
        CREATE TABLE member (id int); CREATE EXTENSION hstore; ALTER EXTENSION hstore ADD TABLE member;
        ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON guarded USING (true);
        CREATE ROLE reader; GRANT SELECT ON granted, guarded TO reader; SET ROLE reader;
    """)
    found = read_contents([postgresql], Asked(60, left_out=["public.gr*d"]))
    postgresql.execute("ROLLBACK")
    assert found.tables == {}
    assert found.skipped == [
        Skipped("public.denied", "permission denied for table denied"),
        Skipped("public.granted", "its contents were left out, as asked"),
        Skipped(
            "public.guarded", 'query would be affected by row-level security policy for table "guarded"'
        ),
        Skipped("public.member", "it belongs to the extension hstore"),
    ]


def test_one_that_fails_costs_the_others_nothing(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE a (id int); CREATE TABLE locked (id int); CREATE TABLE z (id int)")
        with connection.transaction():
            connection.execute("LOCK TABLE locked")
            found = contents(dsn)
    assert found.tables.keys() == {"public.a", "public.z"}
    assert found.skipped == [Skipped("public.locked", "canceling statement due to lock timeout")]


def test_what_is_not_reached_in_time_is_named(table: psycopg.Connection) -> None:
    found = read_contents([table], Asked(0))
    assert (found.tables, found.large_objects) == ({}, None)
    assert [skipped.what for skipped in found.skipped] == [OBJECTS, "public.t"]
    assert {skipped.why for skipped in found.skipped} == {"the time limit was reached"}


def test_a_connection_that_is_lost_leaves_its_tables_to_the_others(
    dsn: str, table: psycopg.Connection
) -> None:
    table.commit()
    lost = psycopg.connect(dsn, autocommit=True)
    lost.execute("BEGIN")
    ((pid,),) = lost.execute("SELECT pg_backend_pid()").fetchall()
    table.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])
    table.commit()
    found = read_contents([table, lost], Asked(60))
    assert found.tables.keys() == {"public.t"}


def test_several_readers_find_what_one_finds(typed: str) -> None:
    assert contents(typed, jobs=3) == contents(typed)


def test_a_reading_leaves_no_lock_and_no_setting_behind(typed: str) -> None:
    kept = "SELECT string_agg(name || setting, ',' ORDER BY name) FROM pg_settings"
    locks = "SELECT count(*) FROM pg_locks WHERE relation >= 16384 AND pid = pg_backend_pid()"
    with Guarded.reach(typed) as connection:
        connection.execute("BEGIN READ ONLY")
        connection.guarded = True
        before = connection.execute(kept).fetchall()
        assert read_contents([connection], Asked(60)).tables
        assert connection.execute(kept).fetchall() == before
        assert connection.execute(locks).fetchall() == [(0,)]


def test_large_objects_count_by_number_and_bytes(postgresql: psycopg.Connection) -> None:
    found = []
    for change in ("lo_from_bytea(7, 'a')", "lo_put(7, 0, 'b')", "lo_from_bytea(8, 'b')", "lo_unlink(8)"):
        postgresql.execute(f"SELECT {change}".encode())
        found.append(read_contents([postgresql], Asked(60)).large_objects)
    assert [objects and objects.rows for objects in found] == [1, 1, 2, 1]
    assert found[1] == found[3] != found[0]


def test_the_newest_value_of_each_column_named(postgresql: psycopg.Connection) -> None:
    postgresql.execute("CREATE TABLE t (at timestamptz, n int); SET LOCAL timezone = 'Asia/Tokyo'")
    postgresql.execute("INSERT INTO t VALUES ('2024-05-01Z', NULL), ('2024-05-02 03:00Z', NULL)")
    columns = [("public", "t", "at"), ("public", "t", "n"), ("public", "t", "gone")]
    newest, skipped = read_newest(postgresql, columns, 10)
    assert newest == {"public.t.at": "2024-05-02 03:00:00+00", "public.t.n": None}
    assert skipped == [Skipped("newest public.t.gone", 'column "gone" does not exist')]
