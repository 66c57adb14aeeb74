"""Plain dumps are split into the same events whatever the chunks, and nothing is lost between them."""

import random
import re
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from restoring.script import Comment, CopyData, MetaCommand, ScriptError, Statement, read_script


def events(script: bytes, chunk: int = 1 << 20, block_size: int = 1) -> list[Any]:
    """The events with COPY as (statement, line, data), and a ScriptError, if any, as the last."""
    chunks = (script[at : at + chunk] for at in range(0, len(script), chunk))
    found: list[Any] = []
    try:
        for event in read_script(chunks, block_size):
            if isinstance(event, CopyData):
                found.append((event.statement, event.line, b"".join(event.chunks)))
            else:
                found.append(event)
    except ScriptError as error:
        found.append(str(error))
    return found


DUMP = rb"""
--
-- Name: t; Type: TABLE
--
\restrict key
SET standard_conforming_strings = on;

/* none; */ CREATE TABLE t (
    a int, -- first; column
    b text DEFAULT ';'
);
  -- indented
COPY public.t (a, b) FROM stdin;
1	\N
\restrict other
2	\\.
\.

SELECT 1; -- after a statement
COPY t FROM stdin;
\.
\unrestrict key
--
-- PostgreSQL database dump complete
--
"""
EXPECTED: list[Any] = [
    Comment(b"--", 2),
    Comment(b"-- Name: t; Type: TABLE", 3),
    Comment(b"--", 4),
    MetaCommand("restrict", "key", 5),
    Statement(b"SET standard_conforming_strings = on", 6),
    Statement(b"CREATE TABLE t (\n    a int, -- first; column\n    b text DEFAULT ';'\n)", 8),
    (b"COPY public.t (a, b) FROM stdin", 13, b"1\t\\N\n\\restrict other\n2\t\\\\.\n"),
    Statement(b"SELECT 1", 19),
    (b"COPY t FROM stdin", 20, b""),
    MetaCommand("unrestrict", "key", 22),
    Comment(b"--", 23),
    Comment(b"-- PostgreSQL database dump complete", 24),
    Comment(b"--", 25),
]


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("block_size", [1, 16, 1 << 20])
def test_a_dump_is_the_same_events_in_any_chunks(chunk: int, block_size: int) -> None:
    assert events(DUMP, chunk, block_size) == EXPECTED


@pytest.mark.parametrize(
    "script",
    [
        b"SELECT E'a''\\';b'; SELECT 'a''b;', e'\\\\';",
        b"SET standard_conforming_strings = off; SELECT U&'a''b\\'; SELECT 'a''\\';b', N'\\';', B'\\';",
        b"SELECT a$b$c, $$;$$, $a$;$$;$a$, $1; SELECT 4-1 -- ;\n / 2 /* ; /* ; */ ; */;",
        b"create function f() begin atomic select case 1 when 1 then 2 end; end; -- c\n-- d\n",
        b'\xef\xbb\xbf-- c\r\nCOPY "t;" FROM stdin;\n1\n\\.1\n\\.\r\n\\connect db\nSELECT (1;(2;(3;)));\n',
    ],
)
def test_a_border_between_any_two_bytes_changes_nothing(script: bytes) -> None:
    whole = events(script)
    for border in range(1, len(script)):
        assert events(script, chunk=border) == whole


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    script = b"\xef\xbb\xbf" + DUMP[1:].replace(b"\n", b"\r\n")
    found = events(script, chunk=1)
    assert [type(event) for event in found] == [type(event) for event in EXPECTED]
    assert found[0] == Comment(b"--", 1)
    assert found[3] == MetaCommand("restrict", "key", 4)
    assert found[6][2] == EXPECTED[6][2].replace(b"\n", b"\r\n")


