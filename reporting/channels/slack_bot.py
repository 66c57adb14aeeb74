"""A message to a channel of Slack by an app's bot token, as a new thread or as a reply in one."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from reporting.answer import Answer
from reporting.attempts import PATIENCE, Patience, insist
from reporting.exchange import ask, usable
from reporting.message import payload
from reporting.slack import MessageRefused

API = "https://slack.com/api"

_PASSING = {
    *("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"),
    *("request_timeout", "message_limit_exceeded"),
}
"""Errors of chat.postMessage, in an answer of 200, after which asking again may help."""

_TOKEN = "check SLACK_BOT_TOKEN"  # noqa: S105 # its name
_CHANNEL = "name the channel's id by --slack-channel (SLACK_CHANNEL), and invite the app to the channel"
_REMEDIES = {
    **dict.fromkeys(("invalid_auth", "not_authed", "account_inactive"), _TOKEN),
    **dict.fromkeys(("token_revoked", "token_expired", "not_allowed_token_type"), _TOKEN),
    **dict.fromkeys(("channel_not_found", "is_archived", "restricted_action"), _CHANNEL),
    "not_in_channel": "invite the app to the channel: /invite @app",
    "missing_scope": "give the app the scope chat:write, and install it again",
}
_WORD = re.compile(r"[a-z_]{1,60}")
_CUT_OFF = re.compile(rb'\A\s*\{\s*"ok"\s*:\s*true\b(?:.*?"ts"\s*:\s*"(\d+\.\d+)")?', re.DOTALL)


class ThreadRefused(MessageRefused):
    """A reply was refused for good; without its thread the message may be taken."""


@dataclass(frozen=True)
class Bot:
    """An app's token, the channel that it writes to, and where Slack's methods are."""

    token: str = field(repr=False)
    channel: str
    api_url: str = API
    patience: Patience = PATIENCE

    def post(self, text: str, *, thread: str | None = None, loud: bool = False) -> str | None:
        """Sends the text and gives the thread that it stands in, None where Slack did not say.

        A reply that is `loud` is shown in the channel, too. Raises MessageRefused.
        """
        message: dict[str, Any] = {"channel": self.channel.strip(), **payload(text)}
        message |= {"unfurl_links": False, "unfurl_media": False}
        if thread is not None:
            message |= {"thread_ts": thread, "reply_broadcast": loud}
        answer, attempts = self._insist(message)
        ok, detail = _said(answer)
        if not ok:
            refusal = MessageRefused if thread is None or _may_pass(answer) else ThreadRefused
            raise refusal(_sentence(answer, detail, attempts))
        return thread or detail

    def _insist(self, message: dict[str, Any]) -> tuple[Answer, int]:
        url = f"{self.api_url.strip().rstrip('/')}/chat.postMessage"
        if not usable(url):
            raise MessageRefused("Slack's address is not an http or https URL: correct SLACK_API_URL")
        token = self.token.strip()
        if not re.fullmatch(r"[!-~]+", token):
            raise MessageRefused(f"the token holds what no token does: {_TOKEN}")
        headers = {"Authorization": f"Bearer {token}"}
        return insist(
            lambda seconds: ask(url, json=message, headers=headers, limit=seconds),
            self.patience,
            delivered=lambda answer: _said(answer)[0],
            may_pass=_may_pass,
        )


def _may_pass(answer: Answer) -> bool:
    return answer.may_pass or (answer.status == 200 and _said(answer)[1] in _PASSING)


def _said(answer: Answer) -> tuple[bool, str | None]:
    """Whether Slack took the message, and its time stamp, or else Slack's own word for why not."""
    if answer.status != 200:
        return False, _word(_parsed(answer).get("error"))
    cut_off = _CUT_OFF.match(answer.body)
    found = _parsed(answer)
    if found.get("ok") is True:
        stamp = found.get("ts")
        return True, stamp if isinstance(stamp, str) else None
    if not found and cut_off:
        return True, cut_off[1].decode() if cut_off[1] else None
    return False, _word(found.get("error"))


def _parsed(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _word(error: object) -> str | None:
    return error if isinstance(error, str) and _WORD.fullmatch(error) else None


def _sentence(answer: Answer, error: str | None, attempts: int) -> str:
    """Why the message was not taken, in one sentence without the token."""
    if answer.malformed:
        return f"Slack cannot be asked ({answer.problem}): check SLACK_API_URL and the proxy"
    what = error or (answer.problem if answer.status is None else f"it answered {answer.status}")
    if _may_pass(answer):
        return f"Slack did not take it in {attempts} attempts: {what}"
    remedy = _REMEDIES.get(error or "", "")
    if error is None and answer.status == 200:
        what, remedy = "it answered 200, but not as Slack does", "check SLACK_API_URL"
    return f"Slack refused it: {what}" + (f"; {remedy}" if remedy else "")
