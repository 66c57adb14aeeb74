"""How two databases differ in what they are made of, the dangerous first, as a person reads it."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from reference.definitions import SERVER, Definition

Change = Literal["missing", "changed", "extra"]

_ALL_BEFORE_17 = "DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE"
_INSTALLED = " (as installed)"
_DANGEROUS = (
    "row security",
    "policy",
    "grant",
    "default privileges",
    "function",
    "procedure",
    "view",
    "role",
    "membership",
    "owner",
    "trigger",
    "event trigger",
    "foreign key trigger",
    "rule",
    "schema",
    "table",
    "column",
    "constraint",
    "domain constraint",
    "domain",
    "enum",
    "sequence",
    "index",
)
_RANK = {kind: rank for rank, kind in enumerate(_DANGEROUS)}
_WHOLES = frozenset(
    {
        "table",
        "foreign table",
        "view",
        "materialized view",
        "sequence",
        "function",
        "procedure",
        "aggregate",
    }
    | {"type", "enum", "domain", "range"}
)
_OF_WHAT = re.compile(
    rf"(?:.+ on |(?:{'|'.join(sorted(_WHOLES, key=len, reverse=True))}) )?(?:column )?(.+)"
)


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was; `expected` is None where it is extra, `found` where missing."""

    kind: str
    identity: str
    change: Change
    expected: str | None
    found: str | None


def differences(expected: Sequence[Definition], found: Sequence[Definition]) -> list[Difference]:
    """Everything that is missing, changed or extra: dangerous kinds first, then by name."""
    lenient = _older_than_17(expected) or _older_than_17(found)
    then, now = _by_name(expected, lenient), _by_name(found, lenient)
    different = (_difference(name, then.get(name), now.get(name)) for name in then.keys() | now.keys())
    return sorted((each for each in different if each is not None), key=_order)


def explain(found: Sequence[Difference], most: int) -> list[str]:
    """Lines for people, a heading for each kind with its counts, and at most `most` differences.

    What is missing with all that it belongs to, such as a column with its table, is only counted.
    """
    wholes = {(each.change, each.identity) for each in found if each.kind in _WHOLES}
    lines: list[str] = []
    shown = 0
    for kind, group in groupby(found, key=lambda each: each.kind):
        same = list(group)
        alone = [each for each in same if not _goes_with(each, wholes)]
        lines.append(_heading(kind, same, len(same) - len(alone)))
        for each in alone[: max(0, most - shown)]:
            lines += _told(each)
        shown += len(alone)
    if shown > most:
        lines.append(f"and {shown - most} more that are not shown")
    return lines


def _older_than_17(definitions: Iterable[Definition]) -> bool:
    return any(each.kind == SERVER and int(each.definition) < 17 for each in definitions)


def _by_name(definitions: Iterable[Definition], lenient: bool) -> Mapping[tuple[str, str], str]:
    """Two under one name, which no catalogue has, count as one that says both."""
    texts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for each in definitions:
        if each.kind != SERVER:
            text = _without_maintain(each) if lenient else each.definition
            texts[each.kind, each.identity].append(text)
    return {name: "\n".join(sorted(each)) for name, each in texts.items()}


def _without_maintain(each: Definition) -> str:
    """Rights as PostgreSQL knew them up to 16: a dump for 17 grants one more, or not, by its pg_dump."""
    if each.kind not in ("grant", "default privileges"):
        return each.definition
    return re.sub(r"^ALL\b", _ALL_BEFORE_17, each.definition).replace("MAINTAIN, ", "")


def _difference(name: tuple[str, str], expected: str | None, found: str | None) -> Difference | None:
    if expected is None:
        return Difference(*name, "extra", None, found)
    if found is None:
        return Difference(*name, "missing", expected, None)
    return None if _equal(expected, found) else Difference(*name, "changed", expected, found)


def _equal(expected: str, found: str) -> bool:
    """What each major version itself grants on public when installed differs, and is in no dump."""
    if expected.endswith(_INSTALLED) and found.endswith(_INSTALLED):
        return True
    return expected.removesuffix(_INSTALLED) == found.removesuffix(_INSTALLED)


def _order(each: Difference) -> tuple[int, str, str]:
    return _RANK.get(each.kind, len(_RANK)), each.kind, each.identity


def _goes_with(each: Difference, wholes: Set[tuple[str, str]]) -> bool:
    """Whether what it belongs to is missing, or extra, as a whole."""
    if each.kind in _WHOLES:
        return False
    name = each.identity.rpartition(" to ")[0] if each.kind == "grant" else each.identity
    if each.kind in ("grant", "owner", "comment"):
        name = _OF_WHAT.sub(r"\1", name)
    return (each.change, name) in wholes or (each.change, name.rpartition(".")[0]) in wholes


def _heading(kind: str, same: Sequence[Difference], parts: int) -> str:
    counts = Counter(each.change for each in same)
    told = ", ".join(
        f"{counts[change]} {change}" for change in ("missing", "changed", "extra") if counts[change]
    )
    return f"{kind}: {told}" + (f" ({parts} with what they belong to)" if parts else "")


def _told(each: Difference) -> Iterator[str]:
    name = f"  {each.change}: {each.kind} {each.identity}"
    if each.expected is not None and each.found is not None:
        yield name
        yield from _changes(each.expected, each.found)
        return
    first, *rest = (each.expected or each.found or "").rstrip("\n").split("\n")
    yield f"{name}: {first}" if first else name
    yield from (f"      {line}" for line in rest)


def _changes(expected: str, found: str) -> Iterator[str]:
    """The lines that differ, with one on either side so that one sees where."""
    lines = difflib.unified_diff(expected.split("\n"), found.split("\n"), lineterm="", n=1)
    for line in lines:
        if not line.startswith(("---", "+++", "@@")):
            yield f"    {line[0]} {line[1:]}"
