"""Changes of owner: the only text of a backup that the superuser runs, and so told apart most strictly."""

import re
from collections.abc import Container

from restoring.names import DOTTED, NAME, name_of, quoted

OBJECT = (
    rb"AGGREGATE|COLLATION|CONVERSION|DOMAIN|FOREIGN TABLE|FUNCTION|LARGE OBJECT|MATERIALIZED VIEW|"
    rb"OPERATOR|OPERATOR CLASS|OPERATOR FAMILY|PROCEDURE|PUBLICATION|ROUTINE|SCHEMA|SEQUENCE|SERVER|"
    rb"STATISTICS|TABLE|TABLE ONLY|TEXT SEARCH CONFIGURATION|TEXT SEARCH DICTIONARY|TYPE|VIEW"
)
_OPERATOR = rb"(?:%s\.)?[-+*/<>=~!@#%%^&|`?]+" % NAME
_ARGUMENTS = rb"(?: ?\((?:[\w\s,.\[\]$*\x80-\xff]|\"[^\"]*+\"|(?!))*+\))?"

_CHANGE = re.compile(
    rb"ALTER (?P<kind>%s) (?P<name>%s|%s)(?P<rest>%s(?: USING %s)?) OWNER TO (?P<role>%s)\s*"
    % (OBJECT, DOTTED, _OPERATOR, _ARGUMENTS, NAME, NAME),
    re.IGNORECASE,
)
_QUOTED = re.compile(rb'"(?:[^"]|"")*"')
_SEARCH_PATH = re.compile(rb"SET search_path = [\w\", $]+", re.IGNORECASE)
_FIRST_SCHEMA = re.compile(rb"SET search_path = (%s)" % NAME, re.IGNORECASE)
_QUALIFIED = re.compile(rb"%s\." % NAME)
_WITHOUT_SCHEMA = frozenset({b"LARGE OBJECT", b"PUBLICATION", b"SCHEMA", b"SERVER"})
_SYSTEM = re.compile(rb'"?(?:pg_catalog|information_schema|pg_toast)\b', re.IGNORECASE)

PREDEFINED = frozenset({"pg_database_owner"})


def new_owner(statement: bytes) -> str | None:
    """The role that a statement makes an owner; None where it does anything else, or more."""
    found = changed(statement)
    return name_of(found["role"]) if found else None


def changed(statement: bytes) -> "re.Match[bytes] | None":
    """The parts of a change of owner: kind, name, rest (a routine's arguments) and role; None for others.

    A comment could hide where a name ends: what holds one outside of names is no change of owner.
    """
    without_names = _QUOTED.sub(b'""', statement)
    if b"--" in without_names or b"/*" in without_names:
        return None
    return _CHANGE.fullmatch(statement)


def sets_search_path(statement: bytes) -> bool:
    """Whether old dumps, which name objects without their schema, need it before a change of owner."""
    return _SEARCH_PATH.fullmatch(statement) is not None


def first_schema(statement: bytes) -> bytes | None:
    """The schema in which a `SET search_path` looks first; None where that is no schema of a backup."""
    found = _FIRST_SCHEMA.match(statement)
    return found[1] if found and not _SYSTEM.match(found[1]) else None


def safe_form(statement: bytes, roles: Container[str], schema: bytes | None = None) -> bytes | None:
    """What a superuser may run for a statement; None where that is nothing.

    The role is one of these, which can do nothing, and quoted: CURRENT_USER would be the superuser. A
    bare name is that of an object in `schema`, for the server would look among its own objects first.
    """
    if sets_search_path(statement):
        return statement
    found = changed(statement)
    name = found and _full_name(found, schema)
    if not found or not name or _SYSTEM.match(name):
        return None
    role = name_of(found["role"])
    if role not in roles and role not in PREDEFINED:
        return None
    return b"ALTER %s %s%s OWNER TO %s" % (found["kind"], name, found["rest"], quoted(role))


def _full_name(found: "re.Match[bytes]", schema: bytes | None) -> bytes | None:
    name: bytes = found["name"]
    if found["kind"].upper() in _WITHOUT_SCHEMA or _QUALIFIED.match(name):
        return name
    return schema and schema + b"." + name
