"""Statements end where psql ends them; psql itself, given the same file, is the judge."""

import random
import re
import socket
import struct
import subprocess
import threading
from pathlib import Path

import pytest

from restoring.script import CopyData, ScriptError, Statement, read_script
from restoring.window import end_of_comment


class Recorder(threading.Thread):
    """A server that takes anything psql sends for fine and notes it; it listens in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.statements: list[bytes] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()

    def run(self) -> None:
        connection, _ = self._listener.accept()
        with self._listener, connection, connection.makefile("rwb") as self._stream:
            self._receive(self._stream.read(4))
            self._send(b"R", bytes(4))
            self._report(b"client_encoding", b"UTF8")
            self._report(b"standard_conforming_strings", b"on")
            self._send(b"Z", b"I")
            while (kind := self._stream.read(1)) == b"Q":
                self._answer(self._receive(self._stream.read(4))[:-1])
            assert kind in b"X"

    def _answer(self, statement: bytes) -> None:
        self.statements.append(statement)
        if statement.startswith(b"COPY"):
            self._send(b"G", bytes(3))
            while (kind := self._stream.read(1)) == b"d":
                self.statements.append(self._receive(self._stream.read(4)))
            assert (kind, self._receive(self._stream.read(4))) == (b"c", b"")
        if setting := re.match(rb"SET standard_conforming_strings = (on|off);", statement):
            self._report(b"standard_conforming_strings", setting[1])
        self._send(b"C", b"SET\0")
        self._send(b"Z", b"I")

    def _receive(self, length: bytes) -> bytes:
        return self._stream.read(struct.unpack("!i", length)[0] - 4)

    def _report(self, name: bytes, value: bytes) -> None:
        self._send(b"S", b"%b\0%b\0" % (name, value))

    def _send(self, kind: bytes, body: bytes) -> None:
        self._stream.write(kind + struct.pack("!i", len(body) + 4) + body)
        self._stream.flush()


def split_by_psql(script: bytes, pg_bin: Path, folder: Path) -> list[bytes]:
    """What psql sends, without white space and what only psql counts: comments before, semicolons."""
    recorder = Recorder(folder)
    recorder.start()
    file = folder / "script.sql"
    file.write_bytes(script)
    command: list[str | Path] = [
        pg_bin / "psql",
        "-X",
        "-q",
        "-h",
        folder,
        "-U",
        "anybody",
        "-d",
        "any",
        "-f",
        file,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    recorder.join(timeout=60)
    sent = [bare(without_comments_before(text)).removesuffix(b";") for text in recorder.statements]
    return [text for text in sent if text]


def without_comments_before(statement: bytes) -> bytes:
    statement = re.sub(rb"\A(?:\s|--[^\r\n]*)+", b"", statement)
    end = end_of_comment(statement, 0)
    return without_comments_before(statement[end:]) if end else statement


def bare(text: bytes) -> bytes:
    return b"".join(text.split())


def split_by_us(script: bytes) -> tuple[list[bytes], bool]:
    """The statements and data, without white space, and whether the script ends inside something."""
    found: list[bytes] = []
    try:
        for event in read_script((script[at : at + 1] for at in range(len(script))), block_size=1):
            if isinstance(event, Statement):
                found.append(bare(event.text))
            elif isinstance(event, CopyData):
                found += [bare(event.statement), bare(b"".join(event.chunks))]
    except ScriptError:
        return found, True
    return found, False


# Backslashes are there in forms that no psql knows as a command.
PIECES_IN_SHORT = r"""
' '' ' E' e N' B' U&' \' \\' " U&" $$ $a$ $_$ $ $1 a$b$c é -- /* */ / * - + ( ) , 1 x _ ; ; ;¶ ;¶ ; ¶ ¶
select or begin|atomic case end create|function|f() create|or|replace|procedure|p() ¶/*¶*/ ¶--|'¶
;¶SET|standard_conforming_strings|=|off;¶ ;¶SET|standard_conforming_strings|=|on;¶
"""
PIECES = [piece.replace("|", " ").replace("¶", "\n") for piece in PIECES_IN_SHORT.split()]
PIECES += [" ", "\t", "\r\n"]


@pytest.mark.parametrize("seed", range(60))
def test_random_scripts_are_split_as_by_psql(seed: int, pg_bin: Path, tmp_path: Path) -> None:
    chosen = random.Random(seed)
    script = "".join(chosen.choices(PIECES, k=chosen.randint(10, 120))).encode()
    theirs = split_by_psql(script, pg_bin, tmp_path)
    ours, cut = split_by_us(script)
    assert ours == (theirs[: len(ours)] if cut else theirs)
    assert len(theirs) - len(ours) <= cut, "psql sends the rest, if any, as one last statement"


SPLIT = [
    (b"select 1;select 2;", 2),
    (b";; select 1 ;\n;", 1),
    (b"select ';', 'it''s;', '\\'; select 2;", 2),
    (b"select E'\\';', E'\\\\'; select E'a''\\';b';", 2),
    (b"select e'\\\n';select 1;", 2),
    (b"select type'\\';select U&'\\0041;\\', N';\\', B'1;\\', X'\\';", 2),
    (b"SET standard_conforming_strings = off;\nselect '\\';', N'\\';', U&'\\', B'\\';select 2;", 3),
    (b"SET standard_conforming_strings = off;\nSET standard_conforming_strings = on;\nselect '\\';", 3),
    (b'select "a;""b" , U&"\\;", "\\"; select 2;', 2),
    (b"select $$;'$$, $a$;$b$;$$;$a$, $_1\xc3\xa9$;$_1\xc3\xa9$; select $1;", 2),
    (b"select a$b$c; select $1a$b; select $a $b$;$b$; select $a$x$$a$;", 4),
    (b"select 1 -- ;'\n; select 2 --;\r; select 3-1 - 2;", 3),
    (b"select /* ; /* ' */ ; */ 1; select 2 /**/; select 4/2; select 1*/**/2; select 1+--;\n2;", 5),
    (b"select 1 where (a = (b; c); d); select 2; ) ; select (((1;)));", 4),
    (b"create rule r as on insert to t do (select 1; select 2); select 3;", 2),
    (b"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC select 1; select 2; END; select 3;", 2),
    (b"create or replace /* ; */ procedure p() begin -- ;\n atomic select 1; end; select 3;", 2),
    (b"create function f() begin atomic select case when true then 1 end; select 2; end; select 3;", 2),
    (b'create function f() begin atomic select (case x when 1 then 2 end), "end"; end; select 3;', 2),
    (b"create function f(begin atomic) returns int language sql as ''; select 2;", 2),
    (b"create procedure f() begin atomic select 'end', xend, end_; end;", 1),
    (b"create function f() language sql as $$ begin atomic $$; select 1;", 2),
    (b"create table f (begin int, atomic int); begin; select 1; end;", 4),
    (b"create view function as select 1; begin; select 2; end;", 4),
    (b"COPY a FROM stdin;\n1;'\n\\.\nselect 1;", 3),
    (b"COPY a FROM stdin; select 3;\n1\n2\n\\.\nselect 4;", 4),
]


@pytest.mark.parametrize(("script", "count"), SPLIT)
def test_each_rule_of_psql(script: bytes, count: int, pg_bin: Path, tmp_path: Path) -> None:
    ours, cut = split_by_us(script)
    assert (len(ours), cut) == (count, False)
    assert ours == split_by_psql(script, pg_bin, tmp_path)


@pytest.mark.parametrize(
    "script",
    [
        b"create function begin() returns int language sql as 'select 1'; select 2;",
        b"create function f() begin atomic select begin from t; end; select 2;",
    ],
)
def test_a_name_begin_does_not_swallow_the_rest(script: bytes) -> None:
    ours, cut = split_by_us(script)
    assert (ours[-1], cut) == (b"select2", False)


@pytest.mark.parametrize(
    ("script", "inside"),
    [
        (b"select 1", "inside the statement that starts on line 2"),
        (b"select (1;", "inside the statement that starts on line 2"),
        (b"select '';select\n'a;", "inside a quoted string in the statement that starts on line 2"),
        (b"select E'\\';", "inside a quoted string in"),
        (b"select U&'a;", "inside a quoted string in"),
        (b'select "a;', "inside a quoted identifier in"),
        (b"select $a$ $$;", "inside a dollar-quoted string in"),
        (b"select /* /* */;", "inside a comment in"),
        (b"/* /* */ select 1;", "inside a comment that starts on line 2"),
        (b"create function f() begin atomic select 1;", "inside the statement that starts on line 2"),
        (b"select 1 -- ;", "inside the statement that starts on line 2"),
        (b"select '\0';", "line 2 holds a NUL byte"),
        (b"select \0;", "line 2 holds a NUL byte"),
        (b"-- \0", "line 2 holds a NUL byte"),
        (b"/* \0 */", "line 2 holds a NUL byte"),
        (b"\\connect \0", "line 2 holds a NUL byte"),
    ],
)
def test_a_script_that_is_cut_or_no_text_is_refused(script: bytes, inside: str) -> None:
    for block_size in (1, 1 << 20):
        with pytest.raises(ScriptError, match=re.escape(inside)):
            list(read_script([b"\n" + script], block_size))
