"""Splits plain SQL dumps into statements, COPY data and meta-commands, as psql would.

Nothing here runs anything. Where COPY data begins is told by the statement alone and not by what a
server answered, so data is never taken for statements when a COPY fails (psql's way from 18.6 on).
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from restoring.lexer import NO_OTHER, StatementScanner, whole_statement
from restoring.window import ScriptError, Window

__all__ = [
    "Comment",
    "CopyData",
    "Event",
    "MetaCommand",
    "ScriptError",
    "Statement",
    "read_script",
]

_GAP = rb"(?:\s|--[^\r\n]*+|/\*(?:[^*]|\*(?!/)" + NO_OTHER + rb")*+\*/" + NO_OTHER + rb")"
_NAME = rb'(?:(?:U&)?"(?:[^"]++|""' + NO_OTHER + rb')*+"|[A-Z_\x80-\xff][A-Z0-9_$\x80-\xff]*+)'
_END = rb"(?![A-Z0-9_$\x80-\xff])"
_COPY_FROM_CLIENT = re.compile(
    rb"(?i:COPY" + _END + _GAP + rb"*+(?:BINARY" + _GAP + rb"++)?"
    rb"(" + _NAME + rb"(?:" + _GAP + rb"*+\." + _GAP + rb"*+" + _NAME + rb")*)" + _GAP + rb"*+"
    rb"(?:\((?:[^()\"]++|\"[^\"]*+\"" + NO_OTHER + rb")*+\)" + _GAP + rb"*+)?"
    rb"FROM" + _END + _GAP + rb"*+(?:STDIN|STDOUT)" + _END + rb")"
)
_STRINGS_SETTING = re.compile(
    rb"(?i:SET\s+(?:SESSION\s+)?standard_conforming_strings\s*(?:=|\sTO\s)\s*'?(\w+)'?"
    rb"|RESET\s+(?:standard_conforming_strings|ALL)|DISCARD\s+ALL)\s*\Z"
)
_FALSE = (b"off", b"false", b"no", b"0")
_META_COMMAND = re.compile(rb"\\([;:]|[^\s\\]*+)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Comment:
    """A line that begins with two dashes, outside any statement; without its newline."""

    text: bytes
    line: int


@dataclass(frozen=True)
class Statement:
    """A statement without what comes before its first word and without its semicolon."""

    text: bytes
    line: int


@dataclass(frozen=True)
class CopyData:
    r"""A COPY … FROM stdin, without its semicolon, and its data up to, without, the line `\.`.

    The chunks are to be consumed before the next event is asked for; what was not is passed over.
    """

    statement: bytes
    line: int
    chunks: Iterator[bytes]


@dataclass(frozen=True)
class MetaCommand:
    r"""A backslash command of psql: `connect`, `!`, `g` …, and the rest of its line.

    Inside a statement it comes before that statement. psql may read a second command, and SQL,
    out of what is the argument here: nothing that holds a backslash should be trusted.
    """

    name: str
    argument: str
    line: int


Event = Comment | Statement | CopyData | MetaCommand


def read_script(chunks: Iterable[bytes], block_size: int = 1 << 20) -> Iterator[Event]:
    """The events of a plain SQL script, in order; empty statements and block comments are none.

    `block_size` is how many bytes are gathered, at least, before they are looked at, and so about
    the size of the chunks of COPY data. Raises ScriptError on a NUL byte outside COPY data, and,
    after the last whole event, when the script ends inside something.
    """
    window = Window(chunks, block_size)
    standard_strings = True
    window.skip_byte_order_mark()
    while window.skip_blank():
        line = window.line
        if text := whole_statement(window, standard_strings):
            yield Statement(text, line)
            standard_strings = _standard_strings_after(text, standard_strings)
            continue
        start = window.peek(2)
        if start == b"--":
            yield from _comment(window)
        elif start == b"/*":
            window.skip_comment()
        elif start[:1] == b"\\":
            command = _meta_command(window)
            standard_strings |= command.name in ("c", "connect")
            yield command
        else:
            statement = yield from _statement(window, standard_strings)
            standard_strings = _standard_strings_after(statement, standard_strings)


def _comment(window: Window) -> Iterator[Comment]:
    line, begins_line = window.line, window.begins_line
    text, _, rest = window.rest_of_line().partition(b"\r")
    if rest:
        window.push_back(rest)
    if begins_line:
        yield Comment(text, line)


def _meta_command(window: Window) -> MetaCommand:
    line = window.line
    match = _META_COMMAND.match(window.rest_of_line())
    assert match
    name, argument = (part.decode(errors="backslashreplace") for part in match.groups())
    return MetaCommand(name, argument.strip(), line)


def _statement(window: Window, standard_strings: bool) -> Generator[Event, None, bytes]:
    line = window.line
    scanner = StatementScanner(window, standard_strings)
    while scanner.scan() == b"\\":
        yield _meta_command(window)
    window.advance(window.position + 1)
    text = scanner.text
    if copy := _COPY_FROM_CLIENT.match(text):
        yield from _copy(window, text, line, copy[1].decode(errors="backslashreplace"))
    else:
        yield Statement(text, line)
    return text


def _copy(window: Window, statement: bytes, line: int, table: str) -> Iterator[CopyData]:
    rest = window.rest_of_line()
    window.advance(window.position + 1)
    reader = _DataReader(window, f"COPY {table} (line {line})")
    yield CopyData(statement, line, reader)
    for _ in reader:
        pass
    if rest.strip():
        window.push_back(rest)


class _DataReader(Iterator[bytes]):
    """COPY data from where the window is; moves the window past the end-of-data line."""

    def __init__(self, window: Window, name: str) -> None:
        self._window = window
        self._name = name
        self._done = False

    def __next__(self) -> bytes:
        while not self._done:
            end, self._done = self._end_in_sight()
            data = self._window.advance_over_data(end)
            if self._done:
                self._window.rest_of_line()
            elif not self._window.more():
                raise ScriptError(
                    f"the script was cut inside the data of {self._name}", kind="backup-cut-short"
                )
            if data:
                return data
        raise StopIteration

    def _end_in_sight(self) -> tuple[int, bool]:
        """Up to where there is nothing but data, and whether the end-of-data line comes there."""
        data, position = self._window.data, self._window.position
        found = data.find(b"\n\\.", position - 1)
        while found >= 0:
            if data.startswith((b"\n", b"\r\n"), found + 3):
                return found + 1, True
            found = data.find(b"\n\\.", found + 1)
        return max(position, len(data) - len(b"\n\\.\r")), False


def _standard_strings_after(statement: bytes, before: bool) -> bool:
    """Whether standard_conforming_strings is on after a statement, before which it was `before`."""
    match = _STRINGS_SETTING.match(statement)
    if not match:
        return before
    return (match[1] or b"on").lower() not in _FALSE
