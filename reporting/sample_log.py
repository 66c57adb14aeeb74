"""The sample's log: a database beside the restored one, which lasts no longer than their server."""

from typing import TYPE_CHECKING

import migrations
from reporting.delivery import Destinations

if TYPE_CHECKING:
    from restoring.server import Server

_DATABASE = "verification_log"
_LATEST = """
SELECT verified_at, backup_id, backup_age_hours, backup_size_mb, status, checks_passed, checks_failed,
    error_details IS NOT NULL AS has_error_details, verification_details IS NOT NULL AS has_details
FROM public.get_latest_backup_verification()
"""


def beside(server: "Server") -> Destinations:
    """Makes the log; nothing of the sample is sent anywhere."""
    with server.connect("postgres") as admin:
        admin.execute(f"CREATE DATABASE {_DATABASE}")
    dsn = server.dsn(_DATABASE)
    migrations.migrate(dsn)
    return Destinations(dsn, f"{_DATABASE}, a database beside the restored one")


def row_lines(server: "Server") -> list[str]:
    """The row as it stands in the log, for a newcomer to see."""
    with server.connect(_DATABASE) as log:
        cursor = log.execute(_LATEST)
        names = [column.name for column in cursor.description or ()]
        row = zip(names, cursor.fetchone() or (), strict=True)
        return ["the row that was logged:", *(f"    {name}: {value}" for name, value in row)]
