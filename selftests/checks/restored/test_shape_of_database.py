"""test_shape_recorded: the row keeps what the next run compares with."""

from collections.abc import Callable
from typing import Any

import psycopg

CHECK = "test_shape_recorded"


def test_definitions_and_rows_are_recorded(
    postgresql: psycopg.Connection, look: Callable[..., Any]
) -> None:
    postgresql.execute("CREATE TABLE t AS SELECT generate_series(1, 150) AS id; ANALYZE t")
    postgresql.commit()
    looked = look()
    assert looked.message is None
    shape = looked.details["shape"]
    assert shape["rows"] == {"public.t": 150}
    assert "public.t.id" in shape["definitions"]["column"]
    assert not [kind for kind in shape["definitions"] if "verifier" in str(shape["definitions"][kind])]


def test_a_database_without_tables_has_no_shape(look: Callable[..., Any]) -> None:
    looked = look()
    assert (looked.message, looked.kinds) == ("tables: 0, expected at least 1", ["shape-empty"])
