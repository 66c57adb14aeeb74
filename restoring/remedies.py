"""What a backup takes for granted and does not hold, prepared when a statement misses it."""

import contextlib
import re
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from restoring import statements as st
from restoring.extensions import provider_of
from restoring.foreign import ensure_publication, ensure_server
from restoring.names import name_of
from restoring.prepared import ensure_platform
from restoring.stage import Stage

_MISSING_ROLE = re.compile(r'^role "(.+)" does not exist$')
_MISSING_SCHEMA = re.compile(r'^schema "(.+)" does not exist$')
_MISSING_RELATION = re.compile(r'^relation "([^".]+)\.(.+)" does not exist$')
_MISSING_COLUMN = re.compile(r'^column "(.+)" of relation "(.+)" does not exist$')
_MISSING_LABEL = re.compile(r'^invalid input value for enum "?(\w+)"?\."?(\w+)"?: "(.*)"$', re.DOTALL)
_MISSING_SERVER = re.compile(r'^server "(.+)" does not exist$')
_MISSING_PUBLICATION = re.compile(r'^publication "(supabase_realtime\w*)" does not exist$')
_MISSING_IN_EXTENSIONS = re.compile(r'(?:type|function|operator class) "?extensions\.(\w+)')

WHY_NOT_VALIDATED = "it points to rows of the platform, which the backup does not hold"


@dataclass
class Remedies:
    """Remembers what one statement missed: first a schema may be, and then what is to be in it."""

    stage: Stage
    database: str
    _missed: list[str] = field(default_factory=list)

    def apply(self, error: psycopg.Error, statement: bytes) -> bool:
        """Whether something was prepared, so that the statement is worth repeating."""
        message = error.diag.message_primary or ""
        if self._missed.count(message) > 1:
            return False
        self._missed.append(message)
        with contextlib.suppress(psycopg.Error):
            return self._prepared(message, statement)
        return False

    def _prepared(self, message: str, statement: bytes) -> bool:
        return (
            self._role(message)
            or self._schema(message)
            or self._extension(message)
            or self._publication(message)
            or self._server(message, statement)
            or self._label_of_platform(message)
            or self._data_of_platform(message, statement)
            or self._sequence_of_platform(message, statement)
        )

    def without_validation(self, error: psycopg.Error, statement: bytes) -> bytes | None:
        """A foreign key to the platform's rows, which the backup does not hold, as one not validated."""
        found = st.REFERENCES.match(statement)
        if error.sqlstate != "23503" or found is None or statement.endswith(st.NOT_VALID):
            return None
        if not self.stage.is_platform(self.database, name_of(found[2])):
            return None
        self.stage.omit(f"rows behind {name_of(found[1])}", WHY_NOT_VALIDATED)
        return statement + st.NOT_VALID

    def _role(self, message: str) -> bool:
        found = _MISSING_ROLE.match(message)
        if found is not None:
            self.stage.roles.ensure(found[1])
        return found is not None

    def _schema(self, message: str) -> bool:
        found = _MISSING_SCHEMA.match(message) or _MISSING_RELATION.match(message)
        return found is not None and ensure_platform(self.stage, self.database, found[1])

    def _extension(self, message: str) -> bool:
        found = _MISSING_IN_EXTENSIONS.search(message)
        provider = provider_of(found[1]) if found else None
        if provider is None or not self.stage.is_platform(self.database, "extensions"):
            return False
        self.stage.ensure_extension(self.database, provider, "extensions")
        return True

    def _publication(self, message: str) -> bool:
        found = _MISSING_PUBLICATION.match(message)
        if found is not None:
            ensure_publication(self.stage, self.database, found[1])
        return found is not None

    def _server(self, message: str, statement: bytes) -> bool:
        found = _MISSING_SERVER.match(message)
        if found is None or st.FOREIGN_TABLE.match(statement) is None:
            return False
        ensure_server(self.stage, self.database, found[1])
        return True

    def _label_of_platform(self, message: str) -> bool:
        """Adds a label that a newer release of the platform gave to one of its enums."""
        found = _MISSING_LABEL.match(message)
        if found is None or not self.stage.is_platform(self.database, found[1]):
            return False
        add = sql.SQL("ALTER TYPE {} ADD VALUE {}")
        self._prepare(add.format(sql.Identifier(found[1], found[2]), sql.Literal(found[3])))
        self.stage.omit(f"labels of {found[1]}.{found[2]}", "defined by the platform")
        return True

    def _data_of_platform(self, message: str, statement: bytes) -> bool:
        """Adds tables and columns, as text, for rows whose definition stays with the platform."""
        target = st.DATA_TARGET.match(statement)
        if target is None or not self.stage.is_platform(self.database, name_of(target[1])):
            return False
        schema, table = name_of(target[1]), name_of(target[2])
        relation, column = _MISSING_RELATION.match(message), _MISSING_COLUMN.match(message)
        name = sql.Identifier(schema, table)
        if relation is not None and relation[2] == table:
            self._prepare(sql.SQL("CREATE TABLE {} ()").format(name))
        elif column is not None:
            add = sql.SQL("ALTER TABLE {} ADD COLUMN {} text")
            self._prepare(add.format(name, sql.Identifier(column[1])))
        else:
            return False
        self.stage.omit(f"columns of {schema}.{table}", "defined by the platform; held here as text")
        return True

    def _sequence_of_platform(self, message: str, statement: bytes) -> bool:
        """Adds a sequence of the platform's, whose value alone is in the backup."""
        found = st.SETVAL.match(statement)
        if found is None or not _MISSING_RELATION.match(message):
            return False
        schema, sequence = name_of(found[1]), name_of(found[2])
        if not self.stage.is_platform(self.database, schema):
            return False
        self._prepare(sql.SQL("CREATE SEQUENCE {}").format(sql.Identifier(schema, sequence)))
        return True

    def _prepare(self, statement: sql.Composed) -> None:
        with self.stage.server.connect(self.database, self.stage.loader) as loader:
            loader.execute(statement)
