"""The locale that a database is made with: the source's where the programs know it, else one much like it.

Stored generated columns, indexes on expressions and constraints may fold letters, so a database of another
locale would hold other values than its source.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from restoring.archive import Archive
from restoring.names import bytes_of, text_of
from restoring.statements import CREATE_DATABASE

_OPTION = re.compile(
    rb"\b(LOCALE_PROVIDER|LOCALE|LC_COLLATE|LC_CTYPE|ICU_LOCALE|ICU_RULES|BUILTIN_LOCALE) ?= ?"
    rb"(?:'((?:[^']|''|(?!))*+)'|(\w+))",
    re.IGNORECASE,
)
_NAMES = ("ICU_LOCALE", "BUILTIN_LOCALE", "LOCALE", "LC_CTYPE", "LC_COLLATE")

_BUILTIN = (("LOCALE_PROVIDER", "builtin"), ("BUILTIN_LOCALE", "C.UTF-8"), ("LOCALE", "C"))
_LIBC = (("LC_COLLATE", "C"), ("LC_CTYPE", "C.UTF-8"))
_PLAIN = (("LOCALE", "C"),)


@dataclass(frozen=True)
class Locale:
    """What CREATE DATABASE says of it: options of that statement, and their values."""

    options: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Such as en_US.UTF-8."""
        given = dict(self.options)
        return next((given[option] for option in _NAMES if option in given), "")

    def clause(self) -> sql.Composed:
        """The options as CREATE DATABASE takes them."""
        return sql.SQL(" ").join(
            sql.SQL("{} = {}").format(sql.Identifier(option.lower()), sql.Literal(value))
            for option, value in self.options
        )


def stated(statement: bytes) -> Locale | None:
    """The locale that a CREATE DATABASE names; None where it names none."""
    database = CREATE_DATABASE.match(statement)
    if database is None:
        return None
    found = [
        (option.decode().upper(), text_of(literal.replace(b"''", b"'") or word))
        for option, literal, word in _OPTION.findall(statement, database.end(1))
    ]
    return Locale(tuple(found)) if found else None


def of_archive(archive: Archive) -> Locale | None:
    """The locale of the database that an archive was made of, where it brings its definition."""
    definitions = (entry.definition for entry in archive.entries if entry.kind == "DATABASE")
    return next(filter(None, (stated(bytes_of(text)) for text in definitions)), None)


def create_database(
    admin: psycopg.Connection, name: str, encoding: str, wanted: Locale | None, major: int
) -> Locale:
    """Makes a database under the first locale that the server can; that one comes back."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} {}")
    *choices, last = _choices(encoding, wanted, major)
    for locale in choices:
        try:
            names = (sql.Identifier(name), sql.Literal(encoding))
            admin.execute(statement.format(*names, locale.clause()))
        except (psycopg.Error, UnicodeError):
            continue
        return locale
    admin.execute(statement.format(sql.Identifier(name), sql.Literal(encoding), last.clause()))
    return last


def _choices(encoding: str, wanted: Locale | None, major: int) -> Iterator[Locale]:
    """The source's own, then such as know all letters and sort by their codes, then the plainest."""
    if wanted is not None:
        yield wanted
    if encoding.upper().replace("-", "") == "UTF8":
        if major >= 17:
            yield Locale(_BUILTIN)
        yield Locale(_LIBC)
    yield Locale(_PLAIN)
