"""Each function that the expectations require is there, by name or by name and argument types.

Catches dumps of tables alone and functions that a migration renamed or gave other arguments. Recorded:
the signatures found for each. Source: pg_proc; public where no schema is given.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.findings import Finding

SIGNATURES = Path(__file__).with_name("functions.sql").read_bytes()


@pytest.mark.warning
def test_database_functions_exist(
    database: psycopg.Connection,
    expectations: Expectations,
    details: dict[str, Any],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    required = list(expectations.functions)
    found: dict[str, list[str] | None] = dict(database.execute(SIGNATURES, (required,)).fetchall())
    details["signatures"] = found
    missing = [name for name in required if not found.get(name)]
    findings = what_counts([Finding("function-missing", f"missing: {name}") for name in missing])
    names = ", ".join(words.removeprefix("missing: ") for words in findings)
    assert not findings, f"missing: {names}; expected {len(required)} functions"
