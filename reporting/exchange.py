"""One HTTP request, ended when its time is up whatever the other side does, and told without its URL."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Thread, get_ident
from typing import Any
from urllib.parse import urlsplit

from reporting.answer import Answer

LONGEST_BODY = 20_000


@dataclass(frozen=True)
class _Request:
    url: str = field(repr=False)
    method: str
    json: Any
    data: bytes | None
    headers: Mapping[str, str] = field(repr=False)


def usable(url: str) -> bool:
    """Whether this is an http or https URL that a request can be made to."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(named) and url.isprintable() and " " not in url


def ask(
    url: str,
    *,
    method: str = "POST",
    json: Any = None,
    data: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    limit: float,
) -> Answer:
    """One attempt of at most `limit` seconds; what went wrong stands in the answer, and is never raised.

    The timeouts of requests bound each wait, not their sum, and name resolution not at all; hence a
    thread, which is left behind when its time is up. User and password in the URL are sent as basic
    authentication. A redirect is an answer, and not followed.
    """
    answer = Answer()
    request = _Request(url, method, json, data, headers or {})
    thread = Thread(target=_exchange, args=(answer, request, limit), daemon=True)
    thread.start()
    thread.join(limit)
    return replace(answer)


def _exchange(answer: Answer, request: _Request, limit: float) -> None:
    """Fill the answer in; every exception ends here, because nearly all of them quote the URL."""
    try:
        with _unlogged():
            _receive(answer, request, limit)
    except ValueError as error:  # what requests raises for a URL that it cannot use is one too
        answer.malformed, answer.problem = True, type(error).__name__
    except Exception as error:
        answer.problem = type(error).__name__


def _receive(answer: Answer, request: _Request, limit: float) -> None:
    import requests  # noqa: PLC0415 # costs more than the six checks
    from requests.utils import get_auth_from_url  # noqa: PLC0415

    deadline = time.monotonic() + limit
    credentials = get_auth_from_url(request.url)
    with (
        requests.Session() as session,
        session.request(
            request.method,
            request.url,
            json=request.json,
            data=request.data,
            headers=dict(request.headers),
            auth=credentials if any(credentials) else _as_it_is,
            timeout=limit + 1,  # the thread's own limit comes first, and is told in our words
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        answer.retry_after = response.headers.get("Retry-After", "")
        answer.status = response.status_code
        for piece in response.iter_content(1):
            answer.body += piece
            if len(answer.body) >= LONGEST_BODY or time.monotonic() > deadline:
                break
        answer.complete = time.monotonic() <= deadline


def _as_it_is(request: Any) -> Any:
    """No authentication; without one, requests would add what a netrc file holds for the host."""
    return request


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep urllib3 from logging this thread's requests: it logs the path, and thus the token."""
    thread = get_ident()
    loggers = [logging.getLogger(f"urllib3.{name}") for name in ("connection", "connectionpool")]

    def elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != thread

    for logger in loggers:
        logger.addFilter(elsewhere)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(elsewhere)
