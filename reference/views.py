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
    words = _TOKEN.findall(query)
    own = _of_the_query_itself(words)
    source = _source(words, own)
    if source is None:
        return query
    return "".join(word for n, word in enumerate(words) if not _needless(words, own, source, n))


def _of_the_query_itself(words: Sequence[str]) -> list[int | None]:
    """How deep in brackets each word lies; None within a query of its own."""
    depths: list[int | None] = []
    opened: list[bool] = []
    for n, word in enumerate(words):
        if word == ")" and opened:
            opened.pop()
        depths.append(None if any(opened) else len(opened))
        if word == "(":
            opened.append(next(_solid(words, n + 1), "") in _SUBQUERIES)
    return depths


def _source(words: Sequence[str], depths: Sequence[int | None]) -> str | None:
    """The name that the one table of a query goes by; None where it has several or none."""
    outer = [word for word, depth in zip(words, depths, strict=True) if depth == 0 and not word.isspace()]
    if "FROM" not in outer or _SET_OPERATIONS & set(outer):
        return None
    item = outer[outer.index("FROM") + 1 :]
    item = item[: next((n for n, word in enumerate(item) if word in _ENDS_OF_FROM), len(item))]
    if "TABLESAMPLE" in item:
        item = item[: item.index("TABLESAMPLE")]
    if "," in item or "JOIN" in item:
        return None
    names = [word for word in item if _NAME.fullmatch(word)]
    return names[-1] if names else None


def _needless(words: Sequence[str], depths: Sequence[int | None], source: str, n: int) -> bool:
    """Whether a word is that name before a column, or the dot between them."""
    if words[n] == ".":
        return n > 0 and _needless(words, depths, source, n - 1)
    if words[n] != source or depths[n] is None or list(words[n + 1 : n + 2]) != ["."]:
        return False
    column, after = (*words[n + 2 : n + 4], "", "")[:2]
    before = next((word for word in map(words.__getitem__, range(n - 1, -1, -1)) if not word.isspace()), "")
    return bool(_NAME.fullmatch(column)) and after != "(" and before not in _NO_COLUMN_FOLLOWS


def _solid(words: Sequence[str], start: int) -> Iterator[str]:
    return (word for word in words[start:] if not word.isspace())
