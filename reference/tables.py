"""The tables whose contents are told, and the one statement that tells each one's.

A row's checksum is a hash of its values, a table's the sum of its rows': whatever their order, and with
rows counted as often as they are there. hash_record_extended alone would not do: it is linear in the
hashes of its fields, so when two rows have swapped a value its sum is, but for a carry, the same. One more
hash, with the record's as its seed, mends that. hashint8 holds -1 and 4294967295 to be one: int8send.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql

Formula = Literal["record", "text"]
"""How a row becomes a number: field by field (from PostgreSQL 14), or as one text (any version)."""

FORMULAS: tuple[Formula, ...] = ("record", "text")
RECORD_SINCE = 140000

_SQL = Path(__file__).with_name("tables.sql").read_bytes()
_SPEAKS_BYTES = ("UTF8", "SQL_ASCII")
"""The encodings whose texts are hashed as they are; others are first turned into UTF-8."""

_BOOL, _BYTEA, _INT8, _INT2, _INT4, _TEXT, _OID = 16, 17, 20, 21, 23, 25, 26
_CIDR, _MACADDR8, _MACADDR, _INET, _BPCHAR, _VARCHAR = 650, 774, 829, 869, 1042, 1043
_DATE, _TIME, _TIMESTAMP, _TIMESTAMPTZ, _UUID, _LSN = 1082, 1083, 1114, 1184, 2950, 3220

_AS_IT_IS = {_BOOL, _BYTEA, _INT2, _INT4, _OID, _CIDR, _MACADDR8, _MACADDR, _INET, _DATE, _TIME, _TIMESTAMP}
_AS_IT_IS |= {_TIMESTAMPTZ, _UUID, _LSN}
"""The built-in types whose hash tells all values apart, the same on every server. Not among them: enum
(hashes its label's OID), numeric (1.0 is 1.00), floats (-0 is 0), interval (a month is 30 days)."""

_RECORD: LiteralString = "pg_catalog.hashint4extended(0, pg_catalog.hash_record_extended(ROW({}), 0))"
_WHOLE: LiteralString = "pg_catalog.hash_array_extended(ARRAY[{}], 0)"
_STATEMENT: LiteralString = (
    "SELECT pg_catalog.count(*), coalesce(pg_catalog.sum({hash}), 0)::text FROM ONLY {table}"
)
_OBJECTS: LiteralString = """SELECT pg_catalog.count(*), coalesce(pg_catalog.sum({hash}), 0)::text
FROM pg_catalog.pg_largeobject_metadata AS object"""


@dataclass(frozen=True)
class Column:
    """`type` is the OID of the type behind all domains; `typmod` -1 where the column has none."""

    name: str
    type: int
    typmod: int

    @property
    def hashes(self) -> bool:
        return self.type in _AS_IT_IS or self.type == _INT8 or self.is_text

    @property
    def is_text(self) -> bool:
        """Of a char without a length trailing blanks count, and its hash drops them."""
        return self.type in (_TEXT, _VARCHAR) or (self.type == _BPCHAR and self.typmod != -1)


@dataclass(frozen=True)
class Table:
    """`pages` is what the server last estimated, for the order only; virtual columns are left out."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    pages: int
    extension: str | None

    @cached_property
    def label(self) -> str:
        return label(self.schema, self.name)


def label(*parts: str) -> str:
    """The name by which a reference calls a table: schema.table, with quotes where a part needs them to
    be told from the others. Which words are keywords, as quote_ident has it, differs between versions."""
    return ".".join(f'"{p.replace(chr(34), chr(34) * 2)}"' if {".", '"'} & set(p) else p for p in parts)


def read_tables(connection: psycopg.Connection[Any]) -> list[Table]:
    """Every table with rows of its own, the largest first; extensions' too, which name theirs."""
    rows = connection.execute(_SQL).fetchall()
    tables = [Table(s, n, tuple(Column(*c) for c in columns), *rest) for s, n, columns, *rest in rows]
    return sorted(tables, key=lambda table: (-table.pages, table.label))


def usual_formula(server_version: int) -> Formula:
    """What a server of this version, as libpq numbers them, can do best."""
    return "record" if server_version >= RECORD_SINCE else "text"


def statement(table: Table, formula: Formula, encoding: str) -> sql.Composed:
    """Counts a table's rows and adds up their hashes; columns stand in the order of their names."""
    columns = sorted(table.columns, key=lambda column: column.name)
    fields = _fields(columns, encoding) if formula == "record" else [_text(_names(columns), encoding)]
    name = sql.Identifier(table.schema, table.name)
    return sql.SQL(_STATEMENT).format(hash=_hash(fields, formula), table=name)


def objects_statement(formula: Formula, encoding: str) -> sql.Composed:
    """The same for the large objects, by their numbers and bytes."""
    values: list[sql.Composable] = [sql.SQL("object.oid"), sql.SQL("pg_catalog.lo_get(object.oid)")]
    fields = values if formula == "record" else [_text(values, encoding)]
    return sql.SQL(_OBJECTS).format(hash=_hash(fields, formula))


def _hash(fields: Sequence[sql.Composable], formula: Formula) -> sql.Composed:
    outer = _RECORD if formula == "record" else _WHOLE
    return sql.SQL(outer).format(sql.SQL(", ").join(fields))


def _names(columns: Sequence[Column]) -> list[sql.Composable]:
    return [sql.Identifier(column.name) for column in columns]


def _fields(columns: Sequence[Column], encoding: str) -> list[sql.Composable]:
    fields = list(_hashable(columns, encoding))
    others = [column for column in columns if not column.hashes]
    return [*fields, _text(_names(others), encoding)] if others else fields


def _hashable(columns: Sequence[Column], encoding: str) -> Iterator[sql.Composable]:
    for column in columns:
        name = sql.Identifier(column.name)
        if column.is_text:
            yield _bytes(name, encoding)
        elif column.type == _INT8:
            yield sql.SQL("pg_catalog.int8send({})").format(name)
        elif column.hashes:
            yield name


def _text(values: Sequence[sql.Composable], encoding: str) -> sql.Composable:
    """As a record is written: by the types' own output functions, past any cast that a user has made."""
    return _bytes(sql.SQL("ROW({})::text").format(sql.SQL(", ").join(values)), encoding)


def _bytes(text: sql.Composable, encoding: str) -> sql.Composable:
    """A text in the form in which its hash is the same in every encoding, and under every collation."""
    if encoding in _SPEAKS_BYTES:
        return sql.SQL('{} COLLATE "C"').format(text)
    return sql.SQL("pg_catalog.convert_to({}, 'UTF8')").format(text)
