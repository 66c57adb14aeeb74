"""The removal of secrets: those this run knows, in every spelling, and what has a secret's form.

Known secrets go first, then the forms. JSON is best passed through `value` before it is dumped:
`text` knows no structure and prefers hiding too much to hiding too little.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from reporting.cuts import Cut, without_pieces
from reporting.spellings import OPTIONS, secrets_in, spelt, telling

MASK = "***"
# A shorter secret, hidden wherever it occurs, would leave nothing to read.
SHORTEST = 4
DEEPEST = 64

_QUOTE = r"""(?:\\{0,7}["']|&(?:amp;)?(?:quot|apos|\#34|\#39|\#x22|\#x27);)"""
_BARE = r"""(?:[^\s"'<\\]|\\++[^\s"'<\\]|'(?=\w)|(?!))++"""
_NAME = r"""(?:passw(?:or)?d|passphrase|pwd|secret|token
    |(?:api|access|role|private|client|server)[_-]?key)"""
# Python before 3.11.5 keeps what the last, failed round of a possessive group looked at, unless an
# alternative that always fails is its last: https://github.com/python/cpython/issues/106052
_ASSIGNED = re.compile(
    rf"""(?P<head>{_NAME}
        (?: {_QUOTE}?\s{{0,8}}(?:={{1,3}}>?|:=|%3d)\s{{0,8}}(?!\*\*\*(?:&|\\u0026))
        |   {_QUOTE}\s{{0,8}}:\s{{0,8}}
            (?!(?:-?[\d.]{{1,40}}|null|none|true|false)\s{{0,8}}(?:[,}}\]]|$))
        |   (?<=password)\s{{1,8}}(?=e?') )
        (?:[bruef](?=["']))?)
    (?: (?P<single>')(?:(?:[^'\\\n]|\\.|''|(?!))*+'|(?:[^'"\\\n]|\\.|''|(?!))*+)
    |   (?P<double>")(?:[^"\\\n]|\\.|(?!))*+"?
    |   (?P<other>{_QUOTE})[^\n]*?(?:(?<!\\)(?P=other)|$)
    |   {_BARE} )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_SIGNED = re.compile(
    r"""((?: (?:[?&;]|%3f|%26|\\u0026)
            (?:sig|signature|(?:[a-z]{1,20}[_-])?token|api[_-]?key|key|(?:ssl)?password
              |pwd|(?:client_)?secret)(?:=|%3d)
        |   x-(?:amz|goog)-(?:signature|credential|security-token)(?:=|%3d|:\ ?) ))
    [^\s"'<>&\\]++""",
    re.IGNORECASE | re.VERBOSE,
)
_URL = re.compile(r"""(:\\{0,7}/\\{0,7}/)([^\s"<>]+)""")
_HOOK = re.compile(
    rf"(hooks\.slack(?:-gov)?\.com(?:\\{{0,7}}/|%2f)[a-z]+(?:\\{{0,7}}/|%2f)){_BARE}",
    re.IGNORECASE,
)
_BEARER = re.compile(rf"(bearer(?:\s{{1,8}}|%20|\+)){_BARE}", re.IGNORECASE)
_BASIC = re.compile(
    rf"(authorization{_QUOTE}?\s{{0,8}}[:=]\s{{0,8}}{_QUOTE}?[a-z]+\s{{1,8}}){_BARE}", re.IGNORECASE
)
_SCRAM = re.compile(rf"(SCRAM-SHA-256)\\{{0,7}}\${_BARE}")
_MD5 = re.compile(r"md5[0-9a-fA-F]{32}")
# Each match takes a whole run, dots or not: a failing one would be tried again at every "eyJ".
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]*+(?:\.[A-Za-z0-9_-]++|(?!))*+")
_KEY = re.compile(r"(sb(?:p|_secret)_|xox[a-z]-)[A-Za-z0-9_-]{8,}")


def _without_password(url: re.Match[str]) -> str:
    head, at, host = url[2].rpartition("@")
    user, colon, _ = head.partition(":")
    return f"{url[1]}{user}:{MASK}@{host}" if at and colon else url[0]


def _unassigned(found: re.Match[str]) -> str:
    quote = found["single"] or found["double"] or found["other"] or ""
    return f"{found['head']}{quote}{MASK}{quote if found[0].endswith(quote) else ''}"


_FORMS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_SCRAM, rf"\g<1>${MASK}"),
    (_MD5, f"md5{MASK}"),
    (_JWT, lambda found: MASK if "." in found[0] else found[0]),
    (_KEY, rf"\g<1>{MASK}"),
    (_URL, _without_password),
    (_HOOK, rf"\g<1>{MASK}"),
    (_SIGNED, rf"\g<1>{MASK}"),
    (_ASSIGNED, _unassigned),
    (_BEARER, rf"\g<1>{MASK}"),
    (_BASIC, rf"\g<1>{MASK}"),
)
_SECRET_KEY = re.compile(rf"(?:pg|ssl)?{OPTIONS}|authorization|apikey", re.IGNORECASE)


