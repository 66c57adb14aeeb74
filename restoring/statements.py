"""The statements of a plain dump that are not simply run, told by how they begin."""

import re

from restoring.names import DOTTED, NAME, name_of, text_of

CREATE_EXTENSION = re.compile(
    rb"CREATE EXTENSION (?:IF NOT EXISTS )?(%s)(?:.*?\bSCHEMA (%s))?" % (NAME, NAME),
    re.IGNORECASE | re.DOTALL,
)
CREATE_WRAPPER = re.compile(rb"CREATE FOREIGN DATA WRAPPER (%s)" % NAME, re.IGNORECASE)
CREATE_SERVER = re.compile(
    rb"CREATE SERVER (?:IF NOT EXISTS )?%s(?: TYPE '(?:[^']|''|(?!))*+')?(?: VERSION '(?:[^']|''|(?!))*+')?"
    rb" FOREIGN DATA WRAPPER (%s)" % (NAME, NAME),
    re.IGNORECASE,
)
FOREIGN_TABLE = re.compile(
    rb"CREATE FOREIGN TABLE (?:IF NOT EXISTS )?%s.*?\)\s*SERVER (%s)" % (DOTTED, NAME),
    re.IGNORECASE | re.DOTALL,
)
CREATE_ROLE = re.compile(rb"CREATE (?:ROLE|USER|GROUP) (?!MAPPING)(%s)(.*)" % NAME, re.I | re.DOTALL)
ALTER_ROLE = re.compile(rb"ALTER (?:ROLE|USER) (?!MAPPING)(%s)(.*)" % NAME, re.I | re.DOTALL)
MEMBERSHIP_OPTIONS = re.compile(rb"\b(ADMIN OPTION|(?:ADMIN|INHERIT|SET) (?:TRUE|FALSE|OPTION))\b", re.I)
MEMBERSHIP = re.compile(rb"GRANT (%s) TO (%s)(?!\S)(?!.* ON )" % (NAME, NAME), re.IGNORECASE)
CREATE_DATABASE = re.compile(
    rb"CREATE DATABASE (%s)(?:.*?ENCODING = '([\w-]+)')?" % NAME, re.IGNORECASE | re.DOTALL
)
CREATE_SCHEMA = re.compile(rb"CREATE SCHEMA (?:IF NOT EXISTS )?(%s)" % NAME, re.IGNORECASE)
AUTHORIZATION = re.compile(
    rb"(?:RE)?SET SESSION AUTHORIZATION(?: '((?:[^']|''|(?!))++)'| (%s))?" % NAME, re.IGNORECASE
)
GRANT = re.compile(rb"(?:GRANT|REVOKE)\b", re.IGNORECASE)
SETVAL = re.compile(rb"SELECT (?:pg_catalog\.)?setval\('(%s)\.(%s)'" % (NAME, NAME), re.IGNORECASE)
DATA_TARGET = re.compile(rb"(?:INSERT INTO|COPY) (%s)\.(%s)\s*\(([^()]*)\)" % (NAME, NAME), re.IGNORECASE)
REFERENCES = re.compile(
    rb"ALTER TABLE (?:ONLY )?.*?ADD CONSTRAINT (%s) FOREIGN KEY .*?REFERENCES (%s)\." % (NAME, NAME),
    re.IGNORECASE | re.DOTALL,
)
MENTIONS_ROLES = re.compile(
    rb"(?:GRANT|REVOKE|(?:CREATE|ALTER) POLICY|ALTER DEFAULT PRIVILEGES|CREATE USER MAPPING|ALTER \w+ .*"
    rb" OWNER TO)\b",
    re.IGNORECASE | re.DOTALL,
)

NOT_VALID = b" NOT VALID"

SKIPPED = re.compile(
    rb"(?:DROP (?:DATABASE|ROLE|USER|GROUP)\b|ALTER DATABASE %s (?!SET |RESET )|COMMENT ON EXTENSION|"
    rb"ALTER FOREIGN DATA WRAPPER %s OWNER TO|"
    rb"COMMENT ON (?:DATABASE|ROLE|TABLESPACE)\b|UPDATE pg_catalog\.pg_database |"
    rb"SET default_tablespace = (?!''))" % (NAME, NAME),
    re.IGNORECASE,
)
"""Without meaning on a server that holds nothing but this backup."""

LEFT_OUT = (
    (
        re.compile(rb"(?:CREATE|ALTER|COMMENT ON) EVENT TRIGGER (%s)" % NAME, re.I),
        "event trigger {}",
        "superuser",
    ),
    (
        re.compile(rb"ALTER DATABASE (%s) (?:SET|RESET) " % NAME, re.I),
        "settings of database {}",
        "settings",
    ),
    (re.compile(rb"(?:CREATE|ALTER) SUBSCRIPTION (%s)" % NAME, re.I), "subscription {}", "network"),
    (re.compile(rb"(?:CREATE|ALTER) TABLESPACE (%s)" % NAME, re.I), "tablespace {}", "folders"),
    (re.compile(rb"SECURITY LABEL", re.I), "security labels", "label"),
    (
        re.compile(rb"CREATE PUBLICATION (%s) FOR (?:ALL |TABLES )" % NAME, re.I),
        "publication {}",
        "superuser",
    ),
)
"""Pattern, what it stands for with a place for its name, and the key of `WHY_LEFT_OUT`."""

WHY_LEFT_OUT = {
    "superuser": "they need a superuser, and none restores here",
    "settings": "they would act on the sessions that look at the restored database",
    "network": "they would reach a network",
    "folders": "their folders are not on this machine; everything is restored in the default place",
    "label": "their provider is not loaded here",
}


def label_of(statement: bytes) -> str:
    """How a statement begins, without a literal or a list in it: what may be shown to people."""
    head = re.split(rb"['($;\n]|\bAS\b|\bPASSWORD\b", statement[:300], maxsplit=1)[0]
    return " ".join(head.decode(errors="replace").split())[:100]


def kind_of(label: str) -> str:
    """The sort of a statement, such as CREATE TABLE: its leading words in capitals."""
    found = re.match(r"(?:[A-Z]+ ?)+(?![a-z\"])", label.replace(" ONLY ", " "))
    return found[0].strip() if found else label.split(" ", 1)[0].upper()


def role_in(authorization: "re.Match[bytes]") -> str | None:
    """Whom a SET SESSION AUTHORIZATION names; None where it goes back to the session's own role."""
    literal, identifier = authorization[1], authorization[2]
    if literal is not None:
        return text_of(literal.replace(b"''", b"'"))
    role = name_of(identifier) if identifier is not None else "default"
    return None if role == "default" else role


def database_in(argument: str) -> str | None:
    """The database that a `\\connect` names: bare, quoted, or in a connection string."""
    words = re.sub(r"-reuse-previous=\w+", "", argument).strip()
    if not words or words == "-":
        return None
    if words.startswith('"') and "dbname=" in words:
        words = words[1:-1].replace('""', '"')
    in_string = re.search(r"dbname='((?:[^'\\]|\\.)*)'|dbname=(\S+)", words)
    if in_string:
        return re.sub(r"\\(.)", r"\1", in_string[1]) if in_string[1] is not None else in_string[2]
    bare = re.match(r'"((?:[^"]|"")+)"|(\S+)', words)
    return (bare[1].replace('""', '"') if bare[1] else bare[2]) if bare else None
