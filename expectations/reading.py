"""Reading the expectations: validated whole, and before anything else happens."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from expectations.model import Allowance, Call, Exclusion, Exemption, Expectations, Tenancy
from expectations.tables import read_tables, split_name
from expectations.values import (
    ABOVE_ZERO,
    ANY_TEXT,
    COUNT,
    DAY,
    ENTRIES,
    NEEDED,
    NEEDED_PAIRS,
    NUMBER,
    PAIRS,
    TEXT,
    TEXTS,
    TRUTH,
    ExpectationsError,
    Source,
)
from judging.findings import KINDS

_DATABASE = {
    "min_size_mb": NUMBER,
    "max_size_mb": ABOVE_ZERO,
    "count_up_to": COUNT,
    "answer_seconds": ABOVE_ZERO,
}
_FUNCTIONS = {"required": TEXTS, "calls": ENTRIES}
_CALL = {"statement": NEEDED, "returns": ANY_TEXT, "role": TEXT, "settings": PAIRS}
_BACKUP = {"max_age_hours": ABOVE_ZERO, "max_restore_minutes": ABOVE_ZERO, "excluded": ENTRIES}
_EXCLUSION = {"object": NEEDED, "reason": NEEDED, "rows_only": TRUTH}
_ROW_SECURITY = {"allowed": ENTRIES}
_ALLOWANCE = {"object": NEEDED, "reason": NEEDED}
_TENANCY = {
    "tenants": NEEDED,
    "tables": NEEDED_PAIRS,
    "role": TEXT,
    "anonymous_role": ANY_TEXT,
    "claims_setting": TEXT,
}
_EXEMPTION = {"check": TEXT, "finding": TEXT, "object": TEXT, "reason": NEEDED, "until": DAY}
_OF_ANY_CHECK = {"check-failed", "check-raised", "check-not-run"}
"""What says nothing of what was found: a whole check is exempted by its name."""
_SECTIONS = ("database", "tables", "functions", "backup", "row_security", "tenancy", "exemptions")


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
    return _expectations(Source(path), content)


def _expectations(source: Source, content: Mapping[str, Any]) -> Expectations:
    source.only_known("", content, _SECTIONS)
    database = source.section("database", content, _DATABASE)
    functions = source.section("functions", content, _FUNCTIONS)
    backup = source.section("backup", content, _BACKUP)
    row_security = source.section("row_security", content, _ROW_SECURITY)
    source.in_order("database", "size_mb", database)
    excluded = source.entries("backup.excluded", backup.pop("excluded", []), _EXCLUSION)
    allowed = source.entries("row_security.allowed", row_security.get("allowed", []), _ALLOWANCE)
    return Expectations(
        path=source.path,
        tables=read_tables(source, content),
        functions=_functions(source, functions.get("required", [])),
        calls=_calls(source, functions.get("calls", [])),
        excluded=tuple(Exclusion(**entry) for entry in excluded),
        allowed=tuple(Allowance(**entry) for entry in allowed),
        tenancy=_tenancy(source, content),
        exemptions=_exemptions(source, content.get("exemptions", [])),
        **backup,
        **database,
    )


def _functions(source: Source, names: list[Any]) -> tuple[str, ...]:
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[^()]+(\(.*\))?", name.strip()):
            raise source.error(
                "functions.required",
                "expected names such as my_function or my_schema.my_function(integer, text), "
                f"found {name!r}",
            )
    if len(set(names)) < len(names):
        raise source.error("functions.required", "expected each function once")
    return tuple(name.strip() for name in names)


def _calls(source: Source, entries: object) -> tuple[Call, ...]:
    calls = source.entries("functions.calls", entries, _CALL)
    for at, call in enumerate(calls, 1):
        call["settings"] = source.pairs(f"functions.calls[{at}].settings", call.get("settings", {}))
    return tuple(Call(**call) for call in calls)


def _exemptions(source: Source, entries: object) -> tuple[Exemption, ...]:
    exemptions = source.entries("exemptions", entries, _EXEMPTION)
    for at, entry in enumerate(exemptions, 1):
        where = f"exemptions[{at}]"
        if ("check" in entry) == ("finding" in entry):
            raise source.error(where, "expected either check or finding, to say what is exempted")
        if "check" in entry and not re.fullmatch(r"test_\w+", entry["check"]):
            raise source.error(
                f"{where}.check", f"expected a name such as test_x, found {entry['check']!r}"
            )
        if "finding" in entry and entry["finding"] not in KINDS.keys() - _OF_ANY_CHECK:
            raise source.error(
                f"{where}.finding",
                f"expected a kind of finding, as RUNBOOK.md names each, found {entry['finding']!r}",
            )
    return tuple(Exemption(**entry) for entry in exemptions)


def _tenancy(source: Source, content: Mapping[str, Any]) -> Tenancy | None:
    if "tenancy" not in content:
        return None
    values = source.section("tenancy", content, _TENANCY)
    columns = source.pairs("tenancy.tables", values["tables"])
    if not columns:
        raise source.error("tenancy.tables", 'expected at least one, such as "public.orders" = "tenant_id"')
    where = "tenancy.tables"
    values["tables"] = {
        ".".join(split_name(source, f"{where}.{name}", name)): column for name, column in columns.items()
    }
    if "anonymous_role" in values:
        values["anonymous_role"] = values["anonymous_role"].strip() or None
    return Tenancy(**values)
