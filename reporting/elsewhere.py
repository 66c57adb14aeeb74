"""Where a verification goes besides row and webhook: what is near before the webhook, the rest behind.

What takes long to import is imported only where it is configured.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from reporting.channels.github import Workflow, deliver_github
from reporting.channels.others import deliver_others
from reporting.channels.slack_bot import Bot
from reporting.channels.slack_thread import Talk, deliver_slack_bot
from reporting.delivered import Delivered
from reporting.history.reading import Document, LogUnreadable, read_documents
from reporting.links import Links
from reporting.redaction import Redactor
from reporting.verification import Verification
from settings import Settings

PAGE_DAYS = 366


@dataclass(frozen=True)
class Telling:
    """One verification on its way; `places` are files and lines of checks, `say` prints a line as it is."""

    verification: Verification
    settings: Settings
    redactor: Redactor
    result: Delivered
    say: Callable[[str], None]
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def links(self) -> Links:
        return Links.given(self.settings.page_url, self.settings.runbook_url)

    def nearby(self) -> None:
        """Writes what stays on this machine; of the sample there is a page alone."""
        if self.settings.page is not None:
            _to_page(self, self.settings.page)
        if self.settings.metrics_file is not None:
            _to_metrics_file(self, self.settings.metrics_file)
        if self.settings.sample is None and self.settings.in_github_actions:
            _to_github(self)

    def afar(self) -> None:
        """Tells whoever else is named; never of the sample. Never raises for what a network does."""
        if self.settings.sample is not None:
            return
        if self.settings.slack_bot_token is not None:
            _to_slack_thread(self)
        if self.settings.notify_urls:
            _to_others(self)
        if self.settings.pushgateway is not None:
            _to_pushgateway(self, self.settings.pushgateway)


def _to_github(telling: Telling) -> None:
    workflow = Workflow(os.environ, telling.places, telling.say)
    deliver_github(telling.verification, workflow, telling.links, telling.redactor, telling.result)


def _to_metrics_file(telling: Telling, file: Path) -> None:
    from reporting.watch.metrics_file import deliver_metrics_file  # noqa: PLC0415 # prometheus_client takes 20 ms

    if telling.settings.sample is not None:
        telling.result.lines.append("metrics: not written, since this is the sample")
        return
    deliver_metrics_file(telling.verification, file, telling.redactor, telling.result)


def _to_page(telling: Telling, file: Path) -> None:
    from reporting.page import PageNotWritten, write_page  # noqa: PLC0415 # jinja2 takes 50 ms

    this = telling.verification.as_dict()
    documents = [*(document for document in _earlier(telling) if document["id"] != this["id"]), this]
    runbook, now = telling.settings.runbook_url, datetime.now(UTC)
    try:
        write_page(file, documents, runbook_url=runbook, now=now, redactor=telling.redactor)
        telling.result.lines.append(f"page: written to {file}")
    except PageNotWritten as error:
        telling.result.missed(f"page: {telling.redactor.text(str(error))}")


def _earlier(telling: Telling) -> list[Document]:
    """What the log holds of the target; nothing where it cannot be read, and that is said."""
    dsn = telling.settings.log_database_url
    if dsn is None:
        return []
    try:
        return read_documents(dsn, days=PAGE_DAYS, target=telling.verification.target.name)
    except LogUnreadable as error:
        telling.result.lines.append(f"page: of this run alone: {telling.redactor.text(str(error))}")
        return []


def _to_slack_thread(telling: Telling) -> None:
    settings = telling.settings
    bot = Bot(settings.slack_bot_token or "", settings.slack_channel or "", settings.slack_api_url)
    talk = Talk(bot, settings.log_database_url, settings.remind_every, telling.links)
    deliver_slack_bot(telling.verification, talk, telling.redactor, telling.result)


def _to_others(telling: Telling) -> None:
    deliver_others(telling.verification, telling.settings.notify_urls, telling.links, telling.result)


def _to_pushgateway(telling: Telling, url: str) -> None:
    from reporting.watch.pushgateway import deliver_pushgateway  # noqa: PLC0415 # as above

    deliver_pushgateway(telling.verification, url, telling.redactor, telling.result)
