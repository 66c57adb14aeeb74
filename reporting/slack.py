"""The delivery of a message to a Slack webhook, or to one that answers as Slack does."""

import time
from collections.abc import Callable, Mapping

from reporting.answer import Answer
from reporting.attempts import ATTEMPT_SECONDS, Patience, insist
from reporting.exchange import ask, usable


class MessageRefused(Exception):
    """The message was not delivered; the text is one sentence that names neither URL nor token."""


def post(
    url: str,
    payload: Mapping[str, str],
    *,
    pause: Callable[[float], None] = time.sleep,
    limit: float = ATTEMPT_SECONDS,
) -> None:
    """Deliver the payload; `limit` is the longest time for one attempt, in seconds.

    Raises MessageRefused at once when the answer is final, else when attempts or time are used up.
    """
    url = _checked(url)

    def asking(seconds: float) -> Answer:
        return ask(url, json=dict(payload), limit=seconds)

    answer, attempts = insist(
        asking,
        Patience(limit, pause),
        delivered=lambda answer: answer.delivered,
        may_pass=lambda answer: answer.may_pass,
    )
    if not answer.delivered:
        raise MessageRefused(answer.sentence(attempts, url))


def _checked(url: str) -> str:
    """The URL without the line end that a secret file leaves; an unusable one is refused."""
    url = url.strip()
    if not usable(url):
        raise MessageRefused("the webhook is not an http or https URL: correct SLACK_WEBHOOK_URL")
    return url
