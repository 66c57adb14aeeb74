"""How far the expression of a policy opens a table, read off its parse tree.

The tree says of every column whether it is the policy's own row or one inside a subquery, which the
expression's text does not: in `EXISTS (SELECT FROM members WHERE org_id = org_id)` no column is the row's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from judging.nodes import Node

_EQUAL = ("=", "<=", ">=")
_UNEQUAL = ("<>", "<", ">")
_LIKE = ("~~", "~~*")
_BOOLEAN = 16
_TEXTS = (19, 25, 1042, 1043)
"""The OIDs of name, text, char and varchar."""
_JUDGED = ("BOOLEXPR", "OPEXPR", "DISTINCTEXPR", "NULLTEST", "BOOLEANTEST", "CONST")
_CASTS = ("RELABELTYPE", "COERCEVIAIO", "COERCETODOMAIN")
_ROLE_VALUES = ("9", "10", "11", "12")
"""SQLValueFunction's numbers of CURRENT_ROLE, CURRENT_USER, USER and SESSION_USER."""
_ROLE_SETTINGS = ("role", "request.jwt.claim.role")
_PLATFORM = ("pg_catalog", "auth", "storage", "realtime", "extensions")
_SCALAR = 4


class Openness(IntEnum):
    """At which rows an expression lets somebody; of two by OR the larger holds, by AND the smaller."""

    NEVER = 0
    BY_ROW = 1
    BY_FUNCTION = 2
    """At every row, for those whom a function picks that is not told of the row."""
    BY_SESSION = 3
    """At every row, by something that has nothing to do with the row."""
    ALWAYS = 4


