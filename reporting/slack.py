"""The delivery of a message to a Slack webhook, or to one that answers as Slack does.

Taken for delivered: a 2xx answer that says "ok" (Slack, Mattermost), is empty (relays), or is JSON
with `ok` or `success` true (Slack's workflows, Rocket.Chat). Any other 2xx is a refusal: a login
page answers 200 too. A message whose answer was lost is sent again: better twice than never.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Thread, get_ident
from urllib.parse import urlsplit

import requests
from requests.utils import get_auth_from_url

ATTEMPTS = 4
DELIVERY_SECONDS = 90.0
LONGEST_PAUSE = 30.0
LONGEST_BODY = 1000

_ACCEPTED = re.compile(r"(?:ok)?|\{.*\"(?:ok|success)\"\s*:\s*true\b.*\}", re.IGNORECASE | re.DOTALL)
_REASON = re.compile(r"[a-z0-9_]{1,40}")
_ERROR = re.compile(r'"error"\s*:\s*"([a-z0-9_]{1,40})"')


class MessageRefused(Exception):
    """The message was not delivered; the text is one sentence that names neither URL nor token."""


@dataclass
class _Answer:
    """What came back so far; filled in by the thread that asks, copied when its time is up."""

    status: int | None = None
    retry_after: str = ""
    complete: bool = False
    body: bytes = b""
    problem: str = "no answer in time"
    malformed: bool = False

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace").strip()

    @property
    def delivered(self) -> bool:
        accepted = _ACCEPTED.fullmatch(self.text) and (self.complete or self.body)
        return bool(accepted) and 200 <= (self.status or 0) < 300

    @property
    def may_pass(self) -> bool:
        if self.malformed:
            return False
        if self.status is None or self.status == 429 or 500 <= self.status < 600:
            return True
        return 200 <= self.status < 300 and not self.complete


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
        seconds = _pause_after(answer, attempt)
        left -= time.monotonic() - began + seconds
        if not answer.may_pass or attempt == ATTEMPTS or left <= 0:
            raise MessageRefused(_sentence(answer, attempt, url))
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


def _ask(url: str, payload: Mapping[str, str], limit: float) -> _Answer:
    """One attempt, ended after `limit` seconds whatever the other side does.

    The timeouts of requests bound each wait, not their sum, and name resolution not at all;
    hence a thread, which is left behind when its time is up.
    """
    answer = _Answer()
    thread = Thread(target=_exchange, args=(answer, url, payload, limit), daemon=True)
    thread.start()
    thread.join(limit)
    return replace(answer)


def _exchange(answer: _Answer, url: str, payload: Mapping[str, str], limit: float) -> None:
    """Fill the answer in; every exception ends here, because nearly all of them quote the URL."""
    try:
        with _unlogged(), requests.Session() as session:
            _receive(answer, session, url, payload, limit)
    except ValueError as error:  # what requests raises for a URL that it cannot use is one too
        answer.malformed, answer.problem = True, type(error).__name__
    except Exception as error:
        answer.problem = type(error).__name__


def _receive(
    answer: _Answer, session: requests.Session, url: str, payload: Mapping[str, str], limit: float
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


def _pause_after(answer: _Answer, attempt: int) -> float:
    """Seconds until the next attempt: what the server asks for, within reason, else 1, 2, 4."""
    asked = answer.retry_after.strip()
    if asked.isdecimal():
        return min(float(asked), LONGEST_PAUSE)
    return float(2 ** (attempt - 1))


def _sentence(answer: _Answer, attempts: int, url: str) -> str:
    if answer.malformed:
        where = "check SLACK_WEBHOOK_URL and the proxy"
        return f"the webhook cannot be asked ({answer.problem}): {where}"
    if answer.may_pass:
        return f"the message could not be delivered in {attempts} attempts: {_last(answer, url)}"
    if 200 <= (answer.status or 0) < 300:
        said = _reason(answer, url) or "something other than ok"
        return f"the webhook answered {answer.status}, but said {said}: check SLACK_WEBHOOK_URL"
    if 300 <= (answer.status or 0) < 400:
        return f"the webhook answered {answer.status}, a redirect, which is not followed"
    return f"the message was refused: {answer.status} {_reason(answer, url)}".strip()


def _last(answer: _Answer, url: str) -> str:
    if answer.status is None:
        return answer.problem
    if answer.status < 300:
        return f"{answer.status}, without an end"
    return f"{answer.status} {_reason(answer, url)}".strip()


def _reason(answer: _Answer, url: str) -> str:
    """Slack's own word for it, such as "channel_not_found"; nothing that stands in the URL."""
    found = _ERROR.search(answer.text)
    word = found[1] if found else answer.text
    return word if _REASON.fullmatch(word) and word not in url else ""
