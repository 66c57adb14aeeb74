"""What each watchdog service is asked, and which one a URL belongs to.

Sources: Healthchecks' HTTP API and its hc/api/views.py, Cronitor's telemetry API, and Uptime Kuma's
server/routers/api-router.js.
"""

import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit, urlunsplit

from reporting.exchange import usable

KINDS = ("healthchecks", "cronitor", "uptime-kuma")

_LONGEST_BODY = 10_000
"""Bytes that a Healthchecks of one's own keeps; the hosted one keeps ten times as many."""
_LONGEST_MESSAGE = 1_300
"""Bytes in a query: three times as many when encoded, which every proxy takes; Cronitor takes 2,000."""
_LONGEST_PING = 24 * 3600 * 1000
"""Milliseconds: Uptime Kuma refuses a ping that says more."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_HOSTS = {
    "healthchecks": re.compile(r"(?:.+\.)?(?:hc-ping\.com|healthchecks\.io)"),
    "cronitor": re.compile(r"(?:.+\.)?cronitor\.(?:link|io)"),
}
_PATHS = {
    "uptime-kuma": re.compile(r".*/api/push/[^/]+/?"),
    "healthchecks": re.compile(rf".*/ping/(?:{_UUID}|[\w-]{{22}}/[\w-]+)/?", re.IGNORECASE),
}
_STATE_IN_PATH = re.compile(r"(/p/[^/]+/[^/]+|/(?!p/)[^/]+)/(?:run|complete|fail|ok|tick)")
_TAKEN = {
    "healthchecks": re.compile(r"ok|created", re.IGNORECASE),
    "cronitor": re.compile(r".*", re.DOTALL),
    "uptime-kuma": re.compile(r'\{.*"ok"\s*:\s*true\b.*\}', re.DOTALL),
}


@dataclass(frozen=True)
class Ping:
    """One request to a service."""

    method: str
    url: str = field(repr=False)
    body: bytes | None = None


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit status, what is told of it, and how many seconds it took.

    `series` is the id that the start was sent with, None where no start is known to have arrived.
    """

    exit_status: int
    summary: str
    seconds: float
    series: str | None


def kind_of(url: str, named: str | None = None) -> str:
    """The service that a URL belongs to, or the one that was named for it.

    Raises ValueError, with a sentence that holds nothing of the URL.
    """
    url = url.strip()
    if not usable(url):
        raise ValueError("HEARTBEAT_URL is not an http or https URL")
    if named is not None and named not in KINDS:
        raise ValueError(f"HEARTBEAT_KIND is {named!r}; expected {_choices()}")
    told = _told_by(url)
    if named and told and told != named:
        raise ValueError(f"HEARTBEAT_KIND says {named}, but HEARTBEAT_URL is one of {told}: correct one")
    if not (named or told):
        raise ValueError(
            "the service of HEARTBEAT_URL cannot be told by its address: name it by HEARTBEAT_KIND "
            f"({_choices()})"
        )
    return named or told


def _choices() -> str:
    return f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"


def _told_by(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    by_host = [kind for kind, form in _HOSTS.items() if form.fullmatch(host)]
    by_path = [kind for kind, form in _PATHS.items() if form.fullmatch(parts.path)]
    return next(iter(by_host + by_path), "")


def start_ping(kind: str, url: str, series: str) -> Ping | None:
    """What says that a run has started; None for Uptime Kuma, which knows no start."""
    if kind == "healthchecks":
        return Ping("POST", _asked(url, {"rid": series}, "/start"), b"")
    if kind == "cronitor":
        return Ping("GET", _asked(_stateless(url), {"state": "run", **_origin(series)}))
    return None


def end_ping(kind: str, url: str, ended: Ended) -> Ping:
    """What says how a run has ended: any exit status but 0 is a failure."""
    if kind == "healthchecks":
        status = ended.exit_status
        series = {"rid": ended.series} if ended.series else {}
        path = f"/{status}" if 0 <= status <= 255 else "/fail"
        return Ping("POST", _asked(url, series, path), _cut(ended.summary, _LONGEST_BODY).encode())
    if kind == "cronitor":
        return Ping("GET", _asked(_stateless(url), _to_cronitor(ended)))
    return Ping("GET", _asked(url, _to_uptime_kuma(ended)))


def taken(kind: str, text: str) -> bool:
    """Whether the body of a 2xx answer is the service's own: the hosted Healthchecks answers 200 and
    "OK (not found)" too, and a login page is a 200 as well."""
    return _TAKEN[kind].fullmatch(text) is not None


def _to_cronitor(ended: Ended) -> dict[str, str]:
    return {
        "state": "fail" if ended.exit_status else "complete",
        "status_code": str(ended.exit_status),
        "message": _cut(ended.summary, _LONGEST_MESSAGE),
        **_origin(ended.series),
    }


def _origin(series: str | None) -> dict[str, str]:
    return {"host": socket.gethostname(), **({"series": series} if series else {})}


def _to_uptime_kuma(ended: Ended) -> dict[str, str]:
    milliseconds = round(ended.seconds * 1000)
    return {
        "status": "down" if ended.exit_status else "up",
        "msg": _cut(f"exit code {ended.exit_status}: {ended.summary}", _LONGEST_MESSAGE),
        "ping": str(milliseconds) if 0 <= milliseconds <= _LONGEST_PING else "",
    }


def _stateless(url: str) -> str:
    """Cronitor's URL without a state that was copied with it: the path would beat the query."""
    parts = urlsplit(url)
    found = _STATE_IN_PATH.fullmatch(parts.path.rstrip("/"))
    return urlunsplit(parts._replace(path=found[1])) if found else url


def _asked(url: str, values: dict[str, str], path: str = "") -> str:
    """The URL with more path and query; what it holds in its query stays, save what `values` names:
    Uptime Kuma takes two statuses, of which one is the `up` that was copied with the URL, for down."""
    parts = urlsplit(url.strip())
    kept = [item for item in parts.query.split("&") if item and item.split("=")[0] not in values]
    query = "&".join([*kept, urlencode(values)] if values else kept)
    whole = parts.path.rstrip("/") + path if path else parts.path
    return urlunsplit(parts._replace(path=whole, query=query, fragment=""))


def _cut(text: str, most: int) -> str:
    """The beginning of a text, in bytes, cut between two characters."""
    whole = text.encode("utf-8", "replace")
    return text if len(whole) <= most else whole[: most - 3].decode("utf-8", "ignore") + "…"
