"""How far the expression of a policy opens a table, read off its parse tree.

The tree says of every column whether it is the policy's own row or one inside a subquery, which the
expression's text does not: in `EXISTS (SELECT FROM members WHERE org_id = org_id)` no column is the row's.
"""

from dataclasses import dataclass
from enum import IntEnum

from judging.nodes import Node
from judging.session import BOOLEAN, Names, bare, bytes_of, text_of

_EQUAL = ("=", "<=", ">=")
_UNEQUAL = ("<>", "<", ">")
_LIKE = ("~~", "~~*")
_JUDGED = ("BOOLEXPR", "OPEXPR", "DISTINCTEXPR", "NULLTEST", "BOOLEANTEST", "CONST")
_PLATFORM = ("pg_catalog", "auth", "storage", "realtime", "extensions")


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

    `not_null` are the numbers of the columns that cannot be null; `roles` are those that
    tenants and strangers come with.
    """

    names: Names
    not_null: frozenset[int]
    roles: frozenset[str]

    def openness(self, node: Node, depth: int = 0) -> Openness:
        """`depth` counts the queries around the node, within which the row's columns are further out."""
        judges = {
            "CONST": self._constant,
            "BOOLEXPR": self._combined,
            "NULLTEST": self._null_test,
            "BOOLEANTEST": self._truth_test,
            "OPEXPR": self._compared,
            "DISTINCTEXPR": self._compared,
            "SCALARARRAYOPEXPR": self._compared,
            "CASEEXPR": self._case,
        }
        node, depth = bare(node, depth)
        return judges.get(node.kind, self._otherwise)(node, depth)

    def _constant(self, node: Node, _: int) -> Openness:
        is_false = node.number("consttype") == BOOLEAN and not any(bytes_of(node))
        return _as(not is_false and node.word("constisnull") != "true")

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
        argument, inner = bare(argument, depth)
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
        sides = [bare(argument, depth)[0] for argument in node.nodes("args")]
        name = self.names.operator(node)
        if len(sides) != 2:
            return self._otherwise(node, depth)
        if any(map(self.names.is_role, sides)):
            let_in = self.names.let_in(sides, name, self.roles)
            unread = self._otherwise(node, depth)
            return unread if let_in is None else Openness.BY_SESSION if let_in else Openness.NEVER
        alike = sides[0] == sides[1] and not self.names.function(sides[0])
        if alike and (node.kind == "DISTINCTEXPR" or name in _EQUAL + _UNEQUAL):
            return _as(node.kind != "DISTINCTEXPR" and name in _EQUAL)
        return self._by_constant(node, sides, name, depth)

    def _by_constant(self, node: Node, sides: list[Node], name: str, depth: int) -> Openness:
        """`x = true`, `1 = 2` and `name LIKE '%'`."""
        left, right = sides
        if left.kind == right.kind == "CONST" and name in ("=", "<>"):
            return _as(name == "<>")
        for one, other in ((left, right), (right, left)):
            if other.kind == "CONST" and other.number("consttype") == BOOLEAN and name == "=":
                found = self.openness(one, depth)
                return found if any(bytes_of(other)) else _turned(found)
        if name in _LIKE and right.kind == "CONST" and set(text_of(right)) == {"%"}:
            return Openness.ALWAYS
        return self._otherwise(node, depth)

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
        calls = [self.names.function(one) for one in inside]
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


def _of_the_row(node: Node, depth: int) -> bool:
    return node.kind == "VAR" and node.number("varlevelsup") == depth and node.number("varno") == 1


def _turned(found: Openness) -> Openness:
    return {Openness.NEVER: Openness.ALWAYS, Openness.ALWAYS: Openness.NEVER}.get(found, found)


def _as(holds: bool) -> Openness:
    return Openness.ALWAYS if holds else Openness.NEVER
