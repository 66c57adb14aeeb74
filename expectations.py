"""Reading the expectations: the TOML file in which users say what must be true of their database.

The file is validated whole, and first: whatever it says that is not known here is an error that names
the file, the key and what was expected.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024


class ExpectationsError(ValueError):
    """The file cannot be used; the text names the file, the key and what was expected."""


@dataclass(frozen=True)
class Table:
    """A critical table and the bounds on its rows; `row_security` is False only with a `reason`."""

    schema: str
    name: str
    min_rows: int = 0
    max_rows: int | None = None
    row_security: bool = True
    reason: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Expectations:
    """What must be true; sizes in MB (1024 * 1024 bytes), ages in hours."""

    path: Path
    tables: tuple[Table, ...]
    functions: tuple[str, ...] = ()
    min_size_mb: float = 10
    max_size_mb: float | None = None
    count_up_to: int = 1_000_000
    answer_seconds: float = 10
    max_age_hours: float | None = None


@dataclass(frozen=True)
class _Key:
    """What a key takes: `kind` for people, `accepts` for us."""

    kind: str
    types: tuple[type, ...]
    least: float | None = None

    def accepts(self, value: object) -> bool:
        if isinstance(value, bool) and bool not in self.types:
            return False
        if not isinstance(value, self.types):
            return False
        if self.least is not None and isinstance(value, int | float):
            return self.least <= value < float("inf")
        return True


_COUNT = _Key("a whole number, 0 or more", (int,), 0)
_NUMBER = _Key("a number, 0 or more", (int, float), 0)
_ABOVE_ZERO = _Key("a number above 0", (int, float), 0.001)
_DATABASE = {
    "min_size_mb": _NUMBER,
    "max_size_mb": _ABOVE_ZERO,
    "count_up_to": _COUNT,
    "answer_seconds": _ABOVE_ZERO,
}
_TABLE = {
    "min_rows": _COUNT,
    "max_rows": _COUNT,
    "row_security": _Key("true or false", (bool,)),
    "reason": _Key("a text", (str,)),
}
_FUNCTIONS = {"required": _Key("a list of texts", (list,))}
_BACKUP = {"max_age_hours": _ABOVE_ZERO}
_SECTIONS = ("database", "tables", "functions", "backup")
_LEAST_ROWS = {"public.organizations": 1}


def read_expectations(path: Path) -> Expectations:
    """Reads and validates a file; raises ExpectationsError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ExpectationsError(
            f"{path}: cannot be read ({reason}); name the file by --expectations "
            "(VERIFICATION_EXPECTATIONS)"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ExpectationsError(f"{path}: not TOML that can be read: {error}") from None
    return _Reader(path).expectations(content)


@dataclass(frozen=True)
class _Reader:
    path: Path

    def expectations(self, content: Mapping[str, Any]) -> Expectations:
        self._only_known("", content, _SECTIONS)
        database = self._section("database", content, _DATABASE)
        functions = self._section("functions", content, _FUNCTIONS)
        backup = self._section("backup", content, _BACKUP)
        self._in_order("database", "size_mb", database)
        return Expectations(
            path=self.path,
            tables=self._tables(content),
            functions=self._functions(functions),
            max_age_hours=backup.get("max_age_hours"),
            **database,
        )

    def _tables(self, content: Mapping[str, Any]) -> tuple[Table, ...]:
        entries = content.get("tables", {})
        if not isinstance(entries, dict) or not entries:
            raise self._error("tables", "expected at least one table, such as [tables.organizations]")
        tables = [self._table(name, entry) for name, entry in entries.items()]
        names = [table.full_name for table in tables]
        for name in names:
            if names.count(name) > 1:
                raise self._error(f"tables.{name}", "expected once, but the table is named twice")
        return tuple(tables)

    def _table(self, name: str, entry: object) -> Table:
        where = f"tables.{name}"
        if isinstance(entry, dict) and any(isinstance(value, dict) for value in entry.values()):
            inner = next(key for key, value in entry.items() if isinstance(value, dict))
            raise self._error(where, f'expected quotes around both parts: [tables."{name}.{inner}"]')
        values = self._values(where, entry, _TABLE)
        self._in_order(where, "rows", values)
        self._reasoned(where, values)
        schema, _, table = name.rpartition(".")
        if not table or name.startswith(".") or name.count(".") > 1:
            raise self._error(where, "expected the name of a table, or schema.table")
        least = _LEAST_ROWS.get(f"{schema or 'public'}.{table}", 0)
        if values.get("max_rows") is not None:
            least = min(least, values["max_rows"])
        given: dict[str, Any] = {"min_rows": least} | values
        return Table(schema or "public", table, **given)

    def _reasoned(self, where: str, values: Mapping[str, Any]) -> None:
        off = values.get("row_security") is False
        if off and not values.get("reason", "").strip():
            raise self._error(f"{where}.reason", "expected a reason for row_security = false")
        if not off and "reason" in values:
            raise self._error(f"{where}.reason", "expected only beside row_security = false")

    def _functions(self, section: Mapping[str, Any]) -> tuple[str, ...]:
        names = section.get("required", [])
        for name in names:
            if not isinstance(name, str) or not re.fullmatch(r"[^()]+(\(.*\))?", name.strip()):
                raise self._error(
                    "functions.required",
                    "expected names such as my_function or my_schema.my_function(integer, text), "
                    f"found {name!r}",
                )
        if len(set(names)) < len(names):
            raise self._error("functions.required", "expected each function once")
        return tuple(name.strip() for name in names)

    def _section(self, name: str, content: Mapping[str, Any], keys: Mapping[str, _Key]) -> dict[str, Any]:
        return self._values(name, content.get(name, {}), keys)

    def _values(self, where: str, section: object, keys: Mapping[str, _Key]) -> dict[str, Any]:
        if not isinstance(section, dict):
            raise self._error(where, f"expected a table of keys, found {section!r}")
        self._only_known(where, section, tuple(keys))
        for name, value in section.items():
            if not keys[name].accepts(value):
                raise self._error(f"{where}.{name}", f"expected {keys[name].kind}, found {value!r}")
        return dict(section)

    def _only_known(self, where: str, section: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in section:
            if name not in known:
                key = f"{where}.{name}" if where else name
                raise self._error(key, f"unknown; expected one of {', '.join(known)}")

    def _in_order(self, where: str, what: str, values: Mapping[str, Any]) -> None:
        least, most = values.get(f"min_{what}"), values.get(f"max_{what}")
        if least is not None and most is not None and most < least:
            raise self._error(f"{where}.max_{what}", f"expected at least {least}, found {most}")

    def _error(self, key: str, what: str) -> ExpectationsError:
        return ExpectationsError(f"{self.path}: {key}: {what}")
