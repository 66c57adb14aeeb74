"""What keys may be there and what each takes; whatever is not understood is an error that names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any


class ExpectationsError(ValueError):
    """The file cannot be used; the text names the file, the key and what was expected."""


@dataclass(frozen=True)
class Key:
    """What a key takes: `kind` for people, `accepts` for us."""

    kind: str
    types: tuple[type, ...]
    least: float | None = None
    required: bool = False
    blank: bool = False

    def accepts(self, value: object) -> bool:
        if isinstance(value, bool) and bool not in self.types:
            return False
        if not isinstance(value, self.types) or isinstance(value, datetime):
            return False
        if isinstance(value, str):
            return self.blank or bool(value.strip())
        if self.least is not None and isinstance(value, int | float):
            return self.least <= value < float("inf")
        return True


COUNT = Key("a whole number, 0 or more", (int,), 0)
NUMBER = Key("a number, 0 or more", (int, float), 0)
ABOVE_ZERO = Key("a number above 0", (int, float), 0.001)
TRUTH = Key("true or false", (bool,))
TEXT = Key("a text", (str,))
ANY_TEXT = Key("a text", (str,), blank=True)
NEEDED = Key("a text", (str,), required=True)
DAY = Key("a day such as 2026-12-31, without quotes", (date,), required=True)
TEXTS = Key("a list of texts", (list,))
ENTRIES = Key("a list of tables", (list,))
PAIRS = Key("a table of texts", (dict,))
NEEDED_PAIRS = Key("a table of texts", (dict,), required=True)


@dataclass(frozen=True)
class Source:
    """The file that is read, for the errors that name it."""

    path: Path

    def error(self, key: str, what: str) -> ExpectationsError:
        return ExpectationsError(f"{self.path}: {key}: {what}")

    def section(self, name: str, content: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
        return self.values(name, content.get(name, {}), keys)

    def entries(self, name: str, entries: object, keys: Mapping[str, Key]) -> list[dict[str, Any]]:
        """The tables of a list such as [[functions.calls]]."""
        if not isinstance(entries, list):
            raise self.error(name, f"expected [[{name}]], found {entries!r}")
        return [self.values(f"{name}[{at}]", entry, keys) for at, entry in enumerate(entries, 1)]

    def values(self, where: str, section: object, keys: Mapping[str, Key]) -> dict[str, Any]:
        if not isinstance(section, dict):
            raise self.error(where, f"expected a table of keys, found {section!r}")
        self.only_known(where, section, tuple(keys))
        for name, key in keys.items():
            if name not in section and key.required:
                raise self.error(f"{where}.{name}", f"expected {key.kind}, found nothing")
            if name in section and not key.accepts(section[name]):
                raise self.error(f"{where}.{name}", f"expected {key.kind}, found {section[name]!r}")
        return dict(section)

    def pairs(self, where: str, values: Mapping[str, Any]) -> dict[str, str]:
        for name, value in values.items():
            if not isinstance(value, str) or not value.strip():
                raise self.error(f"{where}.{name}", f"expected a text, found {value!r}")
        return dict(values)

    def only_known(self, where: str, section: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in section:
            if name not in known:
                key = f"{where}.{name}" if where else name
                raise self.error(key, f"unknown; expected one of {', '.join(known)}")

    def in_order(self, where: str, what: str, values: Mapping[str, Any]) -> None:
        least, most = values.get(f"min_{what}"), values.get(f"max_{what}")
        if least is not None and most is not None and most < least:
            raise self.error(f"{where}.max_{what}", f"expected at least {least}, found {most}")
