"""PostgreSQL's parse trees as the catalogue shows them (`pg_node_tree` cast to text), read into nodes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[(){}]|(?:\\.|[^\s(){}\\])+")
_PLACES = ("location", "stmt_len", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end")


@dataclass(frozen=True)
class Node:
    """One node; a field's value is all that stands behind its name: words, nodes and lists.

    Two nodes are equal when they mean the same, wherever they stood in the statement.
    """

    kind: str
    fields: dict[str, list[object]] = field(default_factory=dict)

    def words(self, name: str) -> list[str]:
        return [item for item in self.fields.get(name, []) if isinstance(item, str)]

    def word(self, name: str) -> str:
        """The first word of a field, empty where there is none."""
        return (self.words(name) or [""])[0]

    def number(self, name: str) -> int:
        return int(self.word(name) or 0)

    def nodes(self, name: str) -> list["Node"]:
        """The nodes of a field, those in its list too."""
        return list(_nodes_in(self.fields.get(name, [])))

    def children(self) -> list["Node"]:
        return [node for values in self.fields.values() for node in _nodes_in(values)]

    def walk(self) -> Iterator["Node"]:
        """The node and all below it."""
        yield self
        for child in self.children():
            yield from child.walk()


def parse(text: str) -> Node:
    """Reads a tree; raises ValueError where the text is none."""
    tokens = _TOKEN.findall(text)
    try:
        value, end = _value(tokens, 0)
    except IndexError:
        raise ValueError("the tree ends too early") from None
    # A policy's expression that the parser left as a list of one is that one.
    nodes = list(_nodes_in([value]))
    if end != len(tokens) or len(nodes) != 1:
        raise ValueError("the text is no tree")
    return nodes[0]


def _nodes_in(values: object) -> Iterator[Node]:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list):
            yield from _nodes_in(value)


def _value(tokens: list[str], at: int) -> tuple[object, int]:
    if tokens[at] == "{":
        return _node(tokens, at + 1)
    if tokens[at] != "(":
        return tokens[at], at + 1
    items: list[object] = []
    at += 1
    while tokens[at] != ")":
        item, at = _value(tokens, at)
        items.append(item)
    return items, at + 1


def _node(tokens: list[str], at: int) -> tuple[Node, int]:
    """A node from its name on; a word that begins with a colon is the name of a field."""
    kind, at = tokens[at], at + 1
    fields: dict[str, list[object]] = {}
    name = ""
    while tokens[at] != "}":
        if tokens[at].startswith(":"):
            name, at = tokens[at][1:], at + 1
            fields[name] = []
        else:
            value, at = _value(tokens, at)
            fields.setdefault(name, []).append(value)
    kept = {name: values for name, values in fields.items() if name not in _PLACES}
    return Node(kind, kept), at + 1
