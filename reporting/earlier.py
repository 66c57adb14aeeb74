"""The last verification of a database that succeeded: to compare with, for want of a reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from reporting.log_database import once

SECONDS = 10.0
SHAPE_CHECK = "test_shape_recorded"

_LATEST = b"""
SELECT verified_at, c.value -> 'details' -> 'shape'
FROM public.backup_verification_log AS v
CROSS JOIN LATERAL jsonb_array_elements(v.verification_details -> 'checks') AS c (value)
WHERE v.status IN ('success', 'warning')
    AND v.verification_details -> 'target' ->> 'kind' = 'backup'
    AND CASE
        WHEN v.verification_details -> 'target' ->> 'name' <> ''
        THEN v.verification_details -> 'target' ->> 'name' = %(target)s
        ELSE v.verification_details -> 'target' ->> 'database' = %(database)s
    END
    AND c.value ->> 'name' = %(check)s AND c.value -> 'details' ? 'shape'
ORDER BY verified_at DESC LIMIT 1
"""
"""Rows of before targets had names go by their database."""


@dataclass(frozen=True)
class Earlier:
    """`shape` is as `judging.shape` made it; `verified_at` is ISO-8601 in UTC."""

    verified_at: str
    shape: Mapping[str, Any]

    @property
    def words(self) -> str:
        return f"the verification of {self.verified_at}"


def read_earlier(dsn: str, target: str, database: str) -> Earlier | None:
    """The last success of this target; None where the log has none or cannot be read."""
    values = {"target": target, "database": database, "check": SHAPE_CHECK}
    try:
        rows = once(dsn, SECONDS, _LATEST, values)
    except (psycopg.Error, ValueError, TimeoutError):
        return None
    return Earlier(rows[0][0].isoformat(), rows[0][1]) if rows else None
