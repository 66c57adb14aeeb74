"""Each function that the expectations require is there, by name or by name and argument types.

Catches dumps of tables alone and functions that a migration renamed or gave other arguments. Recorded:
the signatures found for each. Source: pg_proc; public where no schema is given.
"""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import Expectations

SIGNATURES = Path(__file__).with_name("functions.sql").read_bytes()


@pytest.mark.warning
def test_database_functions_exist(
    database: psycopg.Connection, expectations: Expectations, details: dict[str, Any]
) -> None:
    required = list(expectations.functions)
    found: dict[str, list[str] | None] = dict(database.execute(SIGNATURES, (required,)).fetchall())
    details["signatures"] = found
    missing = [name for name in required if not found.get(name)]
    assert not missing, f"missing: {', '.join(missing)}; expected {len(required)} functions"
