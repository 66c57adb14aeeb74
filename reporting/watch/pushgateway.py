"""The metrics at a Pushgateway, in one group for each target.

By POST, which replaces the metrics that it names and leaves the others: a failure names no last success,
so that the one that is there stays. What a failed run does not know keeps its last value, too.
"""

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, urlsplit, urlunsplit

from reporting.answer import Answer
from reporting.delivered import Delivered
from reporting.exchange import ask, usable
from reporting.redaction import Redactor
from reporting.verification import Verification
from reporting.watch.metrics import exposition, families, target_of

JOB = "backup_verification"
ATTEMPTS = 3
_ATTEMPT_SECONDS = 10.0
_ALL_SECONDS = 30.0
_HEADERS = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
_PLAIN = re.compile(r"[\w-][\w.@:-]*", re.ASCII)
_LONGEST_REASON = 200


def deliver_pushgateway(
    verification: Verification,
    url: str,
    redactor: Redactor,
    result: Delivered,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Pushes the metrics; `url` holds user and password where the Pushgateway asks for them."""
    if not usable(url.strip()):
        result.missed("metrics: not pushed: PUSHGATEWAY_URL is not an http or https URL")
        return
    document = verification.as_dict()
    whole = group_url(url, target_of(document))
    answer = _push(whole, exposition(families(document)), pause)
    if answer.status in (200, 202):
        result.lines.append("metrics: pushed to the Pushgateway")
    else:
        result.missed(f"metrics: not pushed to the Pushgateway: {redactor.text(_reason(answer))}")


def group_url(url: str, target: str) -> str:
    """Where the metrics of a target are pushed to; names that a path cannot hold go as base64."""
    parts = urlsplit(url.strip())
    if _PLAIN.fullmatch(target):
        label = f"target/{quote(target)}"
    else:
        label = f"target@base64/{urlsafe_b64encode(target.encode()).decode() or '='}"
    path = f"{parts.path.rstrip('/')}/metrics/job/{JOB}/{label}"
    return urlunsplit(parts._replace(path=path, fragment=""))


def _push(url: str, body: bytes, pause: Callable[[float], None]) -> Answer:
    until, answer = time.monotonic() + _ALL_SECONDS, Answer()
    for attempt in range(1, ATTEMPTS + 1):
        limit = min(_ATTEMPT_SECONDS, until - time.monotonic())
        answer = ask(url, data=body, headers=_HEADERS, limit=limit)
        seconds = answer.pause_after(attempt)
        final = not answer.may_pass or answer.status in (200, 202)
        if final or attempt == ATTEMPTS or time.monotonic() + seconds + 1 > until:
            break
        pause(seconds)
    return answer


def _reason(answer: Answer) -> str:
    """Why nothing was taken; a 400 explains itself in its body."""
    if answer.status is None:
        return answer.problem
    if answer.status != 400:
        return f"it answered {answer.status}"
    words = " ".join(answer.text.split())
    return f"it answered 400: {words[:_LONGEST_REASON]}".rstrip(": ")
