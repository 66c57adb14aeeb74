"""Where open incidents are kept between runs: a table of the log database."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from reporting.attempts import DELIVERY_SECONDS
from reporting.channels.incident import Incident
from reporting.log_database import transaction, why

SECONDS = DELIVERY_SECONDS + 15
"""How long an incident may be held, connecting and what is said meanwhile included."""

_LOCK = """
SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(
    pg_catalog.concat('backup_verification_incident of ', %(target)s::text, ' in ', %(channel)s::text), 0
))
"""
_READ = """
SELECT thread, status, failing, opened_at, seen_at, runs, quiet_runs
FROM public.backup_verification_incident WHERE target = %(target)s AND channel = %(channel)s
"""
_CLOSE = """
DELETE FROM public.backup_verification_incident WHERE target = %(target)s AND channel = %(channel)s
"""
_KEEP = (Path(__file__).parent / "incidents.sql").read_bytes()
_SENTENCES = {
    "42P01": "the table public.backup_verification_incident is missing in {place}: run "
    "python -m migrations DSN",
    "42703": "public.backup_verification_incident in {place} is another table than ours ({said}): move it "
    "away, then run python -m migrations DSN",
    "42501": "no right to write to public.backup_verification_incident in {place} ({said}): connect as "
    "the owner of the table or as service_role",
    "55P03": "another run holds the incident of this target in {place}",
}
# A database in SQL_ASCII takes the characters themselves, and no escapes of them.
_as_text = partial(json.dumps, ensure_ascii=False)


class IncidentUnknown(Exception):
    """What was said before is not known, or what was said now is not kept; one sentence says why."""


@dataclass
class Held:
    """One target's incident in one channel, which no other run sees or changes meanwhile."""

    incident: Incident | None
    _connection: psycopg.Connection[Any] = field(repr=False)
    _key: dict[str, str] = field(repr=False)

    def keep(self, incident: Incident | None) -> None:
        """Takes the incident's place, or ends it by None; it counts once the context has ended."""
        if incident is not None:
            failing = Jsonb(dict(incident.failing), dumps=_as_text)
            self._connection.execute(_KEEP, {**asdict(incident), **self._key, "failing": failing})
        elif self.incident is not None:
            self._connection.execute(_CLOSE, self._key)


@contextlib.contextmanager
def held(dsn: str, target: str, channel: str, *, seconds: float = SECONDS) -> Iterator[Held]:
    """The incident, locked until the end of the context, which keeps what was changed, or nothing.

    Raises IncidentUnknown, at the beginning or the end, within about `seconds`.
    """
    key = {"target": target, "channel": channel}
    try:
        with transaction(dsn, seconds) as connection:
            connection.execute(_LOCK, key)
            with connection.cursor(row_factory=class_row(Incident)) as cursor:
                incident = cursor.execute(_READ, key).fetchone()
            yield Held(incident, connection, key)
    except (psycopg.Error, ValueError, TimeoutError) as error:
        raise IncidentUnknown(why(error, dsn, _SENTENCES)) from None
