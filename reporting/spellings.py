"""The spellings of a secret: what is secret in a DSN or a web address, and how it may stand in text."""

import html.entities
import re
from collections.abc import Iterator
from urllib.parse import unquote

OPTIONS = r"(?:password|oauth_client_secret|scram_(?:client|server)_key)"
"""A pattern for the conninfo keywords whose values are secret."""

_ENTITIES = html.entities.codepoint2name | {ord("'"): "apos"}
_OPTION = re.compile(
    rf"""{OPTIONS}\s*=\s*
    (?:(?P<quoted>'(?:[^'\\]|\\.)*')(?=\s|$) | (?P<loose>.*?)(?=\s+[a-z_]+\s*=|$))""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_DSN = re.compile(
    r"postgres(?:ql)?(?:\+\w+)?://|(?:.*\s)?(?:host|hostaddr|port|dbname|user|password|service)\s*=",
    re.IGNORECASE | re.DOTALL,
)
_WEB = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


def secrets_in(source: str) -> Iterator[str]:
    """The secrets in a DSN, a web address or a bare secret, as they stand and percent-decoded."""
    found = [*_userinfo(source), *_options(source)]
    if _WEB.match(source):
        found += _address(source)
    elif not _DSN.match(source):
        found.append(source)
    for secret in found:
        yield secret.strip()
        yield unquote(secret).strip()


def telling(source: str) -> Iterator[str]:
    """Those of them that tell something even in part; the beginning of a web address does not."""
    web = _WEB.match(source)
    yield from (secret for secret in secrets_in(source) if not (web and "/" in secret))


def _userinfo(source: str) -> Iterator[str]:
    """The password between user and host, and its pieces when it is not percent-encoded.

    libpq cuts such a DSN at the wrong place and quotes the piece in its error.
    """
    rest = source.partition("://")[2] or source
    tail = re.sub(r"\?[a-z_]+=.*", "", rest, flags=re.DOTALL).partition(":")[2]
    password, at, _ = (tail if "@" in tail else rest.partition(":")[2]).rpartition("@")
    if at:
        yield password
        if re.search(r"[@/?#\s\[\]]", password):
            yield from re.split(r"[@/?#:\s\[\]]+", password)


def _options(source: str) -> Iterator[str]:
    """The values of secret conninfo keywords or URL parameters, unquoted, unescaped, and raw."""
    for option in _OPTION.finditer(source):
        if option["quoted"]:
            values = [option["quoted"][1:-1]]
        else:
            loose = option["loose"]
            values = [loose, loose.partition("&")[0], *loose.split()]
        for value in values:
            yield value
            yield re.sub(r"\\(.)", r"\1", value.strip("'"), flags=re.DOTALL)


def _address(url: str) -> Iterator[str]:
    """A webhook's URL, its path with and without the query, and the parts that look random."""
    path = _WEB.sub("", url, count=1)
    yield from (url, path, path.partition("?")[0])
    yield from (part for part in re.split(r"[/?&=#]", path) if len(part) >= 16)


def spelt(secret: str) -> str:
    """A pattern for the secret in text, and escaped, even twice, for XML, JSON, repr or a URL."""
    return "".join(_run(run[1], len(run[0])) for run in re.finditer(r"(.)\1*", secret, flags=re.DOTALL))


def units_of(secret: str) -> Iterator[str]:
    """The secret in the smallest parts whose spellings can be told apart, most of them one character."""
    yield from re.findall(r"\\+|'+|\"+|.", secret, flags=re.DOTALL)


def _run(char: str, count: int) -> str:
    """The spellings of one character, `count` times; quantifiers are bounded against blow-up."""
    if (char.isascii() and char.isalnum()) or char in "_-.*":
        return re.escape(char) * count
    if char == "\\":
        encoded = rf"(?i:%(?:25){{0,2}}5c){{{count}}}"
        return rf"(?:\\{{{count},{8 * count}}}+|{encoded})"
    spellings = "|".join(_character(char))
    literal = re.escape(char)
    doubled = rf"|{literal}{{{2 * count}}}" if char in "'\"" else ""
    shell = rf"|(?:'\"'\"'){{{count}}}" if char == "'" else ""
    return rf"(?:(?:{spellings}){{{count}}}{shell}{doubled}|(?:\\{{0,7}}{literal}){{{count}}})"


def _character(char: str) -> Iterator[str]:
    """The encoded spellings of one character that is neither a letter, a digit nor a backslash."""
    code = ord(char)
    encoded = char.encode("utf-8", "surrogatepass")
    wide = char.encode("utf-16-be", "surrogatepass").hex()
    units = [wide[start : start + 4] for start in range(0, len(wide), 4)]
    name = _ENTITIES.get(code, f"#{code}")
    yield "(?i:" + "".join(f"%(?:25){{0,2}}{byte:02x}" for byte in encoded) + ")"
    yield "(?i:" + "".join(rf"\\{{0,8}}u{unit}" for unit in units) + ")"
    yield "".join(rf"\\{{0,8}}x{byte:02x}" for byte in encoded)
    yield rf"\\{{0,8}}(?:x{code:02x}|U{code:08x})"
    yield rf"&(?:amp;){{0,3}}(?:(?i:\#0*{code}|\#x0*{code:x})|{name});"
    if char in "\n\r\t":
        yield r"\\{0,8}" + {"\n": "n", "\r": "r", "\t": "t"}[char]
    if char == " ":
        yield r"\+"