@dataclass(frozen=True)
class Reader:
    """Judges the expressions of one table's policies.

    `operators` and `functions` map the OIDs that stand in the trees to names, `schema.name` for a
    function; `not_null` are the numbers of the columns that cannot be null; `roles` are those that
    tenants and strangers come with.
    """

    operators: Mapping[str, str]
    functions: Mapping[str, str]
    not_null: frozenset[int]
    roles: frozenset[str]

    def openness(self, node: Node, depth: int = 0) -> Openness:
        """`depth` counts the queries around the node, within which the row's columns are further out."""
        node, depth = _bare(node, depth)
        match node.kind:
            case "CONST":
                return self._constant(node)
            case "BOOLEXPR":
                return self._combined(node, depth)
            case "NULLTEST":
                return self._null_test(node, depth)
            case "BOOLEANTEST":
                return self._truth_test(node, depth)
            case "OPEXPR" | "DISTINCTEXPR" | "SCALARARRAYOPEXPR":
                return self._compared(node, depth)
            case "CASEEXPR":
                return self._case(node, depth)
        return self._otherwise(node, depth)

    def _constant(self, node: Node) -> Openness:
        if node.word("constisnull") == "true":
            return Openness.NEVER
        if node.number("consttype") == _BOOLEAN and not any(_bytes(node)):
            return Openness.NEVER
        return Openness.ALWAYS

    def _combined(self, node: Node, depth: int) -> Openness:
        found = [self.openness(argument, depth) for argument in node.nodes("args")]
        match node.word("boolop"):
            case "and":
                return min(found)
            case "or":
                return max(found)
        return _turned(found[0])

    def _null_test(self, node: Node, depth: int) -> Openness:
        """IS NULL is number 0, IS NOT NULL number 1."""
        (argument,) = node.nodes("arg")
        argument, inner = _bare(argument, depth)
        is_not = node.word("nulltesttype") == "1"
        number = argument.number("varattno")
        if argument.kind == "VAR" and _of_the_row(argument, inner):
            never_null = number in self.not_null or number < 0
            return _as(is_not) if never_null else Openness.BY_ROW
        if argument.kind == "CONST":
            return _as(is_not != (argument.word("constisnull") == "true"))
        return Openness.BY_ROW if self._reads_row(argument, inner) else Openness.BY_SESSION

    def _truth_test(self, node: Node, depth: int) -> Openness:
        """IS TRUE is 0, IS NOT TRUE 1, IS FALSE 2, IS NOT FALSE 3."""
        (argument,) = node.nodes("arg")
        match node.word("booltesttype"):
            case "0" | "3":
                return self.openness(argument, depth)
            case "1" | "2":
                return _turned(self.openness(argument, depth))
        return self._otherwise(node, depth)

    def _compared(self, node: Node, depth: int) -> Openness:
        bare = [_bare(argument, depth)[0] for argument in node.nodes("args")]
        name = self.operators.get(node.word("opno"), "")
        if len(bare) != 2:
            return self._otherwise(node, depth)
        if any(map(self._is_role, bare)):
            told = self._by_role(node, bare, name)
            return self._otherwise(node, depth) if told is None else told
        alike = bare[0] == bare[1] and not self._calls(bare[0])
        if node.kind == "DISTINCTEXPR":
            return Openness.NEVER if alike else self._otherwise(node, depth)
        if alike and name in _EQUAL + _UNEQUAL:
            return _as(name in _EQUAL)
        return self._by_constant(node, bare, name, depth)

    def _by_constant(self, node: Node, bare: list[Node], name: str, depth: int) -> Openness:
        """`x = true`, `1 = 2` and `name LIKE '%'`."""
        left, right = bare
        if left.kind == right.kind == "CONST" and name in ("=", "<>"):
            return _as(name == "<>")
        for one, other in ((left, right), (right, left)):
            if other.kind == "CONST" and other.number("consttype") == _BOOLEAN and name == "=":
                found = self.openness(one, depth)
                return found if any(_bytes(other)) else _turned(found)
        if name in _LIKE and right.kind == "CONST" and set(_text(right)) == {"%"}:
            return Openness.ALWAYS
        return self._otherwise(node, depth)

    def _by_role(self, node: Node, bare: list[Node], name: str) -> Openness | None:
        """A comparison of the session's role with names; None where these cannot be read."""
        others = [one for one in bare if not self._is_role(one)]
        given = others[0].nodes("elements") if others and others[0].kind == "ARRAYEXPR" else others
        constants = [_bare(one, 0)[0] for one in given]
        if not constants or any(one.kind != "CONST" for one in constants):
            return None
        if name not in ("=", "<>") or any(one.number("consttype") not in _TEXTS for one in constants):
            return None
        names = {_text(one) for one in constants}
        let_in = names & self.roles if name == "=" else self.roles - names
        return Openness.BY_SESSION if let_in else Openness.NEVER

    def _is_role(self, node: Node) -> bool:
        name = self._calls(node)
        if node.kind == "SQLVALUEFUNCTION":
            return node.word("op") in _ROLE_VALUES
        constants = [_text(inner) for inner in node.walk() if inner.kind == "CONST"]
        if name == "pg_catalog.current_setting":
            return bool(constants) and constants[0] in _ROLE_SETTINGS
        claims = node.kind == "OPEXPR" and self.operators.get(node.word("opno")) == "->>"
        return name == "auth.role" or (claims and constants[-1:] == ["role"] and self._top_claims(node))

    def _top_claims(self, node: Node) -> bool:
        """Whether what is looked into is the token itself, and not something within it."""
        arrows = [inner for inner in node.walk() if self.operators.get(inner.word("opno")) in ("->", "#>")]
        return not arrows and not any(inner.kind == "VAR" for inner in node.walk())

    def _case(self, node: Node, depth: int) -> Openness:
        if node.nodes("arg"):
            return self._otherwise(node, depth)
        found, so_far = Openness.NEVER, Openness.ALWAYS
        for when in node.nodes("args"):
            condition = self.openness(when.nodes("expr")[0], depth)
            found = max(found, min(so_far, condition, self.openness(when.nodes("result")[0], depth)))
            so_far = min(so_far, _turned(condition))
        last = [self.openness(one, depth) for one in node.nodes("defresult")]
        return max(found, *(min(so_far, one) for one in last), Openness.NEVER)

    def _otherwise(self, node: Node, depth: int) -> Openness:
        """What cannot be told any further: by the row where it is looked at, else by the session."""
        if _of_the_row(node, depth) or any(self._reads_row(child, depth) for child in node.children()):
            return Openness.BY_ROW
        inside = list(node.walk())
        calls = [self._calls(one) for one in inside]
        opaque = any(name and name.split(".")[0] not in _PLATFORM for name in calls)
        asks = any(one.kind == "QUERY" and one.nodes("rtable") for one in inside)
        return Openness.BY_FUNCTION if opaque and not asks else Openness.BY_SESSION

    def _reads_row(self, node: Node, depth: int) -> bool:
        if _of_the_row(node, depth):
            return True
        settled = (Openness.NEVER, Openness.ALWAYS)
        if node.kind in _JUDGED and self.openness(node, depth) in settled:
            return False
        inner = depth + (node.kind == "QUERY")
        return any(self._reads_row(child, inner) for child in node.children())

    def _calls(self, node: Node) -> str:
        """The function that a node calls, as `schema.name`; empty for any other node."""
        return self.functions.get(node.word("funcid"), "") if node.kind == "FUNCEXPR" else ""


def _bare(node: Node, depth: int) -> tuple[Node, int]:
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


def _of_the_row(node: Node, depth: int) -> bool:
    return node.kind == "VAR" and node.number("varlevelsup") == depth and node.number("varno") == 1


def _turned(found: Openness) -> Openness:
    return {Openness.NEVER: Openness.ALWAYS, Openness.ALWAYS: Openness.NEVER}.get(found, found)


def _as(holds: bool) -> Openness:
    return Openness.ALWAYS if holds else Openness.NEVER


def _bytes(constant: Node) -> Iterable[int]:
    words = constant.words("constvalue")
    return [int(word) % 256 for word in words[2:-1]]


def _text(constant: Node) -> str:
    """A constant's text; what is no text gives none that a name could equal."""
    raw = bytes(_bytes(constant))
    kept = raw[4:] if constant.word("constlen") == "-1" else raw.rstrip(b"\0")
    return kept.decode(errors="replace")
