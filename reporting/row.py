"""The row: a verification as the log table keeps it, and the one statement that writes it."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from reporting.log_database import once, why

SECONDS = 15.0
"""How long writing a row may take, connecting included."""

INSERT = b"""
    INSERT INTO public.backup_verification_log (
        id, verified_at, backup_id, backup_age_hours, backup_size_mb, status,
        checks_passed, checks_failed, error_details, verification_details
    ) VALUES (
        %(id)s, %(verified_at)s, %(backup_id)s, %(backup_age_hours)s, %(backup_size_mb)s,
        %(status)s, %(checks_passed)s, %(checks_failed)s, %(error_details)s,
        %(verification_details)s
    ) ON CONFLICT (id) DO NOTHING
"""
_OTHER_TABLE = (
    "public.backup_verification_log in {place} is another table than ours ({said}): move it away "
    "(create schema old; alter table public.backup_verification_log set schema old), "
    "then run python -m migrations DSN"
)
_SENTENCES = {
    "42P01": "the table public.backup_verification_log is missing in {place}: run python -m migrations DSN",
    "42703": _OTHER_TABLE,
    "42804": _OTHER_TABLE,
    "42P10": _OTHER_TABLE,
    "42501": "no right to write to public.backup_verification_log in {place} ({said}): connect as "
    "the owner of the table or as service_role",
    "55P03": "public.backup_verification_log in {place} is locked by another session",
}
_MAX_INTEGER = 2**31 - 1
_BYTES_IN_MB = 1024 * 1024
# A database in SQL_ASCII takes the characters themselves, and no escapes of them.
_as_text = partial(json.dumps, ensure_ascii=False)


class RowNotWritten(Exception):
    """The log does not have the row; one sentence says why and what mends it, without a secret."""


def row_of(
    verification_details: Mapping[str, Any], error_details: Sequence[Mapping[str, Any]] | None
) -> dict[str, Any]:
    """The columns, all but created_at, of what `Verification.as_dict()` and `error_details` gave,
    both redacted: `Redactor.value` leaves nothing that jsonb refuses.

    The row is JSON, so that a file can keep it; hours and MB are whole numbers, rounded.
    """
    backup = verification_details["backup"] or {}
    size = backup.get("size_bytes")
    copied = ("id", "verified_at", "status", "checks_passed", "checks_failed")
    return {
        **{name: verification_details[name] for name in copied},
        "backup_id": backup.get("id"),
        "backup_age_hours": _integer(backup.get("age_hours")),
        "backup_size_mb": _integer(None if size is None else size / _BYTES_IN_MB),
        "error_details": error_details,
        "verification_details": dict(verification_details),
    }


def write_row(dsn: str, row: Mapping[str, Any], *, seconds: float = SECONDS) -> None:
    """Writes what `row_of` made, now or from a file; a row whose id is there already stays one row.

    Returns once the row is committed; raises RowNotWritten within about `seconds`.
    """
    documents = {
        name: None if row.get(name) is None else Jsonb(row[name], dumps=_as_text)
        for name in ("error_details", "verification_details")
    }
    try:
        once(dsn, seconds, INSERT, {**row, **documents})
    except (psycopg.Error, ValueError, TimeoutError) as error:
        raise RowNotWritten(why(error, dsn, _SENTENCES)) from None


def _integer(value: float | None) -> int | None:
    """A whole number that the column can hold."""
    if value is None:
        return None
    return round(max(-_MAX_INTEGER, min(_MAX_INTEGER, value)))
