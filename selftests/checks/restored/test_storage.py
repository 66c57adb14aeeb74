"""The check of storage: amcheck over every table and index, and what the catalogue says of indexes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from restoring.server import Server
    from selftests.checks.restored.conftest import Look

CHECK = "test_storage_sound"

TABLES = """
CREATE TABLE t (i int PRIMARY KEY, s text);
INSERT INTO t SELECT g, md5(g::text) FROM generate_series(1, 500) AS g;
CREATE TABLE "Other ""one" (i int);
INSERT INTO "Other ""one" SELECT generate_series(1, 100);
CREATE INDEX other ON "Other ""one" (i);
CREATE MATERIALIZED VIEW m AS SELECT * FROM t;
"""
OUT_OF_STEP = """
UPDATE pg_index SET indisready = false WHERE indexrelid = '{index}'::regclass;
INSERT INTO {table} (i) SELECT generate_series(2001, 2002);
UPDATE pg_index SET indisready = true WHERE indexrelid = '{index}'::regclass;
"""


pytestmark = pytest.mark.usefixtures("probes")


@pytest.fixture(autouse=True)
def tables(admin: psycopg.Connection) -> None:
    admin.execute(TABLES.encode())


def test_sound_tables_and_indexes_pass(look: Look) -> None:
    looked = look()
    assert (looked.message, looked.unverified) == (None, [])
    relations = looked.details["relations"]
    assert relations["btree"] > 100
    assert relations["heap"] > 50
    assert looked.details["looked_at"] == relations["btree"] + relations["heap"]
    assert looked.details["not_reached"] == 0


def test_each_index_that_misses_rows_is_named(admin: psycopg.Connection, look: Look) -> None:
    """One that amcheck raises upon hides no other."""
    admin.execute(OUT_OF_STEP.format(index="t_pkey", table="t").encode())
    admin.execute(OUT_OF_STEP.format(index="other", table='"Other ""one"').encode())
    looked = look()
    message = looked.message or ""
    assert looked.kinds == ["index-corrupt", "index-corrupt"]
    for name in ("public.t_pkey", "public.other"):
        assert f"{name}: 1 complaints of amcheck, expected 0 (heap tuple (" in message
    assert message.count("complaints of amcheck") == 2


def test_a_damaged_page_of_a_table_is_found(admin: psycopg.Connection, server: Server, look: Look) -> None:
    spoil(admin, server, "t")
    looked = look()
    assert "public.t: 1 complaints of amcheck, expected 0 (invalid page in block 0" in str(looked.message)
    assert looked.kinds[0] == "table-corrupt"


def test_a_damaged_toast_table_is_named_with_its_table(
    admin: psycopg.Connection, server: Server, look: Look
) -> None:
    admin.execute("ALTER TABLE t ALTER s SET STORAGE EXTERNAL")
    admin.execute("INSERT INTO t VALUES (1000, repeat('long', 5000))")
    toast = admin.execute("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 't'")
    spoil(admin, server, str(toast.fetchall()[0][0]))
    assert " of public.t: 1 complaints of amcheck" in (look().message or "")


@pytest.mark.parametrize(
    ("column", "what"),
    [("indisvalid", "invalid"), ("indisready", "not ready"), ("indislive", "being dropped")],
)
def test_an_index_that_was_never_finished_is_found(
    column: str, what: str, admin: psycopg.Connection, look: Look
) -> None:
    admin.execute(f"UPDATE pg_index SET {column} = false WHERE indexrelid = 'other'::regclass".encode())
    looked = look()
    assert looked.message == f"public.other: an index that is {what}, expected valid and ready"
    assert looked.kinds == ["index-invalid"]


def test_a_partitioned_index_waits_for_its_parts_by_design(admin: psycopg.Connection, look: Look) -> None:
    admin.execute("CREATE TABLE p (i int) PARTITION BY RANGE (i)")
    admin.execute("CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX whole ON ONLY p (i)")
    assert look().message is None
    admin.execute("UPDATE pg_index SET indisready = false WHERE indexrelid = 'whole'::regclass")
    assert look().message == "public.whole: an index that is not ready, expected valid and ready"


def test_a_collation_that_changed_is_found_under_an_index_alone(
    admin: psycopg.Connection, look: Look
) -> None:
    admin.execute("UPDATE pg_collation SET collversion = '0' WHERE collname = 'pg_c_utf8'")
    assert look().message is None
    admin.execute("CREATE INDEX ON t (s COLLATE pg_c_utf8)")
    looked = look()
    assert looked.message == "collation pg_catalog.pg_c_utf8: version 0 below indexes, expected 1"
    assert looked.kinds == ["collation-changed"]


def test_what_amcheck_cannot_read_is_not_verified(admin: psycopg.Connection, look: Look) -> None:
    admin.execute("CREATE INDEX ON t USING hash (s); CREATE INDEX ON t USING brin (i)")
    looked = look()
    assert looked.message is None
    why = "amcheck reads heaps and B-trees alone"
    assert sorted(looked.unverified) == [
        ("the inside of 1 brin relations", why),
        ("the inside of 1 hash relations", why),
    ]


def test_without_amcheck_nothing_inside_is_verified(admin: psycopg.Connection, look: Look) -> None:
    admin.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'other'::regclass")
    looked = look(schema="not there")
    assert looked.message == "public.other: an index that is invalid, expected valid and ready"
    assert looked.details["looked_at"] == 0
    assert looked.unverified == [("the inside of tables and indexes", "the server has no amcheck")]


def spoil(admin: psycopg.Connection, server: Server, relation: str) -> None:
    """Changes bytes in the middle of a relation's first page, on disk and not in memory."""
    admin.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
    admin.execute("CHECKPOINT")
    asked = admin.execute("SELECT current_setting('data_directory'), pg_relation_filepath(%s)", [relation])
    folder, name = asked.fetchall()[0]
    with (Path(folder) / name).open("r+b") as file:
        file.seek(4000)
        file.write(b"\xff" * 64)
    admin.execute("SELECT pg_buffercache_evict_relation(%s::regclass)", [relation])
