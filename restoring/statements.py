"""The statements of a plain dump that are not simply run, told by how they begin."""

import re

_NAME = rb'(?:"(?:[^"]|"")+"|[\w$\x80-\xff]+)'
_DOTTED = rb"%s(?:\.%s)*" % (_NAME, _NAME)
_OBJECT = (
    rb"(?:AGGREGATE|COLLATION|CONVERSION|DOMAIN|FOREIGN TABLE|FUNCTION|LARGE OBJECT|MATERIALIZED VIEW|"
    rb"OPERATOR|OPERATOR CLASS|OPERATOR FAMILY|PROCEDURE|PUBLICATION|ROUTINE|SCHEMA|SEQUENCE|SERVER|"
    rb"STATISTICS|TABLE|TABLE ONLY|TEXT SEARCH CONFIGURATION|TEXT SEARCH DICTIONARY|TYPE|VIEW)"
)

OWNER = re.compile(
    rb"ALTER %s (?:%s|(?:%s\.)?[-+*/<>=~!@#%%^&|`?]+)(?:\([\w\s\"',.\[\]$*\x80-\xff]*\))?"
    rb"(?: USING \w+)? OWNER TO (%s)\s*" % (_OBJECT, _DOTTED, _NAME, _NAME),
    re.IGNORECASE,
)
"""A whole statement that changes an owner and does nothing besides."""

SEARCH_PATH = re.compile(rb"SET search_path = [\w\", $]+", re.IGNORECASE)

CREATE_EXTENSION = re.compile(
    rb"CREATE EXTENSION (?:IF NOT EXISTS )?(%s)(?:.*?\bSCHEMA (%s))?" % (_NAME, _NAME),
    re.IGNORECASE | re.DOTALL,
)
CREATE_ROLE = re.compile(rb"CREATE (?:ROLE|USER|GROUP) (?!MAPPING)(%s)(.*)" % _NAME, re.I | re.DOTALL)
ALTER_ROLE = re.compile(rb"ALTER (?:ROLE|USER) (?!MAPPING)(%s)(.*)" % _NAME, re.I | re.DOTALL)
MEMBERSHIP = re.compile(rb"GRANT (%s) TO (%s)\b(?!.* ON )" % (_NAME, _NAME), re.IGNORECASE)
CREATE_DATABASE = re.compile(
    rb"CREATE DATABASE (%s)(?:.*?ENCODING = '([\w-]+)')?" % _NAME, re.IGNORECASE | re.DOTALL
)
CREATE_SCHEMA = re.compile(rb"CREATE SCHEMA (?:IF NOT EXISTS )?(%s)" % _NAME, re.IGNORECASE)
AUTHORIZATION = re.compile(rb"SET SESSION AUTHORIZATION (?:'([^']+)'|(%s))" % _NAME, re.IGNORECASE)
DATA_TARGET = re.compile(rb"(?:INSERT INTO|COPY) (%s)\.(%s)\s*\(([^()]*)\)" % (_NAME, _NAME), re.IGNORECASE)
REFERENCES = re.compile(
    rb"ALTER TABLE (?:ONLY )?.*?ADD CONSTRAINT (%s) FOREIGN KEY .*?REFERENCES (%s)\." % (_NAME, _NAME),
    re.IGNORECASE | re.DOTALL,
)
MENTIONS_ROLES = re.compile(
    rb"(?:GRANT|REVOKE|(?:CREATE|ALTER) POLICY|ALTER DEFAULT PRIVILEGES|CREATE USER MAPPING|ALTER \w+ .*"
    rb" OWNER TO)\b",
    re.IGNORECASE | re.DOTALL,
)

NOT_VALID = b" NOT VALID"

SKIPPED = re.compile(
    rb"(?:DROP (?:DATABASE|ROLE|USER)|ALTER DATABASE %s OWNER TO|COMMENT ON EXTENSION|"
    rb"COMMENT ON DATABASE|UPDATE pg_catalog\.pg_database |SET default_tablespace = (?!''))" % _NAME,
    re.IGNORECASE,
)
"""Without meaning on a server that holds nothing but this backup."""

LEFT_OUT = (
    (
        re.compile(rb"(?:CREATE|ALTER|COMMENT ON) EVENT TRIGGER", re.I),
        "event triggers",
        "superuser",
    ),
    (re.compile(rb"(?:CREATE|ALTER) SUBSCRIPTION", re.I), "subscriptions", "network"),
    (re.compile(rb"(?:CREATE|ALTER) TABLESPACE", re.I), "tablespaces", "folders"),
    (re.compile(rb"SECURITY LABEL", re.I), "security labels", "label"),
    (
        re.compile(rb"CREATE PUBLICATION %s FOR (?:ALL |TABLES )" % _NAME, re.I),
        "publications of all tables",
        "superuser",
    ),
)
"""Pattern, what it stands for, and the key of `WHY_LEFT_OUT`."""

WHY_LEFT_OUT = {
    "superuser": "they need a superuser, and none restores here",
    "network": "they would reach a network",
    "folders": "their folders are not on this machine; everything is restored in the default place",
    "label": "their provider is not loaded here",
}


def name_of(identifier: bytes) -> str:
    """An SQL identifier as the server would read it."""
    text = identifier.decode(errors="replace")
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    return text.lower()


def label_of(statement: bytes) -> str:
    """How a statement begins, without a literal or a list in it: what may be shown to people."""
    head = re.split(rb"['($;\n]|\bAS\b|\bPASSWORD\b", statement[:300], maxsplit=1)[0]
    return " ".join(head.decode(errors="replace").split())[:100]


def kind_of(label: str) -> str:
    """The sort of a statement, such as CREATE TABLE: its leading words in capitals."""
    found = re.match(r"(?:[A-Z]+ ?)+(?![a-z\"])", label.replace(" ONLY ", " "))
    return found[0].strip() if found else label.split(" ", 1)[0].upper()