PIECES = [
    *("'", "''", "E'", "e", "U&'", 'U&"', "B'", "N'", '"', "\\", "\\'", "$", "$$", "$a$", "$a", "a$b$c"),
    *("--", "-", "/*", "*/", "/", "*", "(", ")", ";", ";", ";\n", "\n", "\r\n", "\n-- c\n", " ", "é", "x"),
    *("create function f() ", " begin atomic ", " case ", " end ", "\n\\.\n", "\n\\.", "\n\\connect a\n"),
    *(";SET standard_conforming_strings = off;", "RESET ALL;", "\nCOPY t FROM stdin;\n1\n\\.\n", "\0", "1"),
]


@pytest.mark.parametrize("seed", range(300))
def test_random_scripts_are_the_same_events_in_any_chunks(seed: int) -> None:
    chosen = random.Random(seed)
    weights = [0.05 if piece == "\0" else 1 for piece in PIECES]
    script = "".join(chosen.choices(PIECES, weights, k=chosen.randint(5, 80))).encode()
    whole = events(script, block_size=1 << 20)
    for chunk, block_size in ((1, 1), (7, 1), (1, 3), (len(script) // 2 or 1, 1)):
        # A NUL byte may be noticed in a piece of a text that starts earlier: the line may differ.
        found = events(script, chunk, block_size)
        assert [re.sub(r"line \d+ holds", "", e) if isinstance(e, str) else e for e in found] == [
            re.sub(r"line \d+ holds", "", e) if isinstance(e, str) else e for e in whole
        ]


@pytest.mark.parametrize(
    "statement",
    [
        "COPY t FROM stdin",
        "copy t from STDIN with (format csv, header)",
        'COPY "odd ""; from stdin".\n "t(" ("a)", b) FROM stdin',
        "COPY/* c */public . t -- x\n(a)FROM stdin WHERE a > 1",
        'COPY"t"FROM stdin',
        'COPY U&"d\\0061t" FROM stdin',
        "COPY binary FROM stdin CSV",
        "COPY BINARY from_ FROM stdin",
        "COPY grün.a$1 FROM stdin",
        "COPY t FROM stdout",
    ],
)
def test_copy_from_the_client_takes_data(statement: str) -> None:
    script = f"{statement};\n1\n;'\n\\.\nSELECT 1;".encode()
    assert events(script) == [
        (statement.encode(), 1, b"1\n;'\n"),
        Statement(b"SELECT 1", script[: script.index(b"SELECT 1")].count(b"\n") + 1),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "COPY t FROM '/stdin'",
        "COPY t FROM PROGRAM 'cat stdin'",
        "COPY t TO stdout",
        'COPY "t FROM stdin" TO stdout',
        "COPY (SELECT a FROM stdin) TO stdout",
        "COPY t FROM stdin_",
        "copy_t from stdin",
        "SELECT 1 FROM stdin",
    ],
)
def test_other_statements_take_no_data(statement: str) -> None:
    assert events(f"{statement};\nSELECT 1;".encode()) == [
        Statement(statement.encode(), 1),
        Statement(b"SELECT 1", 2),
    ]


@pytest.mark.parametrize(
    ("data", "passed"),
    [
        (b"\\.\n", b""),
        (b"\\.", b""),
        (b"1\n\\.\r\n", b"1\n"),
        (b"1\r\n\\.\r", b"1\r\n"),
        (b"1\\.\n\\.1\n\\.\\.\n \\.\n\\\\.\n\\.\n", b"1\\.\n\\.1\n\\.\\.\n \\.\n\\\\.\n"),
        (b"\n\n\\.\n", b"\n\n"),
        (b"a\0\xff\n\\.\n", b"a\0\xff\n"),
        (b'"\n-- x\n\\N\n\\.\n', b'"\n-- x\n\\N\n'),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_data_ends_with_its_line_alone(data: bytes, passed: bytes, chunk: int) -> None:
    assert events(b"COPY t FROM stdin;\n" + data, chunk) == [(b"COPY t FROM stdin", 1, passed)]


@pytest.mark.parametrize("data", [b"", b"1", b"1\n", b"1\n\\", b"1\\.\n", b"1\n\\.x", b"\\.."])
@pytest.mark.parametrize("chunk", [1, 100])
def test_data_without_an_end_is_cut(data: bytes, chunk: int) -> None:
    cut = 'the script was cut inside the data of COPY public."T" (line 2)'
    assert events(b'\nCOPY public."T" (a) FROM stdin;\n' + data, chunk) == [cut]


@pytest.mark.parametrize("consumed", [0, 1, 2])
def test_data_that_nobody_consumed_is_passed_over(consumed: int) -> None:
    script = b"COPY t FROM stdin;\n" + b"1; SELECT 1;\n" * 10 + b"\\.\nSELECT 2;"
    found = read_script([script[at : at + 9] for at in range(0, len(script), 9)], block_size=1)
    copy = next(found)
    assert isinstance(copy, CopyData)
    for _ in range(consumed):
        next(copy.chunks)
    assert list(found) == [Statement(b"SELECT 2", 13)]
    assert list(copy.chunks) == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (rb"\connect db", [MetaCommand("connect", "db", 1)]),
        (rb"  \! rm -rf ; x", [MetaCommand("!", "rm -rf ; x", 1)]),
        (rb"\connect db \! id", [MetaCommand("connect", r"db \! id", 1)]),
        (rb"\c\! id", [MetaCommand("c", r"\! id", 1)]),
        (b"\\", [MetaCommand("", "", 1)]),
        (b"\\.\n", [MetaCommand(".", "", 1)]),
        (rb"SELECT 1\; SELECT 2;", [MetaCommand(";", "SELECT 2;", 1), "cut"]),
        (b"SELECT\n1 \\g |id\n;", [MetaCommand("g", "|id", 2), Statement(b"SELECT\n1 \n", 1)]),
        (b"SELECT (\\gexec\n1);", [MetaCommand("gexec", "", 1), Statement(b"SELECT (\n1)", 1)]),
        (b"/* \\! */ SELECT 1; \\! id", [Statement(b"SELECT 1", 1), MetaCommand("!", "id", 1)]),
        (b"SELECT '\\!', \"\\!\", $$\\!$$, E'\\!' /*\\!*/; -- \\!", "one"),
        (b"-- \\!\r\\! id", [Comment(b"-- \\!", 1), MetaCommand("!", "id", 1)]),
        (b"COPY t FROM stdin; \\! id\n\\.\n", [(b"COPY t FROM stdin", 1, b""), MetaCommand("!", "id", 2)]),
        (b"\\copy t from 'a\xff'\r\n", [MetaCommand("copy", "t from 'a\\xff'", 1)]),
    ],
)
def test_no_meta_command_is_lost(script: bytes, expected: Any) -> None:
    found = events(script, chunk=1)
    if expected == "one":
        assert [type(event) for event in found] == [Statement]
    elif expected[-1] == "cut":
        assert found[:-1] == expected[:-1]
        assert "cut inside the statement" in found[-1]
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("setting", "backslash_escapes"),
    [
        ("SET standard_conforming_strings = off", True),
        ("set session STANDARD_CONFORMING_STRINGS to 'False'", True),
        ("SET standard_conforming_strings=0", True),
        ("SET standard_conforming_strings = on", False),
        ("SET standard_conforming_strings = off;SET standard_conforming_strings TO default", False),
        ("SET standard_conforming_strings = off;RESET ALL", False),
        ("SET standard_conforming_strings = off;DISCARD ALL", False),
        ("SET standard_conforming_strings = off;\n\\connect db\nSELECT 0", False),
        ("SET standard_conforming_strings = off;\n\\restrict a\nSELECT 0", True),
        ("SELECT 'SET standard_conforming_strings = off'", False),
        ("SET other.standard_conforming_strings = off", False),
        ("SELECT 1", False),
    ],
)
def test_the_strings_setting_is_followed(setting: str, backslash_escapes: bool) -> None:
    found = events(f"{setting};SELECT '\\';' ;SELECT 2;".encode())
    cut_in_string = isinstance(found[-1], str) and "quoted string" in found[-1]
    assert cut_in_string is not backslash_escapes


