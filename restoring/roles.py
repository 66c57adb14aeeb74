"""The roles that SQL and archives name, so that they can be created before a restore."""

import re
from collections.abc import Iterator
from itertools import islice

from restoring.archive import Archive

_WITH_ROLES = frozenset({"ACL", "DEFAULT ACL", "POLICY", "USER MAPPING"})

# A token that is never closed takes the rest of the text: no input makes this slower than linear.
_TOKEN = re.compile(
    r"""
      (?P<space>   [ \t\n\r\f\v]++ | --[^\n]*+ )
    | (?P<comment> /\* )
    | (?P<opaque>  [eE]' (?: [^'\\] | \\. | '' | (?!) )*+ '?+
                 | \$ (?P<tag> (?: [A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*+ )? ) \$
                   (?: .*? \$ (?P=tag) \$ | .*+ ) )
    | (?P<text>    ' (?: [^'] | '' | (?!) )*+ '?+ )
    | (?P<name>    " (?: [^"] | "" | (?!) )*+ "?+ )
    | (?P<word>    [A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*+ )
    | (?P<mark>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
# PostgreSQL folds ASCII alone in a database of UTF-8.
_FOLDED = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}

# How a statement begins, and after which of its words a list of roles follows; the first that
# fits counts. Every statement kind that pg_dump, pg_dumpall and Supabase's CLI write is here.
_MENTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("grant", ("to", "granted by")),
    ("revoke", ("from", "granted by")),
    ("alter default privileges", ("for role", "for user", "to", "from")),
    ("create policy", ("to",)),
    ("create user mapping", ("for",)),
    ("alter user mapping", ("for",)),
    ("create role", ("create role", "in role", "in group")),
    ("create user", ("create user", "in role", "in group")),
    ("create group", ("create group", "in role", "in group")),
    ("create schema", ("authorization",)),
    ("create database", ("owner",)),
    ("create tablespace", ("owner",)),
    ("alter role", ("alter role",)),
    ("alter user", ("alter user",)),
    ("alter group", ("alter group",)),
    ("alter", ("owner to",)),
    ("set role", ("set role",)),
    ("set local role", ("local role",)),
    ("set session role", ("session role",)),
    ("set session authorization", ("session authorization",)),
    ("set local session authorization", ("session authorization",)),
    ("comment on role", ("on role",)),
    ("security label", ("on role",)),
)
_BEGINNINGS = frozenset(tuple(begins.split()[:2]) for begins, _ in _MENTIONS)
_FILLERS = frozenset({("word", "group"), ("word", "to"), ("mark", "=")})
_NO_ROLES = frozenset(
    ("word", word) for word in ("all", "default", "user", "current_user", "current_role", "session_user")
)

_Token = tuple[str, str]


def roles_named(archive: Archive) -> frozenset[str]:
    """All roles that restoring `archive` asks for; predefined ones (pg_…) are among them."""
    owners = {entry.owner for entry in archive.entries if entry.owner}
    definitions = (entry.definition for entry in archive.entries if entry.kind in _WITH_ROLES)
    return frozenset(owners.union(*map(roles_in, definitions)))


def roles_in(statement: str) -> frozenset[str]:
    """The roles that a statement of SQL names; PUBLIC and CURRENT_USER are none.

    It may hold several statements if the first names roles, as the definition of an ACL does.
    Names come back as the catalogue spells them. Text that is no SQL gives no error.
    """
    tokens = _outer_tokens(statement)
    head = list(islice(tokens, 2))
    if not _may_name_roles(head):
        return frozenset()
    return frozenset().union(*map(_roles_of, _statements([*head, *tokens])))


def _may_name_roles(head: list[_Token]) -> bool:
    """Whether to read on, which a row of values or a function's body is not worth."""
    words = tuple(value for kind, value in head if kind == "word")
    return words in _BEGINNINGS or words[:1] in _BEGINNINGS


def _roles_of(tokens: list[_Token]) -> set[str]:
    for begins, phrases in _MENTIONS:
        if tokens[: len(begins.split())] == _words(begins):
            ends = (at + len(words.split()) for words in phrases for at in _places(tokens, words))
            return _members(tokens).union(*(_role_list(tokens, end) for end in ends))
    return set()


def _members(tokens: list[_Token]) -> set[str]:
    """The roles that are granted or revoked, where these are not privileges on something."""
    if tokens[0][1] not in ("grant", "revoke") or _places(tokens, "on"):
        return set()
    option = _places(tokens, "option for")
    return _role_list(tokens, option[0] + 2 if option else 1)


def _places(tokens: list[_Token], words: str) -> list[int]:
    wanted = _words(words)
    return [at for at in range(len(tokens)) if tokens[at : at + len(wanted)] == wanted]


def _words(words: str) -> list[_Token]:
    return [("word", word) for word in words.split()]


def _role_list(tokens: list[_Token], at: int) -> set[str]:
    roles: set[str] = set()
    items = iter(tokens[at:])
    for token in items:
        if token in _FILLERS:
            continue
        if token[0] not in ("word", "name", "text"):
            break
        # Even in quotes these two are no names of roles.
        if token not in _NO_ROLES and token[1] not in ("", "public", "none"):
            roles.add(token[1])
        if next(items, None) != ("mark", ","):
            break
    return roles


def _statements(tokens: list[_Token]) -> Iterator[list[_Token]]:
    statement: list[_Token] = []
    for token in [*tokens, ("mark", ";")]:
        if token != ("mark", ";"):
            statement.append(token)
        elif statement:
            yield statement
            statement = []


def _outer_tokens(text: str) -> Iterator[_Token]:
    """The tokens outside parentheses: expressions and argument lists name no roles."""
    depth = 0
    for token in _tokens(text):
        if token == ("mark", "("):
            depth += 1
        elif token == ("mark", ")"):
            depth = max(depth - 1, 0)
        elif depth == 0:
            yield token


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while match := _TOKEN.match(text, at):
        kind = match.lastgroup or ""
        at = _comment_end(text, at) if kind == "comment" else match.end()
        if kind not in ("space", "comment"):
            yield kind, _value(kind, match[0])


def _comment_end(text: str, at: int) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, at):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def _value(kind: str, raw: str) -> str:
    if kind in ("name", "text"):
        quote = raw[0]
        return raw[1:].removesuffix(quote).replace(quote * 2, quote)
    return raw.translate(_FOLDED) if kind == "word" else raw
