"""What a plain script says it holds: by the comments that pg_dump writes, else by its statements."""

import codecs
import re
from dataclasses import dataclass, field

from restoring import names
from restoring.facts import Listed
from restoring.names import DOTTED, NAME

NOT_VALID = "NOT VALID"

_SAID = re.compile(rb"-- (?:Data for )?Name: (.*); Type: ([A-Z ]+); Schema: (.*?)(?:; Owner: .*)?\s*$")
_KIND = (
    rb"TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE|TYPE|DOMAIN|SCHEMA|UNIQUE INDEX|INDEX|POLICY|TRIGGER|"
    rb"CONSTRAINT TRIGGER"
)
_CREATE = re.compile(
    rb"CREATE (?:OR REPLACE )?(?:UNLOGGED )?(%s) (?:IF NOT EXISTS )?(%s)" % (_KIND, DOTTED), re.IGNORECASE
)
_ON = re.compile(rb"\bON (?:ONLY )?(%s)\.(%s)" % (NAME, NAME), re.IGNORECASE)
_ALTER = re.compile(
    rb"ALTER (?:DOMAIN|(?:FOREIGN )?TABLE) (?:ONLY )?(%s)\.(%s)\s+(.*)" % (NAME, NAME),
    re.IGNORECASE | re.DOTALL,
)
_ADD = re.compile(
    rb"ADD CONSTRAINT (%s) (FOREIGN KEY|PRIMARY KEY|UNIQUE|CHECK|EXCLUDE)" % NAME, re.IGNORECASE
)
_PARTS = re.compile(NAME)

_CODECS = {"KOI8R": "koi8_r", "KOI8U": "koi8_u", "EUC_CN": "gb2312", "SQL_ASCII": "utf-8"}
_AS_CONSTRAINT = {b"FOREIGN KEY": "FK CONSTRAINT", b"CHECK": "CHECK CONSTRAINT"}
_ON_TABLES = ("INDEX", "POLICY", "TRIGGER")


@dataclass
class Listing:
    """Gathers what one database of a script is said to hold; `encoding` is the script's own.

    What comes before the first of pg_dump's comments has none, as in the Supabase CLI's schema.sql.
    """

    encoding: str
    said: list[Listed] = field(default_factory=list)
    stated: list[Listed] = field(default_factory=list)
    not_valid: list[Listed] = field(default_factory=list)

    def note(self, comment: bytes) -> None:
        """Takes a comment line; most of them are about one thing."""
        found = _SAID.match(comment)
        if found is not None:
            schema = b"" if found[3] == b"-" else found[3]
            self.said.append(
                decoded(Listed(*map(names.text_of, (found[2], schema, found[1]))), self.encoding)
            )

    def run(self, statement: bytes) -> None:
        """Takes a statement that makes something, where no comment has said so."""
        altered = _ALTER.match(statement) if statement[:6].upper() == b"ALTER " else None
        if altered is not None:
            self._altered(altered)
        elif not self.said and (created := _CREATE.match(statement)) is not None:
            self._created(created, statement)

    def entries(self) -> tuple[Listed, ...]:
        return (*self.said, *self.stated, *self.not_valid)

    def _altered(self, found: "re.Match[bytes]") -> None:
        schema, table = names.name_of(found[1]), names.name_of(found[2])
        added = _ADD.match(found[3])
        if added is not None:
            name = f"{table} {names.name_of(added[1])}"
            kind = _AS_CONSTRAINT.get(added[2].upper(), "CONSTRAINT")
            self._state(kind, schema, name)
            if found[3].upper().endswith(b"NOT VALID"):
                self.not_valid.append(decoded(Listed(NOT_VALID, schema, name), self.encoding))
        elif found[3].upper().startswith(b"ENABLE ROW LEVEL SECURITY"):
            self._state("ROW SECURITY", schema, table)

    def _created(self, found: "re.Match[bytes]", statement: bytes) -> None:
        kind = found[1].decode().upper().split(" ")[-1]
        if found[1].upper() == b"MATERIALIZED VIEW":
            kind = "MATERIALIZED VIEW"
        parts = [names.name_of(part) for part in _PARTS.findall(found[2])]
        if kind in _ON_TABLES:
            on = _ON.search(statement, found.end())
            if on is not None:
                schema, table = names.name_of(on[1]), names.name_of(on[2])
                self._state(kind, schema, parts[-1] if kind == "INDEX" else f"{table} {parts[-1]}")
        elif kind == "SCHEMA":
            self._state(kind, "", parts[-1])
        elif len(parts) == 2:
            self._state(kind, parts[0], parts[1])

    def _state(self, kind: str, schema: str, name: str) -> None:
        if not self.said:
            self.stated.append(decoded(Listed(kind, schema, name), self.encoding))


def decoded(entry: Listed, encoding: str) -> Listed:
    """An entry whose names were read as bytes of a backup's encoding, as the text that they stand for."""
    return Listed(entry.kind, *(_text(part, encoding) for part in (entry.schema, entry.name)))


def _text(text: str, encoding: str) -> str:
    if text.isascii():
        return text
    name = _CODECS.get(encoding.upper(), encoding.upper().replace("WIN", "cp"))
    try:
        codecs.lookup(name)
    except LookupError:
        name = "utf-8"
    return names.bytes_of(text).decode(name, "replace")
