"""Getting a verification, free of secrets, to where it belongs; row and message depend on nothing else.

Neither raises for what a network or a disk does; the redactor cleans what these say.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reporting import spool
from reporting.delivered import Delivered
from reporting.links import NONE, Links
from reporting.log_database import place
from reporting.message import alert, payload
from reporting.redaction import Redactor
from reporting.row import RowNotWritten, row_of, write_row
from reporting.verification import Verification
from settings import Settings

_SPOOL_SECONDS = 60


@dataclass(frozen=True)
class Destinations:
    """Where things go. `spool` is None for a log that lasts no longer than the run."""

    log_dsn: str | None = field(default=None, repr=False)
    log_name: str = ""
    spool: Path | None = None
    slack_url: str | None = field(default=None, repr=False)
    links: Links = NONE

    @classmethod
    def of(cls, settings: Settings) -> "Destinations":
        """Where the settings let things go."""
        dsn = settings.log_database_url
        return cls(
            log_dsn=dsn,
            log_name=place(dsn) if dsn else "",
            spool=settings.spool,
            slack_url=settings.slack_webhook_url,
            links=Links.given(settings.page_url, settings.runbook_url),
        )


def deliver_row(
    verification: Verification, to: Destinations, redactor: Redactor, result: Delivered
) -> None:
    if to.log_dsn is None:
        result.lines.append("row: not logged, since no log is named (VERIFICATION_LOG_URL)")
        return
    row = row_of(verification.as_dict(), verification.error_details)
    try:
        write_row(to.log_dsn, row)
        result.lines.append(f"row: {row['id']} in backup_verification_log of {to.log_name}")
    except RowNotWritten as error:
        _keep(row, redactor.text(str(error)), to, result)
        return
    _deliver_spooled(to, redactor, result)


def _keep(row: Mapping[str, Any], reason: str, to: Destinations, result: Delivered) -> None:
    if to.spool is None:
        result.missed(f"row: not written: {reason}")
        return
    try:
        file = spool.keep(to.spool, row)
    except spool.SpoolError as error:
        result.missed(f"row: neither written ({reason}) nor kept ({error}); name a folder by --spool")
        return
    result.missed(f"row: not written: {reason}. Kept as {file}; the next run that can writes it")


def _deliver_spooled(to: Destinations, redactor: Redactor, result: Delivered) -> None:
    """Writes what earlier runs kept; the log has just taken a row, so that it is likely to."""
    if to.spool is None or to.log_dsn is None:
        return
    dsn, until = to.log_dsn, time.monotonic() + _SPOOL_SECONDS

    def write(row: Mapping[str, Any]) -> None:
        left = until - time.monotonic()
        if left < 1:
            raise RowNotWritten("the time for spooled rows is used up")
        write_row(dsn, row, seconds=min(left, 15))

    try:
        spool.deliver(to.spool, write)
    except (RowNotWritten, OSError) as error:
        result.missed(f"spool: {redactor.text(str(error))}")
    left_over = spool.waiting(to.spool)
    if left_over:
        result.missed(f"spool: {left_over} earlier rows still wait in {to.spool}")


def deliver_message(
    verification: Verification, to: Destinations, redactor: Redactor, result: Delivered
) -> None:
    text = alert(verification, to.links)
    if text is None:
        result.lines.append("message: none, since success sends none")
        return
    if to.slack_url is None:
        result.lines.append("message: not sent, since SLACK_WEBHOOK_URL is not set; it would be:")
        result.lines += [f"    {line}".rstrip() for line in text.split("\n")]
        return
    from reporting.slack import MessageRefused, post  # noqa: PLC0415 # most runs send none

    try:
        post(to.slack_url, payload(text))
        result.lines.append("message: sent to Slack")
    except MessageRefused as error:
        result.missed(f"message: not sent: {redactor.text(str(error))}; it would have been:")
        result.lines += [f"    {line}".rstrip() for line in text.split("\n")]
