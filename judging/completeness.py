"""Which of the things that a backup lists are in the restored database, by pg_dump's names for them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from expectations import Exclusion
from judging.findings import Finding
from judging.wording import Gap
from restoring.facts import Listed

# What stands for a kind in the catalogue; a kind that is not here leaves no object of its own.
SEEN_AS = {
    "TABLE DATA": "TABLE",
    "MATERIALIZED VIEW DATA": "MATERIALIZED VIEW",
    "SEQUENCE SET": "SEQUENCE",
    "SEQUENCE OWNED BY": "SEQUENCE",
    "FOREIGN TABLE": "TABLE",
    "FK CONSTRAINT": "CONSTRAINT",
    "CHECK CONSTRAINT": "CONSTRAINT",
}
KINDS = frozenset(
    [
        *(
            "TABLE",
            "VIEW",
            "MATERIALIZED VIEW",
            "SEQUENCE",
            "TYPE",
            "DOMAIN",
            "SHELL TYPE",
            "INDEX",
            "RULE",
        ),
        *("TABLE ATTACH", "INDEX ATTACH", "ROW SECURITY", "DEFAULT", "CONSTRAINT", "TRIGGER", "POLICY"),
        *("STATISTICS", "FUNCTION", "PROCEDURE", "AGGREGATE", "SCHEMA", "EXTENSION", "PROCEDURAL LANGUAGE"),
        *("PUBLICATION", "PUBLICATION TABLE", "SERVER", "BLOB", "FOREIGN DATA WRAPPER", "USER MAPPING"),
        *("COLLATION", "CONVERSION", "OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY", "CAST"),
        *("TEXT SEARCH CONFIGURATION", "TEXT SEARCH DICTIONARY"),
    ]
)
ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "AGGREGATE", "CAST"})
OVERLOADED = ROUTINES | {"OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY"}
"""Of these several can have one name in a schema: they are counted."""

_TABLES = frozenset({"TABLE", "TABLE ATTACH", "MATERIALIZED VIEW"})
_PROTECTION = frozenset({"POLICY", "ROW SECURITY"})

UNREADABLE = "\ufffd"

_QUALIFIER = re.compile(r'(?:"(?:[^"]|"")*"|[\w$]+)\.')
_NAMED = re.compile(r'"((?:[^"]|"")*)"')
_WORDS = re.compile(r"[^\s.\"(),]+")


def plain(listed: Iterable[Listed]) -> Iterator[Listed]:
    """What of a list can be looked for, each as the kind that it is in the catalogue."""
    for entry in listed:
        kind = SEEN_AS.get(entry.kind, entry.kind)
        if kind in ("BLOB METADATA", "BLOB"):
            for number in entry.name.split(".."):
                yield Listed("BLOB", "", number)
        elif kind in KINDS:
            yield Listed(kind, _line(entry.schema), _normal(kind, _line(entry.name)))


def missing(listed: Iterable[Listed], found: Iterable[Listed]) -> list[Listed]:
    """What is listed and was not found, once for each that is missing."""
    wanted = Counter(plain(listed))
    for entry in wanted:
        wanted[entry] = wanted[entry] if entry.kind in OVERLOADED else 1
    return sorted((wanted - Counter(plain(found))).elements())


def divided(
    lacking: Iterable[Listed], left_out: Collection[Gap], excluded: Collection[Exclusion]
) -> tuple[list[Listed], list[Gap]]:
    """What is missing without an excuse, and what was left out or excluded on purpose."""
    lost: list[Listed] = []
    gaps: list[Gap] = []
    for entry in lacking:
        why = _excuse(entry, left_out) or _excluded(entry, excluded)
        if why is None and UNREADABLE in entry.schema + entry.name:
            why = "its name is in an encoding that cannot be read here"
        if why is None:
            lost.append(entry)
        else:
            gaps.append((shown(entry), why))
    return lost, gaps


def shown(entry: Listed) -> str:
    place = f" in {entry.schema}" if entry.schema else ""
    return f"{entry.kind} {entry.name}{place}"


def finding(entry: Listed) -> Finding:
    """That something did not arrive."""
    if entry.kind in _TABLES:
        return Finding("listed-table-missing", f"not arrived: {shown(entry)}")
    kind = "listed-protection-missing" if entry.kind in _PROTECTION else "listed-object-missing"
    return Finding(kind, f"not arrived: {shown(entry)}")


def counting(lost: Iterable[Listed], findings: Sequence[str]) -> list[Listed]:
    """Those of what was lost whose findings these are."""
    counted = set(findings)
    return [entry for entry in lost if finding(entry) in counted]


def sentence_of(lost: Collection[Listed], most: int = 10) -> str:
    """What did not arrive, by kind and by name."""
    counts = Counter(entry.kind for entry in lost)
    counted = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    names = [shown(entry) for entry in lost][:most]
    more = len(lost) - len(names)
    names += [f"and {more} more"] if more else []
    return f"not arrived: {counted}, expected 0: {'; '.join(names)}"


def _line(name: str) -> str:
    """A name as pg_dump's comments have it, in which a line is one line."""
    return name.replace("\n", " ").replace("\r", " ")


def _normal(kind: str, name: str) -> str:
    """Argument types without quotes and schemas, which depend on who asks; their number is counted."""
    if kind not in ROUTINES:
        return name
    head, bracket, arguments = name.partition("(")
    return head + bracket + _NAMED.sub(r"\1", _QUALIFIER.sub("", arguments))


def _excuse(entry: Listed, left_out: Collection[Gap]) -> str | None:
    """Why the restore itself left this out; it tells by how a statement begins, or by kind and name."""
    names = {part.lower() for part in entry.name.partition("(")[0].split(" ")}
    kinds = {entry.kind.lower().split(" ")[-1]} | ({"copy", "insert"} if entry.kind == "TABLE" else set())
    for what, why in left_out:
        words = set(_WORDS.findall(what.lower()))
        changed = entry.kind == "TABLE" and what.lower().startswith("alter ")
        if names <= words and kinds & words and not changed and not _of_another_schema(entry, what):
            return why
    return None


def _of_another_schema(entry: Listed, what: str) -> bool:
    """Whether what was left out has the entry's name, and says that it is of another schema."""
    relation = re.escape(entry.name.partition("(")[0].split(" ")[0])
    schemas = re.findall(rf'([\w$]+|"[^"]+")\."?{relation}\b', what, re.IGNORECASE)
    return bool(schemas) and entry.schema.lower() not in [name.strip('"').lower() for name in schemas]


def _excluded(entry: Listed, excluded: Collection[Exclusion]) -> str | None:
    relation = entry.name.split(" ")[0]
    objects = {f"{entry.schema}.{entry.name}", f"{entry.schema}.{relation}", f"{entry.schema}.*"}
    for exclusion in excluded:
        if exclusion.object in objects and not exclusion.rows_only:
            return exclusion.reason
    return None
