"""Rights that a backup takes from an owner. A change of owner hands the former owner's rights on to the new
one, so what was taken away before it has to be taken away again.
"""

import re
from collections.abc import Iterable, Iterator

from restoring.names import DOTTED, NAME, bytes_of, name_of
from restoring.owners import OBJECT, changed
from restoring.script import Statement, read_script
from restoring.statements import AUTHORIZATION

_ARGUMENTS = rb"(?: ?\([^;]*\))?"
_GRANT = re.compile(
    rb"(?P<verb>GRANT|REVOKE) (?P<rights>[^;']+?) ON (?P<kind>%s|FOREIGN SERVER) (?P<name>%s)(?P<rest>%s)"
    rb" (?:TO|FROM) (?P<role>%s)(?: WITH GRANT OPTION)?\s*" % (OBJECT, DOTTED, _ARGUMENTS, NAME),
    re.IGNORECASE,
)
_PARTS = re.compile(NAME)
_ROUTINES = frozenset({"AGGREGATE", "FUNCTION", "PROCEDURE", "ROUTINE"})
_NAMED_ALONE = frozenset({"OBJECT", "SCHEMA", "SERVER"})

_Object = tuple[str, tuple[str, ...], bytes]


def grants_in(definitions: Iterable[str]) -> list[bytes]:
    """The grants and revocations of an archive's entries, but for those that others than the owner made."""
    return [
        text for definition in definitions for text in _own_statements(definition) if concerns_one(text)
    ]


def concerns_one(statement: bytes) -> bool:
    """Whether a statement grants one role rights on one thing, or revokes them, and does nothing else."""
    return _GRANT.fullmatch(statement) is not None


def taken_again(statements: Iterable[bytes]) -> list[bytes]:
    """Of changes of owner and grants those grants that are to be repeated once the owners are set.

    They are all that concern an owner's rights on its own thing, where any of these is revoked.
    """
    owners: dict[_Object, str] = {}
    grants: list[tuple[_Object, str, bool, bytes]] = []
    for text in statements:
        if (change := changed(text)) is not None:
            owners[_object(change)] = name_of(change["role"])
        elif (grant := _GRANT.fullmatch(text)) is not None:
            revokes = grant["verb"].upper() == b"REVOKE"
            grants.append((_object(grant), name_of(grant["role"]), revokes, text))
    own = [grant for grant in grants if owners.get(grant[0]) == grant[1]]
    revoked = {thing for thing, _, revokes, _ in own if revokes and _is_told_apart(thing)}
    return [text for thing, _, _, text in own if thing in revoked]


def _own_statements(definition: str) -> Iterator[bytes]:
    for event in read_script(iter([bytes_of(definition)])):
        if isinstance(event, Statement):
            if AUTHORIZATION.fullmatch(event.text):
                return
            yield event.text


def _object(found: "re.Match[bytes]") -> _Object:
    """The same for a change of owner and for a grant, which may call it by another kind."""
    kind = found["kind"].decode().upper().split(" ")[-1]
    family = "ROUTINE" if kind in _ROUTINES else kind if kind in _NAMED_ALONE else ""
    return family, tuple(map(name_of, _PARTS.findall(found["name"]))), found["rest"].strip()


def _is_told_apart(thing: _Object) -> bool:
    """Old dumps leave the schema to the search path, which is another by then."""
    family, name, _ = thing
    return family in _NAMED_ALONE or len(name) > 1
