"""Pieces of secrets: what a check's text still tells after it was cut by "...", "…" or "[88 chars]".

pytest and unittest shorten long values before anybody sees them, so that no whole secret is left to find.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from reporting.spellings import spelt, units_of

SHORTEST = 4
"""How many characters of a secret, beside a cut, are too many to show."""

_MARK = re.compile(r"\.{3,}|…|\\u2026|\[\d+ chars\]")
# A cut may fall into the escaped spelling of one character, and leave a part of that on either side.
_CUT_OFF = re.compile(
    r"""(?:%\w{0,4}|\\{1,8}+\w{0,9}|&[\#\w;]{0,12}|["'\\]{0,8})(?=\.{3}|…|\\u2026|\[\d+ chars\])"""
)
_REMAINDER = re.compile(r"""[0-9A-Fa-f]{1,6}|[\#\w]{0,8};|["'\\]{1,8}""")
_LONGEST_REMAINDER = 9


class Cut:
    """One secret, looked for beside cuts: its beginning, its end, and what lies between two cuts."""

    def __init__(self, secret: str) -> None:
        self._units = [(unit, _pattern(unit)) for unit in units_of(secret)]
        self._head = re.compile(f"(?={spelt(secret[:SHORTEST])})")
        self._any = re.compile("|".join(spelt(unit) for unit in {unit for unit, _ in self._units}))
        self._tail = re.compile(spelt(secret[-SHORTEST:]))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where its pieces stand, as (start, end); they may overlap."""
        cuts = [mark.end() for mark in _MARK.finditer(text)]
        if cuts:
            for head in self._head.finditer(text):
                yield from self._piece(text, head.start(), 0)
        ended = bool(self._tail.search(text))
        for cut in cuts:
            if self._any.match(text, cut):
                for first in range(len(self._units)):
                    yield from self._piece(text, cut, first)
            if ended:
                yield from self._after_remainder(text, cut)

    def _after_remainder(self, text: str, cut: int) -> Iterator[tuple[int, int]]:
        ends = range(cut + 1, cut + 1 + _LONGEST_REMAINDER)
        starts = [start for start in ends if _REMAINDER.fullmatch(text, cut, start)]
        for first, (before, _) in enumerate(self._units[:-1], 1):
            if not _plain(before):
                for start in starts:
                    yield from ((cut, end) for _, end in self._piece(text, start, first))

    def _piece(self, text: str, start: int, first: int) -> Iterator[tuple[int, int]]:
        """The longest piece from here, if it ends at a cut or with the secret."""
        at, length, end = start, 0, None
        for unit, pattern in self._units[first:]:
            if length >= SHORTEST and (cut := _end(text, at, unit)) is not None:
                end = cut
            found = pattern.match(text, at)
            if found is None:
                break
            at, length = found.end(), length + len(unit)
        else:
            end = at if length >= SHORTEST else None
        if end is not None:
            yield start, end


def without_pieces(text: str, cuts: Iterable[Cut], whole: Iterable[re.Pattern[str]], mask: str) -> str:
    """The text with the mask for every piece beside a cut, and for each whole: one may hold the other."""
    if not _MARK.search(text):
        return text
    spans = {span for cut in cuts for span in cut.spans(text)}
    spans |= {found.span() for known in whole for found in known.finditer(text)}
    kept, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            kept += [text[at:start], mask]
        at = max(at, end)
    return "".join([*kept, text[at:]])


def _end(text: str, at: int, following: str) -> int | None:
    """Where a piece ends whose following character was cut off, at least in part."""
    if _MARK.match(text, at):
        return at
    rest = None if _plain(following) else _CUT_OFF.match(text, at)
    return rest.end() if rest else None


def _plain(unit: str) -> bool:
    """Whether it has but one spelling."""
    return unit.isascii() and unit.isalnum()


@cache
def _pattern(unit: str) -> re.Pattern[str]:
    return re.compile(spelt(unit))
