"""Queries of views in one spelling: up to PostgreSQL 15 every column came with the name of its table."""

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[^\W\d][\w$]*|\d[\w.]*|::|\s+|.""", re.DOTALL)
_NAME = re.compile(r"""[^\W\d][\w$]*|"(?:[^"]|"")*\"""")
_SUBQUERIES = frozenset({"SELECT", "WITH", "VALUES"})
_SET_OPERATIONS = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_ENDS_OF_FROM = frozenset(
    {"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", ";"}
)
_NO_COLUMN_FOLLOWS = frozenset({".", "::", "COLLATE"})


def without_needless_names(query: str) -> str:
    """A query as pg_get_viewdef writes it, as PostgreSQL 16 and later spell it.

    Where it reads a single table, that table's name goes from before its columns; a query within it
    keeps them, as there.
    """
    tokens = _TOKEN.findall(query)
    own = _of_the_query_itself(tokens)
    source = _source(tokens, own)
    if source is None:
        return query
    return "".join(token for n, token in enumerate(tokens) if not _needless(tokens, own, source, n))


def _of_the_query_itself(tokens: Sequence[str]) -> list[int | None]:
    """How deep in brackets each token lies; None within a query of its own."""
    depths: list[int | None] = []
    opened: list[bool] = []
    for n, token in enumerate(tokens):
        if token == ")" and opened:
            opened.pop()
        depths.append(None if any(opened) else len(opened))
        if token == "(":
            opened.append(next(_words(tokens, n + 1), "") in _SUBQUERIES)
    return depths


def _source(tokens: Sequence[str], depths: Sequence[int | None]) -> str | None:
    """The name that the one table of a query goes by; None where it has several or none."""
    outer = [
        token for token, depth in zip(tokens, depths, strict=True) if depth == 0 and not token.isspace()
    ]
    if "FROM" not in outer or _SET_OPERATIONS & set(outer):
        return None
    item = outer[outer.index("FROM") + 1 :]
    item = item[: next((n for n, token in enumerate(item) if token in _ENDS_OF_FROM), len(item))]
    if "TABLESAMPLE" in item:
        item = item[: item.index("TABLESAMPLE")]
    if "," in item or "JOIN" in item:
        return None
    names = [token for token in item if _NAME.fullmatch(token)]
    return names[-1] if names else None


def _needless(tokens: Sequence[str], depths: Sequence[int | None], source: str, n: int) -> bool:
    """Whether a token is that name before a column, or the dot between them."""
    if tokens[n] == ".":
        return n > 0 and _needless(tokens, depths, source, n - 1)
    if tokens[n] != source or depths[n] is None or list(tokens[n + 1 : n + 2]) != ["."]:
        return False
    column, after = (*tokens[n + 2 : n + 4], "", "")[:2]
    before = next(
        (token for token in map(tokens.__getitem__, range(n - 1, -1, -1)) if not token.isspace()), ""
    )
    return bool(_NAME.fullmatch(column)) and after != "(" and before not in _NO_COLUMN_FOLLOWS


def _words(tokens: Sequence[str], start: int) -> Iterator[str]:
    return (token for token in tokens[start:] if not token.isspace())
