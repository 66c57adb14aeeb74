"""Tables: found in one query, called by names that no two share, and measured in parallel."""

from typing import Any, Self

import psycopg
import pytest

from reference.tables import FORMULAS, Formula, label, read_tables, statement, usual_formula


def test_labels_are_plain_where_that_is_clear_and_quoted_where_not() -> None:
    assert label("public", "orders") == "public.orders"
    assert label("public", "select") == "public.select"
    assert label("a.b", "c") != label("a", "b.c")
    assert label('a"."b', "c") != label("a", "b", "c")
    assert label("a b", 'c"d', "e") == 'a b."c""d".e'


def test_every_table_is_found_the_largest_first(postgresql: psycopg.Connection) -> None:
    postgresql.execute("CREATE TABLE a (id int); CREATE TABLE large AS SELECT generate_series(1, 5000)")
    postgresql.execute("CREATE DOMAIN inner_d AS int8; CREATE DOMAIN outer_d AS inner_d")
    postgresql.execute("CREATE TABLE b (c outer_d, gone int, d char(3)); ALTER TABLE b DROP COLUMN gone")
    postgresql.commit()
    postgresql.autocommit = True
    postgresql.execute("VACUUM ANALYZE")
    found = {table.label: table for table in read_tables(postgresql)}
    assert list(found) == ["public.large", "public.a", "public.b"]
    columns = {column.name: (column.type, column.typmod) for column in found["public.b"].columns}
    assert columns == {"c": (20, -1), "d": (1042, 7)}


class Counting(psycopg.Cursor[Any]):
    asked = 0

    def execute(self, *arguments: Any, **options: Any) -> Self:
        Counting.asked += 1
        return super().execute(*arguments, **options)


def test_one_query_whatever_the_number_of_tables(postgresql: psycopg.Connection) -> None:
    postgresql.execute(
        "DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE 'CREATE TABLE t' || i || '()'; END LOOP; END $$"
    )
    postgresql.cursor_factory = Counting
    assert len(read_tables(postgresql)) == 300
    assert Counting.asked == 1


@pytest.mark.parametrize("formula", FORMULAS)
def test_parallel_workers_can_measure_a_table(formula: Formula, postgresql: psycopg.Connection) -> None:
    postgresql.execute("CREATE TABLE t (i int8, t text, n numeric, j json, a text[], d float8, e char(2))")
    postgresql.execute("SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0")
    (table,) = read_tables(postgresql)
    text = b"EXPLAIN " + statement(table, formula, "LATIN1").as_bytes(postgresql)
    plan = "\n".join(line for (line,) in postgresql.execute(text))
    assert "Partial Aggregate" in plan


def test_a_server_without_a_hash_of_records_measures_texts() -> None:
    assert [usual_formula(version) for version in (130022, 140000, 180006)] == ["text", "record", "record"]