def _blocks(first: bytes, block: bytes, count: int, last: bytes) -> Iterator[bytes]:
    yield first
    for _ in range(count):
        yield block
    yield last


@pytest.mark.parametrize(
    ("first", "block", "last"),
    [
        (b"COPY t FROM stdin;\n", b"1\tname\t\\N\n" * 6500, b"\\.\n"),
        (b"", b"INSERT INTO t VALUES (1, 'it''s', NULL);\n" * 1600, b""),
        (b"", b"-- a comment that goes on for a while\n" * 1600, b""),
    ],
)
def test_memory_does_not_grow_with_the_script(first: bytes, block: bytes, last: bytes) -> None:
    tracemalloc.start()
    try:
        for event in read_script(_blocks(first, block, 40, last), block_size=1 << 16):
            assert not isinstance(event, MetaCommand)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


SOURCE = r"""
    CREATE SCHEMA "odd; ""s";
    SET search_path = "odd; ""s";
    CREATE TYPE mood AS ENUM ('it''s', 'b\', ';');
    CREATE TABLE "T(" (id int PRIMARY KEY, "a)" text DEFAULT E'\';', m mood);
    INSERT INTO "T(" SELECT n, E'\\.\n\t\\restrict;''"' || n, 'b\' FROM generate_series(1, 3000) n;
    INSERT INTO "T(" VALUES (0, '\.', NULL), (-1, NULL, ';'), (-2, '--', ';'), (-3, '/*', ';');
    CREATE FUNCTION atomic(n int) RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE n WHEN 1 THEN 2 END; END;
    CREATE FUNCTION quoted() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN $$;'$$; END $f$;
    CREATE VIEW v AS SELECT '\' AS "x;", ';--/*' AS y, quoted();
    COMMENT ON VIEW v IS 'it''s; \ "a" $$ /* -- ';
    CREATE TABLE log (t text);
    CREATE RULE r AS ON INSERT TO log DO ALSO (SELECT 1; SELECT 2);
    CREATE POLICY p ON log USING (t = ';');
"""


