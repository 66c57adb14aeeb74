"""The last verification of a database that succeeded: to compare with, for want of a reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from reporting.log_database import transaction

SECONDS = 10.0
SHAPE_CHECK = "test_shape_recorded"

_LATEST = """
SELECT verified_at, c.value -> 'details' -> 'shape'
FROM public.backup_verification_log AS v
CROSS JOIN LATERAL jsonb_array_elements(v.verification_details -> 'checks') AS c (value)
WHERE v.status IN ('success', 'warning')
    AND v.verification_details -> 'target' ->> 'kind' = 'backup'
    AND v.verification_details -> 'target' ->> 'database' = %s
    AND c.value ->> 'name' = %s AND c.value -> 'details' ? 'shape'
ORDER BY verified_at DESC LIMIT 1
"""


@dataclass(frozen=True)
class Earlier:
    """`shape` is as `judging.shape` made it; `verified_at` is ISO-8601 in UTC."""

    verified_at: str
    shape: Mapping[str, Any]

    @property
    def words(self) -> str:
        return f"the verification of {self.verified_at}"


def read_earlier(dsn: str, database: str) -> Earlier | None:
    """The last success of a backup of this database; None where the log has none or cannot be read."""
    try:
        with transaction(dsn, SECONDS) as connection:
            row = connection.execute(_LATEST, (database, SHAPE_CHECK)).fetchone()
    except (psycopg.Error, ValueError, TimeoutError):
        return None
    return None if row is None else Earlier(row[0].isoformat(), row[1])
