"""What in an expression stands for the session: its role, its claims; and what casts and calls hide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from judging.nodes import Node

BOOLEAN = 16
_TEXTS = (19, 25, 1042, 1043)
"""The OIDs of name, text, char and varchar."""
_CASTS = ("RELABELTYPE", "COERCEVIAIO", "COERCETODOMAIN")
_ROLE_VALUES = ("9", "10", "11", "12")
"""SQLValueFunction's numbers of CURRENT_ROLE, CURRENT_USER, USER and SESSION_USER."""
_ROLE_SETTINGS = ("role", "request.jwt.claim.role")
_INTO_CLAIMS = ("->", "#>")
_SCALAR = 4


@dataclass(frozen=True)
class Names:
    """The names of the OIDs that stand in trees: operators, and functions as `schema.name`."""

    operators: Mapping[str, str]
    functions: Mapping[str, str]

    def operator(self, node: Node) -> str:
        return self.operators.get(node.word("opno"), "")

    def function(self, node: Node) -> str:
        """The function that a node calls; empty for any other node."""
        return self.functions.get(node.word("funcid"), "") if node.kind == "FUNCEXPR" else ""

    def is_role(self, node: Node) -> bool:
        """Whether a node gives the role that the session came with."""
        called = self.function(node)
        if node.kind == "SQLVALUEFUNCTION":
            return node.word("op") in _ROLE_VALUES
        constants = [text_of(inner) for inner in node.walk() if inner.kind == "CONST"]
        if called == "pg_catalog.current_setting":
            return bool(constants) and constants[0] in _ROLE_SETTINGS
        claimed = node.kind == "OPEXPR" and self.operator(node) == "->>" and constants[-1:] == ["role"]
        return called == "auth.role" or (claimed and self._of_the_token(node))

    def _of_the_token(self, node: Node) -> bool:
        """Whether what is looked into is the token itself, and neither a part of it nor a column."""
        return not any(inner.kind == "VAR" or self.operator(inner) in _INTO_CLAIMS for inner in node.walk())

    def let_in(self, sides: list[Node], operator: str, roles: Collection[str]) -> set[str] | None:
        """Which of the roles a comparison with names lets in; None where it cannot be read."""
        others = [side for side in sides if not self.is_role(side)]
        given = others[0].nodes("elements") if others and others[0].kind == "ARRAYEXPR" else others
        constants = [bare(one, 0)[0] for one in given]
        texts = [one for one in constants if one.kind == "CONST" and one.number("consttype") in _TEXTS]
        if operator not in ("=", "<>") or not texts or len(texts) < len(constants):
            return None
        names = {text_of(one) for one in texts}
        return {role for role in roles if (role in names) == (operator == "=")}


def bare(node: Node, depth: int) -> tuple[Node, int]:
    """Without casts, and without the `(SELECT f())` that keeps a call from being made for each row."""
    while True:
        if node.kind in _CASTS:
            node = node.nodes("arg")[0]
            continue
        query = next(iter(node.nodes("subselect")), None)
        if query is None or node.number("subLinkType") != _SCALAR or query.nodes("rtable"):
            return node, depth
        if any(tree.nodes("quals") for tree in query.nodes("jointree")):
            return node, depth
        node, depth = query.nodes("targetList")[0].nodes("expr")[0], depth + 1


def bytes_of(constant: Node) -> list[int]:
    words = constant.words("constvalue")
    return [int(word) % 256 for word in words[2:-1]]


def text_of(constant: Node) -> str:
    """A constant's text; what is no text gives none that a name could equal."""
    raw = bytes(bytes_of(constant))
    kept = raw[4:] if constant.word("constlen") == "-1" else raw.rstrip(b"\0")
    return kept.decode(errors="replace")
