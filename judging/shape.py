"""The shape of a database, small enough for a row of the log, and how one differs from an earlier one.

It serves where there is no reference. A database may rightly change from one backup to the next, so only
what should make somebody look is found: what has gone, what lets more people in, tables that were emptied.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from judging.findings import Finding
from reference.definitions import OF_THE_SERVER, Definition

MOST = 5000
"""How many definitions a row holds by name; of more, each kind is one number and one digest."""

LEAST_ROWS = 100
_FELL_TO = 0.5
_DANGEROUS_BESIDES = ("policy", "grant")
_PROTECTION = (*_DANGEROUS_BESIDES, "row security")
_ALL = "*"

Shape = Mapping[str, Any]


def shape_of(definitions: Sequence[Definition], rows: Mapping[str, int]) -> dict[str, Any]:
    """Digests of definitions by kind and identity, and the estimated rows of each schema.table."""
    kinds: dict[str, dict[str, str]] = {}
    for each in definitions:
        if each.kind not in OF_THE_SERVER and each.kind != "column order":
            kinds.setdefault(each.kind, {})[each.identity] = _digest(each.definition)
    if sum(map(len, kinds.values())) > MOST:
        kinds = {
            kind: {_ALL: f"{len(of)} {_digest(repr(sorted(of.items())))}"} for kind, of in kinds.items()
        }
    return {"definitions": kinds, "rows": dict(rows)}


def changes(earlier: Shape, now: Shape) -> list[Finding]:
    """What should make somebody look, each in a few words."""
    return [*_changed_definitions(earlier["definitions"], now["definitions"]), *_lost_rows(earlier, now)]


def _changed_definitions(
    earlier: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    for kind in sorted(earlier.keys() | now.keys()):
        then, here = earlier.get(kind, {}), now.get(kind, {})
        if _ALL in then or _ALL in here:
            if _ALL in then and _ALL in here and then != here:
                words = f"{kind}: {here[_ALL].split()[0]}, {then[_ALL].split()[0]} then, and not the same"
                yield Finding(_changed(kind), words)
            continue
        yield from (
            Finding(_changed(kind), f"{kind} {name}: gone") for name in sorted(then.keys() - here.keys())
        )
        if kind in _PROTECTION:
            both = sorted(then.keys() & here.keys())
            differing = (name for name in both if then[name] != here[name])
            yield from (Finding(_changed(kind), f"{kind} {name}: changed") for name in differing)
        if kind in _DANGEROUS_BESIDES:
            added = sorted(here.keys() - then.keys())
            yield from (Finding(_changed(kind), f"{kind} {name}: new") for name in added)


def _changed(kind: str) -> str:
    return "protection-changed-since-success" if kind in _PROTECTION else "changed-since-success"


def _lost_rows(earlier: Shape, now: Shape) -> Iterator[Finding]:
    for name, then in sorted(earlier["rows"].items()):
        here = now["rows"].get(name)
        if here is not None and then >= LEAST_ROWS and here < then * _FELL_TO:
            yield Finding("rows-fell-since-success", f"{name}: {here} rows, {then} then")


def _summed(digests: Mapping[str, str]) -> str:
    return f"{len(digests)} {_digest(repr(sorted(digests.items())))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:10]
