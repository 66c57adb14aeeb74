"""Changes of owner: the only text of a backup that the superuser runs, and so told apart most strictly."""

import re
from collections.abc import Container

from restoring.names import DOTTED, NAME, name_of, quoted

_OBJECT = (
    rb"AGGREGATE|COLLATION|CONVERSION|DOMAIN|FOREIGN TABLE|FUNCTION|LARGE OBJECT|MATERIALIZED VIEW|"
    rb"OPERATOR|OPERATOR CLASS|OPERATOR FAMILY|PROCEDURE|PUBLICATION|ROUTINE|SCHEMA|SEQUENCE|SERVER|"
    rb"STATISTICS|TABLE|TABLE ONLY|TEXT SEARCH CONFIGURATION|TEXT SEARCH DICTIONARY|TYPE|VIEW"
)
_OPERATOR = rb"(?:%s\.)?[-+*/<>=~!@#%%^&|`?]+" % NAME
_ARGUMENTS = rb"(?: ?\((?:[\w\s,.\[\]$*\x80-\xff]|\"[^\"]*+\")*+\))?"

_CHANGE = re.compile(
    rb"ALTER (?P<target>(?:%s) (?P<name>%s|%s)%s(?: USING %s)?) OWNER TO (?P<role>%s)\s*"
    % (_OBJECT, DOTTED, _OPERATOR, _ARGUMENTS, NAME, NAME),
    re.IGNORECASE,
)
_SEARCH_PATH = re.compile(rb"SET search_path = [\w\", $]+", re.IGNORECASE)
_SYSTEM = re.compile(rb'"?(?:pg_catalog|information_schema|pg_toast)\b', re.IGNORECASE)

PREDEFINED = frozenset({"pg_database_owner"})


def new_owner(statement: bytes) -> str | None:
    """The role that a statement makes an owner; None where it does anything else, or more."""
    found = _CHANGE.fullmatch(statement)
    return name_of(found["role"]) if found else None


def sets_search_path(statement: bytes) -> bool:
    """Whether old dumps, which name objects without their schema, need it before a change of owner."""
    return _SEARCH_PATH.fullmatch(statement) is not None


def safe_form(statement: bytes, roles: Container[str]) -> bytes | None:
    """What a superuser may run for a statement; None where that is nothing.

    The role is one of these, which can do nothing, and quoted: CURRENT_USER would be the superuser.
    """
    if sets_search_path(statement):
        return statement
    found = _CHANGE.fullmatch(statement)
    if found is None or _SYSTEM.match(found["name"]):
        return None
    role = name_of(found["role"])
    if role not in roles and role not in PREDEFINED:
        return None
    return b"ALTER %s OWNER TO %s" % (found["target"], quoted(role))
