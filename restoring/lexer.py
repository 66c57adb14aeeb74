"""Finds where SQL statements end in a stream of bytes, as psql's lexer does, and parses nothing.

The rules are those of psqlscan.l. The patterns match whole tokens only: a token that reaches the
end of what has been read is looked at again with at least as much again behind it, so that no
byte is scanned more than a few times, whatever the length of a token or of a chunk.
"""

import re

from restoring.window import ScriptError, Window, end_of_comment

# Python before 3.11.5 takes what the last, failed round of a possessive group looked at for matched
# (gh-106052). An alternative that always fails, put last, sets it back.
NO_OTHER = rb"|(?!)"
_ESCAPED = rb"'(?:[^'\\]++|''|\\." + NO_OTHER + rb")*+'(?=[^'])"
_WORD = rb"(?![eEbBxX]'|[uU]&(?:'|\Z))[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*+(?!\Z)"
_TAG = rb"(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+)?+"
_TOKENS = (
    rb"[^A-Za-z_\x80-\xff'\"$();\\/\-\0]++",
    rb"\"[^\"]*+\"",
    rb"-(?=[^-])",
    rb"--[^\r\n]*+(?=[\r\n])",
    rb"/(?=[^*])",
    rb"\$(?=[0-9]|" + _TAG + rb"[^$A-Za-z0-9_\x80-\xff])",
    rb"[eE]" + _ESCAPED,
    rb"[bBxX]'[^']*+'",
    rb"[uU]&'(?:[^']++|''" + NO_OTHER + rb")*+'(?=[^'])",
)


def _runs(string: bytes) -> tuple[bytes, bytes]:
    """As many tokens as there are, with words and without, where `string` is one in quotes.

    What is in parentheses counts as a token if no more than one pair is inside another.
    """
    tokens = b"|".join((*_TOKENS, string))
    anything = _WORD + b"|;|" + tokens
    group = rb"\((?:%b|\((?:%b)*+\)%b)*+\)" % (anything, anything + NO_OTHER, NO_OTHER)
    without_words = tokens + b"|" + group + NO_OTHER
    return (
        rb"(?s:" + _WORD + b"|" + without_words + rb")*+",
        rb"(?s:" + without_words + rb")*+",
    )


# By whether standard_conforming_strings is on; if so, two strings may stand for one that holds ''.
_RUNS = {True: _runs(rb"'[^']*+'"), False: _runs(_ESCAPED)}
_RUN = {on: re.compile(with_words) for on, (with_words, _) in _RUNS.items()}
_RUN_WITHOUT_WORDS = {on: re.compile(without) for on, (_, without) in _RUNS.items()}
_NOT_CREATE = rb"(?![cC])" + _WORD
_WHOLE = {on: re.compile(_NOT_CREATE + with_words + b";") for on, (with_words, _) in _RUNS.items()}
_ONE_WORD = re.compile(_WORD)
_DOLLAR_QUOTE = re.compile(rb"\$" + _TAG + rb"\$")
_ROUTINES = (
    b"create function ",
    b"create procedure ",
    b"create or replace function ",
    b"create or replace procedure ",
)
_CUT_INSIDE = {
    b'"': "a quoted identifier",
    b"$": "a dollar-quoted string",
    b"/": "a comment",
}


def whole_statement(window: Window, standard_strings: bool) -> bytes:
    """The statement that starts where the window is, if it is plain and in sight, else nothing.

    It saves most of the time that a script of many small statements takes.
    """
    match = _WHOLE[standard_strings].match(window.data, window.position)
    return window.advance(match.end())[:-1] if match else b""


class StatementScanner:
    """Gathers the text of the one statement that starts where the window is."""

    def __init__(self, window: Window, standard_strings: bool) -> None:
        self._window = window
        self._pieces: list[bytes] = []
        self._line = window.line
        self._parens = 0
        self._routine = _Routine()
        self._run = _RUN_WITHOUT_WORDS[standard_strings]
        self._unwatched_run = _RUN[standard_strings]

    @property
    def text(self) -> bytes:
        """What was gathered so far."""
        return b"".join(self._pieces)

    def scan(self) -> bytes:
        """Gather up to the semicolon that ends the statement, or up to a meta-command.

        Returns which: a semicolon or a backslash. The window is at it then; it is not gathered.
        """
        at = self._window.position
        while True:
            data = self._window.data
            if run := self._run.match(data, at):
                at = run.end()
            stop = data[at : at + 1]
            if stop == b"\\" or (stop == b";" and not self._parens and not self._routine.depth):
                self._pieces.append(self._window.advance(at))
                return stop
            if stop == b"(":
                self._parens += 1
            elif stop == b")":
                self._parens = max(0, self._parens - 1)
            elif stop != b";":
                at = self._end_of_token(at) or self._read_on(at)
                continue
            at += 1

    def _end_of_token(self, at: int) -> int:
        """The index after what a run does not pass; 0 when its end is not in sight."""
        data = self._window.data
        if word := _ONE_WORD.match(data, at):
            if not self._routine.follow(word.group().lower(), self._parens):
                self._run = self._unwatched_run
            return word.end()
        if quote := _DOLLAR_QUOTE.match(data, at):
            end = data.find(quote.group(), quote.end())
            return end + len(quote.group()) if end > 0 else 0
        return end_of_comment(data, at)

    def _read_on(self, at: int) -> int:
        held_up_by_nul = self._window.data.startswith(b"\0", at)
        self._pieces.append(self._window.advance(at + held_up_by_nul))
        if not self._window.more():
            raise ScriptError(
                f"the script was cut inside {self._cut_inside()}the statement that starts on line"
                f" {self._line}",
                kind="backup-cut-short",
            )
        return self._window.position

    def _cut_inside(self) -> str:
        rest = self._window.data[self._window.position :]
        token = _CUT_INSIDE.get(rest[:1]) or (b"'" in rest[:3] and "a quoted string")
        return f"{token} in " if token else ""


class _Routine:
    """Whether the statement is inside a BEGIN ATOMIC body, by psql's way of counting.

    psql takes any BEGIN for the start of one. The server knows BEGIN ATOMIC alone, and a function
    or a column may bear the name "begin".
    """

    def __init__(self) -> None:
        self.depth = 0
        self._head: list[bytes] = []
        self._previous = b""

    def follow(self, word: bytes, parens: int) -> bool:
        """Take note of an unquoted word in lower case; False when no more need be shown."""
        if len(self._head) < 4 and not self._is_routine():
            self._head.append(word)
            head = b" ".join(self._head) + b" "
            return any(routine.startswith(head) for routine in _ROUTINES)
        if not parens:
            opens = word == b"atomic" and self._previous == b"begin"
            self.depth += opens or (word == b"case" and self.depth > 0)
            self.depth -= word == b"end" and self.depth > 0
        self._previous = word
        return True

    def _is_routine(self) -> bool:
        return b" ".join(self._head) + b" " in _ROUTINES
