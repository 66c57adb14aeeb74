"""The settings under which values become text, the same on every server, and gone again afterwards."""

import contextlib
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

SETTINGS = {
    "bytea_output": "hex",
    "datestyle": "ISO, MDY",
    "extra_float_digits": "1",
    "intervalstyle": "postgres",
    "jit": "off",
    "lc_monetary": "C",
    "row_security": "off",
    "search_path": "",
    "timezone": "UTC",
}
"""With row_security off a policy that would hide rows is an error instead."""

_SET = "SELECT pg_catalog.set_config(name, value, true) FROM (VALUES {}) AS pinned (name, value)"
_LIMITED: LiteralString = (
    "SAVEPOINT contents; SET LOCAL statement_timeout = {milliseconds}; {statement}; "
    "ROLLBACK TO SAVEPOINT contents; RELEASE SAVEPOINT contents"
)
_BACK = "ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"


@contextlib.contextmanager
def pinned(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Within a transaction: pins the settings, and puts back what they were."""
    values = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(name), sql.Literal(value))
        for name, value in SETTINGS.items()
    )
    connection.execute("SAVEPOINT pinned")
    try:
        connection.execute(sql.SQL(_SET).format(values))
        yield
    finally:
        _go_back(connection, "pinned")


def limited(
    connection: psycopg.Connection[Any], statement: sql.Composable, seconds: float
) -> list[tuple[Any, ...]]:
    """The rows of one statement, in one round trip; the locks that it took are released at once.

    Raises psycopg.Error and leaves the transaction as it was.
    """
    milliseconds = sql.Literal(max(1, round(seconds * 1000)))
    text = sql.SQL(_LIMITED).format(milliseconds=milliseconds, statement=statement)
    try:
        cursor = connection.execute(text)
    except psycopg.Error:
        _go_back(connection, "contents")
        raise
    while cursor.description is None:
        cursor.nextset()
    return cursor.fetchall()


def why(error: psycopg.Error) -> str:
    """The server's complaint in one line, without a value of anybody's row."""
    state = error.sqlstate or ""
    if state == "57014":
        return "the time limit was reached"
    if state.startswith("22"):
        return f"a value has no text that can be compared (SQLSTATE {state})"
    text = error.diag.message_primary or str(error).strip() or type(error).__name__
    return " ".join(text.split("\n")[0].split())


def _go_back(connection: psycopg.Connection[Any], name: LiteralString) -> None:
    if connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
        connection.execute(sql.SQL(_BACK).format(name=sql.Identifier(name)))
