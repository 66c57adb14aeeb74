"""What an archive's table of contents asks of the stage, and which of its entries are left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from restoring.archive import Archive, Entry
from restoring.extensions import provider_of
from restoring.stage import EMPTY_PLATFORM, PLATFORM
from restoring.statements import REFERENCES, WHY_LEFT_OUT, name_of

_EXTENSION_SCHEMA = re.compile(r'WITH SCHEMA ("(?:[^"]|"")+"|\w+)')
_SCHEMA_REFERENCE = re.compile(rf'(?<![\w.")])"?({"|".join([*PLATFORM, *EMPTY_PLATFORM])})"?\."?(\w+)')
_FOR_ALL = re.compile(r"CREATE PUBLICATION \S+ FOR (ALL |TABLES )")

_LEFT_OUT = {
    "EVENT TRIGGER": "superuser",
    "SUBSCRIPTION": "network",
    "SUBSCRIPTION TABLE": "network",
    "SECURITY LABEL": "label",
}
_READ_FROM = frozenset(
    [
        "POLICY",
        "TABLE",
        "VIEW",
        "MATERIALIZED VIEW",
        "FK CONSTRAINT",
        "DEFAULT",
        "TRIGGER",
        "INDEX",
        "FUNCTION",
        "PROCEDURE",
    ]
)
_OWNED_BY_TAG = frozenset(
    [
        "COLLATION",
        "CONVERSION",
        "DOMAIN",
        "FOREIGN TABLE",
        "MATERIALIZED VIEW",
        "SEQUENCE",
        "STATISTICS",
        "TABLE",
        "VIEW",
        "TYPE",
        "TEXT SEARCH CONFIGURATION",
        "TEXT SEARCH DICTIONARY",
    ]
)
_OWNED_BY_DROP = frozenset(
    [
        "AGGREGATE",
        "FUNCTION",
        "OPERATOR",
        "OPERATOR CLASS",
        "OPERATOR FAMILY",
        "PROCEDURE",
        "PUBLICATION",
        "SERVER",
    ]
)


@dataclass(frozen=True)
class LeftOut:
    """An entry that is not restored, and why."""

    entry: Entry
    why: str


def encoding_statements(archive: Archive) -> bytes:
    """The statement by which the archive says in which encoding it is."""
    texts = (entry.definition for entry in archive.entries if entry.kind == "ENCODING")
    return "\n".join(texts).encode(errors="replace")


def extensions(archive: Archive) -> dict[str, str | None]:
    """The extensions that the archive creates, each with the schema that it goes to."""
    entries = (entry for entry in archive.entries if entry.kind == "EXTENSION")
    return {entry.tag: _extension_schema(entry) for entry in entries}


def platform_schemas(archive: Archive) -> list[str]:
    """The platform's schemas that definitions reach into and the archive does not bring."""
    brought = {entry.tag for entry in archive.entries if entry.kind == "SCHEMA"}
    brought |= {schema for schema in extensions(archive).values() if schema}
    reached = {found[1] for found in _references(archive)}
    return sorted(reached - brought)


def platform_extensions(archive: Archive) -> list[str]:
    """The extensions behind names that definitions take from a platform's schema `extensions`."""
    names = (found[2] for found in _references(archive) if found[1] == "extensions")
    return sorted({provider for name in names if (provider := provider_of(name))})


def left_out(archive: Archive) -> list[LeftOut]:
    """The entries that never run on a throw-away server."""
    found = []
    for entry in archive.entries:
        why = _LEFT_OUT.get(entry.kind)
        if why is None and entry.kind == "PUBLICATION" and _FOR_ALL.match(entry.definition):
            why = "superuser"
        if why is not None:
            found.append(LeftOut(entry, WHY_LEFT_OUT[why]))
    return found


def foreign_keys_to(archive: Archive, schemas: Iterable[str]) -> list[Entry]:
    """The foreign keys that point into these schemas."""
    wanted = set(schemas)
    keys = (entry for entry in archive.entries if entry.kind == "FK CONSTRAINT")
    return [entry for entry in keys if _pointed_to(entry) in wanted]


def _pointed_to(entry: Entry) -> str | None:
    found = REFERENCES.match(entry.definition.encode(errors="replace"))
    return name_of(found[2]) if found else None


def prepared(entry: Entry) -> bool:
    """Whether the stage has done this entry's work before the archive is loaded."""
    on_extension = entry.kind == "COMMENT" and entry.tag.startswith("EXTENSION ")
    return entry.kind == "EXTENSION" or on_extension


def foreign_data(archive: Archive) -> list[Entry]:
    """Rows for tables that the archive does not create, since they belong to an extension."""
    created = {(entry.namespace, entry.tag) for entry in archive.entries if "TABLE" in entry.kind.split()}
    return [
        entry
        for entry in archive.entries
        if entry.kind == "TABLE DATA" and (entry.namespace, entry.tag) not in created
    ]


def tables(archive: Archive) -> list[Entry]:
    return [entry for entry in archive.entries if entry.kind == "TABLE"]


def owner_statements(archive: Archive) -> list[bytes]:
    """The changes of owner that pg_restore would make, were it let."""
    return [statement.encode("utf-8", "surrogateescape") for statement in _owner_statements(archive)]


def _owner_statements(archive: Archive) -> Iterator[str]:
    for entry in archive.entries:
        target = _owned(entry)
        if entry.owner and target:
            yield f"ALTER {target} OWNER TO {_quoted(entry.owner)}"


def _owned(entry: Entry) -> str | None:
    if entry.kind == "SCHEMA":
        return f"SCHEMA {_quoted(entry.tag)}"
    if entry.kind in _OWNED_BY_TAG:
        return f"{entry.kind} {_quoted(entry.namespace)}.{_quoted(entry.tag)}"
    if entry.kind in _OWNED_BY_DROP and entry.drop.startswith("DROP "):
        return entry.drop.removeprefix("DROP ").strip().removesuffix(";")
    if entry.kind in ("BLOB METADATA", "BLOB") and entry.tag.isdigit():
        return f"LARGE OBJECT {entry.tag}"
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _extension_schema(entry: Entry) -> str | None:
    found = _EXTENSION_SCHEMA.search(entry.definition)
    return found[1].strip('"').replace('""', '"') if found else None


def _references(archive: Archive) -> Iterator["re.Match[str]"]:
    for entry in archive.entries:
        if entry.kind in _READ_FROM:
            yield from _SCHEMA_REFERENCE.finditer(entry.definition)
