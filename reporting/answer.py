"""What a webhook answered: whether the message was taken, whether to ask again, and what to tell.

Taken for delivered: a 2xx answer that says "ok" (Slack, Mattermost), is empty (relays), or is JSON
with `ok` or `success` true (Slack's workflows, Rocket.Chat). Any other 2xx is a refusal: a login
page answers 200 too.
"""

import re
from dataclasses import dataclass

LONGEST_PAUSE = 30.0

_ACCEPTED = re.compile(r"(?:ok)?|\{.*\"(?:ok|success)\"\s*:\s*true\b.*\}", re.IGNORECASE | re.DOTALL)
_REASON = re.compile(r"[a-z0-9_]{1,40}")
_ERROR = re.compile(r'"error"\s*:\s*"([a-z0-9_]{1,40})"')


@dataclass
class Answer:
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
        accepted = _ACCEPTED.fullmatch(self.text) and (self.complete or self.text)
        return bool(accepted) and 200 <= (self.status or 0) < 300

    @property
    def may_pass(self) -> bool:
        if self.malformed:
            return False
        if self.status is None or self.status == 429 or 500 <= self.status < 600:
            return True
        return 200 <= self.status < 300 and not self.complete

    def pause_after(self, attempt: int) -> float:
        """Seconds until the next attempt: what the server asks for, within reason, else 1, 2, 4."""
        asked = self.retry_after.strip()
        if asked.isdecimal():
            return min(float(asked), LONGEST_PAUSE)
        return float(2 ** (attempt - 1))

    def sentence(self, attempts: int, url: str) -> str:
        if self.malformed:
            where = "check SLACK_WEBHOOK_URL and the proxy"
            return f"the webhook cannot be asked ({self.problem}): {where}"
        if self.may_pass:
            return f"the message could not be delivered in {attempts} attempts: {self._last(url)}"
        if 200 <= (self.status or 0) < 300:
            said = self._reason(url) or "something other than ok"
            return f"the webhook answered {self.status}, but said {said}: check SLACK_WEBHOOK_URL"
        if 300 <= (self.status or 0) < 400:
            return f"the webhook answered {self.status}, a redirect, which is not followed"
        return f"the message was refused: {self.status} {self._reason(url)}".strip()

    def _last(self, url: str) -> str:
        if self.status is None:
            return self.problem
        if self.status < 300:
            return f"{self.status}, without an end"
        return f"{self.status} {self._reason(url)}".strip()

    def _reason(self, url: str) -> str:
        """Slack's own word for it, such as "channel_not_found"; nothing that stands in the URL."""
        found = _ERROR.search(self.text)
        word = found[1] if found else self.text
        return word if _REASON.fullmatch(word) and word not in url else ""
