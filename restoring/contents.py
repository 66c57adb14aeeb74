"""What an archive's table of contents asks of the stage, and which of its entries are left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from restoring import revoked
from restoring.archive import Archive, Entry
from restoring.extensions import provider_of
from restoring.names import bytes_of, name_of, quoted
from restoring.prepared import EMPTY_PLATFORM, PLATFORM
from restoring.statements import CREATE_SERVER, FOREIGN_TABLE, REFERENCES, WHY_LEFT_OUT

_EXTENSION_SCHEMA = re.compile(r'WITH SCHEMA ("(?:[^"]|"")+"|\w+)')
_SCHEMA_REFERENCE = re.compile(rf'(?<![\w.")])"?({"|".join([*PLATFORM, *EMPTY_PLATFORM])})"?\."?(\w+)')
_FOR_ALL = re.compile(r"CREATE PUBLICATION \S+ FOR (ALL |TABLES )")

_ABOUT_OTHERS = frozenset(
    ["COMMENT", "ACL", "SECURITY LABEL", "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA"]
)

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


def with_belongings(archive: Archive, ids: set[int]) -> set[int]:
    """These entries, and the comments and grants on them."""
    about = (entry for entry in archive.entries if entry.kind in _ABOUT_OTHERS)
    return ids | {entry.id for entry in about if ids.intersection(entry.dependencies)}


def wrappers(archive: Archive) -> list[str]:
    """The foreign data wrappers that the archive defines, or defines servers of."""
    found = {entry.tag for entry in archive.entries if entry.kind == "FOREIGN DATA WRAPPER"}
    for entry in archive.entries:
        server = CREATE_SERVER.match(bytes_of(entry.definition)) if entry.kind == "SERVER" else None
        if server is not None:
            found.add(name_of(server[1]))
    return sorted(found)


def absent_servers(archive: Archive) -> list[str]:
    """The foreign servers that tables of the archive are on and that it does not define."""
    texts = (bytes_of(entry.definition) for entry in archive.entries if entry.kind == "FOREIGN TABLE")
    named = {name_of(found[1]) for text in texts if (found := FOREIGN_TABLE.search(text))}
    return sorted(named - {entry.tag for entry in archive.entries if entry.kind == "SERVER"})


def run_by_us(archive: Archive, schemas: Iterable[str]) -> list[Entry]:
    """What pg_restore cannot do as no superuser: foreign keys to rows that are not in the archive, in
    these schemas, and grants that others than the owner made."""
    wanted = set(schemas)
    keys = (entry for entry in archive.entries if entry.kind == "FK CONSTRAINT")
    acls = (entry for entry in archive.entries if entry.kind in ("ACL", "DEFAULT ACL"))
    return [
        *(entry for entry in keys if _pointed_to(entry) in wanted),
        *(entry for entry in acls if "SET SESSION AUTHORIZATION" in entry.definition),
    ]


def script(archive: Archive, entries: Iterable[Entry]) -> bytes:
    """The definitions of entries as a script."""
    texts = (bytes_of(entry.definition) for entry in entries)
    return b"\n".join([encoding_statements(archive), *texts, b""])


def _pointed_to(entry: Entry) -> str | None:
    found = REFERENCES.match(bytes_of(entry.definition))
    return name_of(found[2]) if found else None


def prepared(entry: Entry) -> bool:
    """Whether the stage has done this entry's work before the archive is loaded."""
    on_extension = entry.kind == "COMMENT" and entry.tag.startswith("EXTENSION ")
    return entry.kind in ("EXTENSION", "FOREIGN DATA WRAPPER") or on_extension


def foreign_data(archive: Archive) -> list[Entry]:
    """Rows for tables that the archive does not create, since they belong to an extension."""
    kinds = ("TABLE", "FOREIGN TABLE")
    created = {(entry.namespace, entry.tag) for entry in archive.entries if entry.kind in kinds}
    return [
        entry
        for entry in archive.entries
        if entry.kind == "TABLE DATA" and (entry.namespace, entry.tag) not in created
    ]


def tables(archive: Archive) -> list[Entry]:
    return [entry for entry in archive.entries if entry.kind == "TABLE"]


def owner_statements(archive: Archive) -> list[bytes]:
    """The changes of owner that pg_restore would make, were it let."""
    left_out_ids = {item.entry.id for item in left_out(archive)}
    return [
        b"ALTER %s OWNER TO %s" % (target, quoted(entry.owner))
        for entry in archive.entries
        if entry.owner and entry.id not in left_out_ids
        for target in _owned(entry)
    ]


def deferred(archive: Archive) -> list[bytes]:
    """What is done when all is there: the changes of owner, and what is told of an owner's own rights."""
    acls = (entry for entry in archive.entries if entry.kind == "ACL" and entry.owner)
    about_owners = (acl for acl in acls if acl.owner.replace('"', '""') in acl.definition)
    return owner_statements(archive) + revoked.grants_in(acl.definition for acl in about_owners)


def _owned(entry: Entry) -> list[bytes]:
    if entry.kind == "SCHEMA":
        return [b"SCHEMA " + quoted(entry.tag)]
    if entry.kind in _OWNED_BY_TAG:
        return [b"%s %s.%s" % (entry.kind.encode(), quoted(entry.namespace), quoted(entry.tag))]
    if entry.kind in _OWNED_BY_DROP and entry.drop.startswith("DROP "):
        return [bytes_of(entry.drop.removeprefix("DROP ").strip().removesuffix(";"))]
    if entry.kind in ("BLOB METADATA", "BLOB"):
        lines = entry.definition.split() if entry.kind == "BLOB METADATA" else []
        return [b"LARGE OBJECT " + oid.encode() for oid in lines or [entry.tag] if oid.isdecimal()]
    return []


def _extension_schema(entry: Entry) -> str | None:
    found = _EXTENSION_SCHEMA.search(entry.definition)
    return name_of(found[1].encode()) if found else None


def _references(archive: Archive) -> Iterator["re.Match[str]"]:
    for entry in archive.entries:
        if entry.kind in _READ_FROM:
            yield from _SCHEMA_REFERENCE.finditer(entry.definition)
