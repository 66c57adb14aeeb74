"""The delivery of a message to a Slack webhook, or to one that answers as Slack does.

A message whose answer was lost is sent again: better twice than never.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread, get_ident
from urllib.parse import urlsplit

import requests
from requests.utils import get_auth_from_url

from reporting.answer import Answer

ATTEMPTS = 4
DELIVERY_SECONDS = 90.0
LONGEST_BODY = 1000


class MessageRefused(Exception):
    """The message was not delivered; the text is one sentence that names neither URL nor token."""


def post(
    url: str,
    payload: Mapping[str, str],
    *,
    pause: Callable[[float], None] = time.sleep,
    limit: float = 15.0,
) -> None:
    """Deliver the payload; `limit` is the longest time for one attempt, in seconds.

    Raises MessageRefused at once when the answer is final, after `ATTEMPTS` or
    `DELIVERY_SECONDS` when it may have passed.
    """
    url = _checked(url)
    left = DELIVERY_SECONDS
    for attempt in range(1, ATTEMPTS + 1):
        began = time.monotonic()
        answer = _ask(url, payload, min(limit, left))
        if answer.delivered:
            return
        seconds = answer.pause_after(attempt)
        left -= time.monotonic() - began + seconds
        if not answer.may_pass or attempt == ATTEMPTS or left <= 0:
            raise MessageRefused(answer.sentence(attempt, url))
        pause(seconds)


def _checked(url: str) -> str:
    """The URL without the line end that a secret file leaves; an unusable one is refused."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise MessageRefused("the webhook is not an http or https URL: correct SLACK_WEBHOOK_URL")
    return url


def _ask(url: str, payload: Mapping[str, str], limit: float) -> Answer:
    """One attempt, ended after `limit` seconds whatever the other side does.

    The timeouts of requests bound each wait, not their sum, and name resolution not at all;
    hence a thread, which is left behind when its time is up.
    """
    answer = Answer()
    thread = Thread(target=_exchange, args=(answer, url, payload, limit), daemon=True)
    thread.start()
    thread.join(limit)
    return replace(answer)


def _exchange(answer: Answer, url: str, payload: Mapping[str, str], limit: float) -> None:
    """Fill the answer in; every exception ends here, because nearly all of them quote the URL."""
    try:
        with _unlogged(), requests.Session() as session:
            _receive(answer, session, url, payload, limit)
    except ValueError as error:  # what requests raises for a URL that it cannot use is one too
        answer.malformed, answer.problem = True, type(error).__name__
    except Exception as error:
        answer.problem = type(error).__name__


def _receive(
    answer: Answer, session: requests.Session, url: str, payload: Mapping[str, str], limit: float
) -> None:
    deadline = time.monotonic() + limit
    credentials = get_auth_from_url(url)
    with session.post(
        url,
        json=dict(payload),
        auth=credentials if any(credentials) else _as_it_is,
        timeout=limit,
        allow_redirects=False,
        stream=True,
    ) as response:
        answer.retry_after = response.headers.get("Retry-After", "")
        answer.status = response.status_code
        for piece in response.iter_content(1):
            answer.body += piece
            if len(answer.body) >= LONGEST_BODY or time.monotonic() > deadline:
                break
        answer.complete = time.monotonic() <= deadline


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
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