@dataclass
class Redactor:
    """Hides the secrets of one run; its own repr shows none."""

    _known: tuple[re.Pattern[str], ...] = field(default=(), repr=False)
    _cuts: tuple[Cut, ...] = field(default=(), repr=False)
    _sources: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, *secrets: str | None) -> "Redactor":
        """A redactor that knows these from the beginning."""
        redactor = cls()
        redactor.learn(*secrets)
        return redactor

    def learn(self, *secrets: str | None) -> None:
        """Adds DSNs (only their passwords), web addresses, bare secrets.

        What is malformed is taken apart in every likely way; nothing is raised.
        """
        given = {source.strip() for source in secrets if source}
        if given <= self._sources:
            return
        self._sources |= given
        known = _usable(part for source in self._sources for part in secrets_in(source))
        cut = _usable(part for source in self._sources for part in telling(source))
        self._known = tuple(re.compile(spelt(part)) for part in known)
        self._cuts = tuple(Cut(part) for part in cut)

    def text(self, text: str) -> str:
        """The text with `MASK` for every secret; doing it twice changes nothing more."""
        text = without_pieces(text, self._cuts, self._known, MASK)
        for known in self._known:
            text = known.sub(MASK, text)
        for form, replacement in _FORMS:
            text = form.sub(replacement, text)
        return text

    def value(self, value: object) -> object:
        """The value without secrets and fit for `json.dumps(allow_nan=False)` and for jsonb.

        Keys become strings, other collections lists, what JSON lacks its redacted `str`.
        What contains itself, or lies deeper than `DEEPEST`, becomes "…".
        """
        return self._value(value, ())

    def _value(self, value: object, within: tuple[int, ...]) -> object:
        if not isinstance(value, Mapping | list | tuple | set | frozenset):
            return self._scalar(value)
        if id(value) in within or len(within) >= DEEPEST:
            return "…"
        within = (*within, id(value))
        if isinstance(value, Mapping):
            return self._mapping(value, within)
        items = [self._value(item, within) for item in value]
        return sorted(items, key=json.dumps) if isinstance(value, set | frozenset) else items

    def _mapping(self, value: Mapping[object, object], within: tuple[int, ...]) -> object:
        cleaned: dict[str, object] = {}
        for key, item in value.items():
            name = str(self._scalar(key))
            while name in cleaned:
                name += "*"
            secret = isinstance(item, str | bytes) and _SECRET_KEY.fullmatch(name)
            cleaned[name] = MASK if secret else self._value(item, within)
        return cleaned

    def _scalar(self, value: object) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float | Decimal):
            return _number(value)
        return _storable(self.text(_as_text(value)))


def _usable(parts: Iterable[str]) -> list[str]:
    """Each once, the longest first, and none that would hide what is no secret."""
    usable = {part for part in parts if len(part) >= SHORTEST and set(part) != {"*"}}
    return sorted(usable, key=lambda part: (-len(part), part))


def _number(value: int | float | Decimal) -> object:
    """The number; as text when it is too long, not finite, or a decimal fraction."""
    if isinstance(value, int):
        return int(value) if value.bit_length() <= 4096 else hex(value)
    if isinstance(value, Decimal):
        whole = value.is_finite() and value.adjusted() < 100 and value == value.to_integral_value()
        return int(value) if whole else str(value)
    if math.isfinite(value):
        return float(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _as_text(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    try:
        return str(value)
    except Exception:  # a check's own object may raise anything, and the verdict must go out
        return f"<{type(value).__name__}>"


def _storable(text: str) -> str:
    """The text without NUL and lone surrogates, which jsonb refuses."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)
