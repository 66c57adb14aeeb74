"""One notice to one address by apprise, in a thread of its own that nothing is logged from."""

import contextlib
import logging
import re
import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from reporting.channels.notify_urls import addressed, called, incident_key, schema
from reporting.exchange import ask
from reporting.verification import Status

if TYPE_CHECKING:
    from apprise import AppriseAsset

_LOADING_SECONDS = 30.0
_LOGGERS = ("apprise", "urllib3.connection", "urllib3.connectionpool")
_RETRIES = 2


@dataclass(frozen=True)
class Notice:
    """What is told: its status, its subject and its text."""

    status: Status
    title: str
    body: str


class _Quiet(threading.Thread):
    """What apprise logs here is heard and goes nowhere; it is the one place where it gives reasons."""

    def __init__(self, **more: Any) -> None:
        super().__init__(daemon=True, **more)
        self.heard = ""

    def hear(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(Exception):
            self.heard += f"{record.getMessage()}\n"


class Sending(_Quiet):
    """One address; `refusal` is why it did not get the notice, None once it has it."""

    def __init__(self, url: str, number: int, notice: Notice, target: str) -> None:
        super().__init__()
        self._url, self._notice, self._target = url, notice, target
        self.called = called(url, number)
        self.refusal: str | None = "no answer in time"

    def run(self) -> None:
        """Every exception ends here, because nearly all of them quote the address."""
        try:
            self.refusal = self._send()
        except Exception as error:
            self.refusal = type(error).__name__

    def _send(self) -> str | None:
        """None once the service has taken the notice, else why not, in words of our own."""
        from apprise import Apprise, NotifyFormat, NotifyType  # noqa: PLC0415 # an extra, which may be missing

        services, notice = Apprise(asset=_asset()), self._notice
        if not services.add(addressed(self._url, self._target)):
            return "apprise does not understand the address"
        told = services.notify(
            notice.body, notice.title, notify_type=NotifyType(notice.status), body_format=NotifyFormat.TEXT
        )
        if not told:
            return _reason(self.heard)
        if notice.status == "success" and schema(self._url) in ("opsgenie", "jira"):
            return _closed(services[0], self._target)
        return None


def prepare() -> None:
    """From now on nothing is logged by the threads here, not even by one that is left behind."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _heard_elsewhere not in logger.filters:
            logger.addFilter(_heard_elsewhere)
    loading = _Quiet(target=_load)
    with warnings.catch_warnings(action="ignore"):
        loading.start()
        loading.join(_LOADING_SECONDS)


def _load() -> None:
    """Has apprise load its services, which it does at the first address that it is given."""
    with contextlib.suppress(Exception):
        from apprise import Apprise  # noqa: PLC0415 # an extra

        Apprise().add("json://localhost")


def _heard_elsewhere(record: logging.LogRecord) -> bool:
    thread = threading.current_thread()
    if isinstance(thread, _Quiet):
        thread.hear(record)
        return False
    return True


def _asset() -> "AppriseAsset":
    """Nothing is kept on disk; no redirect is followed, which would turn the notice into a mere look.

    With a timeout of its own apprise would use threads that the end of this process waits for.
    """
    from apprise import AppriseAsset, PersistentStoreMode  # noqa: PLC0415 # an extra

    return AppriseAsset(
        app_id="backup-verification",
        app_desc="Backup verification",
        async_mode=False,
        secure_logging=True,
        http_redirects=False,
        storage_mode=PersistentStoreMode.MEMORY,
        default_service_retry=_RETRIES,
        default_service_wait=1.0,
        service_timeout=0,
        result_log_disk_size=0,
    )


def _closed(service: Any, target: str) -> str | None:
    """Ends the incident by its alias: apprise itself ends only those that it has opened in this process."""
    from apprise.plugins.jira import JIRA_API_LOOKUP  # noqa: PLC0415 # an extra
    from apprise.plugins.opsgenie import OPSGENIE_API_LOOKUP  # noqa: PLC0415 # an extra

    known = OPSGENIE_API_LOOKUP if service.secure_protocol == "opsgenie" else JIRA_API_LOOKUP
    alias = quote(service.alias or incident_key(target), safe="")
    answer = ask(
        f"{known[service.region_name]}/{alias}/close?identifierType=alias",
        json={"source": "backup-verification", "note": "The backup was verified again."},
        headers={"Authorization": f"GenieKey {service.apikey}"},
        limit=15.0,
    )
    taken = answer.status is not None and (200 <= answer.status < 300 or answer.status == 404)
    return None if taken else (answer.problem if answer.status is None else f"it answered {answer.status}")


def _reason(said: str) -> str:
    """What of apprise's words is none of an address's."""
    status = re.search(r"\berror=(\d{3})\b", said)
    if status:
        return f"it answered {status[1]}"
    return "no connection" if re.search(r"connection error", said, re.IGNORECASE) else "it was refused"
