"""The part of a stream of bytes that is being looked at."""

import codecs
import re
from collections.abc import Iterable

from restoring.errors import Damaged

_COMMENT_MARK = re.compile(rb"/\*|\*/")
_BLANK = re.compile(rb"[\s;]*+")


class ScriptError(Damaged):
    """One sentence: the line, and what the script was cut inside of or what does not belong."""


class Window:
    """What is being looked at of a stream of bytes: `data` from `position` on, at line `line`.

    One byte before `position` is always kept. A newline is added at the end of the stream, so
    that what ends with the stream ends like anything else.
    """

    def __init__(self, chunks: Iterable[bytes], block_size: int) -> None:
        self._chunks = iter(chunks)
        self._block_size = block_size
        self._ended = False
        self.data = b"\n"
        self.position = 1
        self.line = 1

    def more(self) -> bool:
        """Read on, letting go of what lies before `position`; False at the end of the stream."""
        if self._ended:
            return False
        blocks = [self.data[self.position - 1 :]]
        wanted = max(self._block_size, len(blocks[0]))
        while wanted > 0 and (chunk := next(self._chunks, None)) is not None:
            blocks.append(chunk)
            wanted -= len(chunk)
        if wanted > 0:
            self._ended = True
            blocks.append(b"\n")
        self.data = b"".join(blocks)
        self.position = 1
        return True

    @property
    def begins_line(self) -> bool:
        """Whether `position` is at the beginning of a line."""
        return self.data[self.position - 1 : self.position] == b"\n"

    def skip_byte_order_mark(self) -> None:
        """Pass the mark that Windows programs put before UTF-8."""
        if self.peek(3) == codecs.BOM_UTF8:
            self.data = b"\n" + self.data[4:]

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, fewer only at the end of the stream."""
        while len(self.data) < self.position + count and self.more():
            pass
        return self.data[self.position : self.position + count]

    def advance(self, to: int) -> bytes:
        """Move `position` on to the index `to`; returns the text that was passed."""
        if self.data.find(b"\0", self.position, to) >= 0:
            raise ScriptError(f"the text that starts on line {self.line} holds a NUL byte")
        return self.advance_over_data(to)

    def advance_over_data(self, to: int) -> bytes:
        """As `advance`, for what may hold any byte."""
        passed = self.data[self.position : to]
        self.line += passed.count(b"\n")
        self.position = to
        return passed

    def skip_blank(self) -> bool:
        """Pass white space and empty statements; False when nothing comes after them."""
        while True:
            match = _BLANK.match(self.data, self.position)
            if match and match.end() > self.position:
                self.advance_over_data(match.end())
            if self.position < len(self.data):
                return True
            if not self.more():
                return False

    def skip_comment(self) -> None:
        """Pass a comment that begins with slash and star, and those nested in it."""
        while not (end := end_of_comment(self.data, self.position)):
            if not self.more():
                raise ScriptError(
                    f"the script was cut inside a comment that starts on line {self.line}",
                    kind="backup-cut-short",
                )
        self.advance(end)

    def rest_of_line(self) -> bytes:
        """Pass what comes before the next newline, and return it."""
        while (end := self.data.find(b"\n", self.position)) < 0 and self.more():
            pass
        return self.advance(end)

    def push_back(self, text: bytes) -> None:
        """Let a text without newlines come next, before what comes next now."""
        self.data = b" " + text + self.data[self.position :]
        self.position = 1


def end_of_comment(data: bytes, at: int) -> int:
    """The index after the nested comment that starts at `at`; 0 when there is none that ends."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(data, at if data.startswith(b"/*", at) else len(data)):
        depth += 1 if mark.group() == b"/*" else -1
        if depth == 0:
            return mark.end()
    return 0