def _load(dsn: str, script: Path) -> None:
    """Run the events of a dump as a loader would."""
    with psycopg.connect(dsn, autocommit=True) as connection, script.open("rb") as stream:
        for event in read_script(iter(lambda: stream.read(999), b""), block_size=1):
            match event:
                case Statement(text=text):
                    connection.execute(text)
                case CopyData(statement=statement, chunks=chunks):
                    with connection.cursor().copy(statement) as copy:
                        for chunk in chunks:
                            copy.write(chunk)
                case MetaCommand(name=name):
                    assert name in ("restrict", "unrestrict")
                case Comment(text=text):
                    assert text.startswith(b"--")


@pytest.mark.parametrize("options", [[], ["--inserts"], ["--column-inserts", "--rows-per-insert=7"]])
def test_a_real_dump_restores_to_what_it_was_taken_from(
    options: list[str], postgresql: psycopg.Connection, dsn: str, pg_bin: Path, tmp_path: Path
) -> None:
    postgresql.execute(sql.SQL(SOURCE))
    postgresql.commit()
    script = _dump(dsn, pg_bin, tmp_path / "before.sql", *options)
    postgresql.execute('DROP SCHEMA "odd; ""s" CASCADE')
    postgresql.commit()
    _load(dsn, script)
    again = _dump(dsn, pg_bin, tmp_path / "after.sql", *options)
    assert script.read_bytes() == again.read_bytes()


def _dump(dsn: str, pg_bin: Path, file: Path, *options: str) -> Path:
    command: list[str | Path] = [pg_bin / "pg_dump", "--restrict-key=key", "-f", file, *options, "-d", dsn]
    subprocess.run(command, check=True, timeout=60)
    return file
