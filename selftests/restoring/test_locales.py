"""A restored database folds letters as its source did, and where it cannot, as nearly so as it can."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from restoring.locales import Locale, create_database, stated
from restoring.restored import Restored
from restoring.server import Server

Dump = Callable[..., Path]
Restore = Callable[..., AbstractContextManager[Restored]]
Source = Callable[..., None]

FOLDED = """
create table folded (word text, upper text generated always as (upper(word)) stored);
insert into folded values ('straße'), ('ähnlich');
"""
OLD = "CREATE DATABASE a WITH TEMPLATE = template0 ENCODING = 'UTF8'"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"LOCALE": "de_DE.UTF-8"}, "de_DE.UTF-8"),
        ({"LC_COLLATE": "C", "LC_CTYPE": "de_DE"}, "de_DE"),
        ({"LOCALE_PROVIDER": "icu", "LOCALE": "C", "ICU_LOCALE": "de", "ICU_RULES": "& a < 'b'"}, "de"),
        ({"LOCALE_PROVIDER": "builtin", "LOCALE": "C", "BUILTIN_LOCALE": "C.UTF-8"}, "C.UTF-8"),
    ],
)
def test_a_locale_is_read_as_pg_dump_writes_it(options: dict[str, str], name: str) -> None:
    quoted = {option: "'" + value.replace("'", "''") + "'" for option, value in options.items()}
    if "LOCALE_PROVIDER" in options:
        quoted["LOCALE_PROVIDER"] = options["LOCALE_PROVIDER"]
    words = " ".join(f"{option} = {value}" for option, value in quoted.items())
    found = stated(f"{OLD} {words};".encode())
    assert found == Locale(tuple(options.items()))
    assert Locale(tuple(options.items())).name == name


@pytest.mark.parametrize(
    "statement", [OLD, f"{OLD[:15]} \"LOCALE = 'x'\" ENCODING = 'UTF8'", "CREATE TABLE a (LOCALE = 'x')"]
)
def test_a_locale_that_is_not_named_is_not_read(statement: str) -> None:
    assert stated(statement.encode()) is None


@pytest.mark.parametrize(
    ("encoding", "wanted", "upper"),
    [
        ("UTF8", None, "Ä"),
        ("utf-8", "xx_XX.UTF-8", "Ä"),
        ("UTF8", "C", "ä"),
        ("UTF8", "POSIX", "ä"),
        ("LATIN1", None, "ä"),
        ("LATIN1", "xx_XX.ISO-8859-1", "ä"),
    ],
)
@pytest.mark.parametrize("major", [15, 18])
def test_letters_are_known_unless_the_source_knew_none(
    server: Server, encoding: str, wanted: str | None, upper: str, major: int
) -> None:
    name = f"l{secrets.token_hex(4)}"
    locale = Locale((("LOCALE", wanted),)) if wanted else None
    with server.connect("postgres") as admin:
        used = create_database(admin, name, encoding, locale, major)
        assert (used == locale) is (wanted in ("C", "POSIX"))
        with server.connect(name) as there:
            assert there.execute("SELECT upper('ä'), 'B' < 'a'").fetchone() == (upper, True)
        admin.execute(f"DROP DATABASE {name}".encode())


def test_an_encoding_that_is_none_is_refused(server: Server) -> None:
    with server.connect("postgres") as admin, pytest.raises(psycopg.Error, match="not a valid encoding"):
        create_database(admin, "never", "KLINGON", None, 18)


@pytest.mark.parametrize("options", [["-Fc"], ["--create"]], ids=["archive", "plain"])
@pytest.mark.parametrize(
    ("locale", "upper"),
    [
        ("LOCALE 'C'", {"STRAßE", "äHNLICH"}),
        ("LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST'", {"STRASSE", "ÄHNLICH"}),
    ],
    ids=["plainest", "full"],
)
def test_what_the_source_folded_is_folded_the_same(
    source: Source,
    dump: Dump,
    restoring: Restore,
    locale: LiteralString,
    upper: set[str],
    options: list[str],
) -> None:
    name = f"folded{secrets.token_hex(4)}"
    source(name, FOLDED, locale=locale)
    with restoring(dump(name, *options)) as restored, psycopg.connect(restored.dsn) as reader:
        assert {row[0] for row in reader.execute("SELECT upper FROM folded")} == upper
        assert restored.omissions == []


def test_a_script_that_names_no_locale_is_taken_to_know_letters(
    source: Source, dump: Dump, restoring: Restore
) -> None:
    source("unnamed", FOLDED, locale="LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")
    with restoring(dump("unnamed")) as restored, psycopg.connect(restored.dsn) as reader:
        assert {row[0] for row in reader.execute("SELECT upper FROM folded")} == {"STRAßE", "ÄHNLICH"}
