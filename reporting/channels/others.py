"""Whatever apprise speaks: the message to mail, Teams, Telegram and the like, named by NOTIFY_URLS.

On-call services get one incident for each target, which the next success resolves. None of apprise's own
words is shown: they quote addresses.
"""

import importlib.util
import re
import time
from collections.abc import Sequence

from reporting.channels.notify_urls import holds_incidents
from reporting.channels.sending import Notice, Sending, prepare
from reporting.delivered import Delivered
from reporting.links import Links
from reporting.message import alert
from reporting.verification import Verification

SECONDS = 60.0
"""How long all of them together may take."""
NOT_INSTALLED = (
    "NOTIFY_URLS is set, but apprise is not installed: pip install 'backup-verification[notify]'"
)

_MENTION = re.compile(r"(?<!\w)@(?=\w)|<(?=[@!#&])")


def installed() -> bool:
    return importlib.util.find_spec("apprise") is not None


def deliver_others(
    verification: Verification,
    urls: Sequence[str],
    links: Links,
    result: Delivered,
    *,
    seconds: float = SECONDS,
) -> None:
    """Tells all addresses at once; one that takes longer than `seconds` is missed, and left behind."""
    notice = notice_of(verification, links)
    numbered = [(url, number) for number, url in enumerate(urls, 1)]
    if notice.status == "success":
        numbered = [(url, number) for url, number in numbered if holds_incidents(url)]
    if not numbered:
        return
    if not installed():
        result.missed(f"notify: not sent: {NOT_INSTALLED}")
        return
    prepare()
    sendings = [Sending(url, number, notice, verification.target.name) for url, number in numbered]
    _run(sendings, seconds)
    for sending in sendings:
        _tell(sending, notice, result)


def notice_of(verification: Verification, links: Links) -> Notice:
    """The words of Slack's message, its first line with the target's name as the title; or a success's."""
    text = alert(verification, links)
    if text is None:
        counts = f"{verification.checks_passed}/{len(verification.counted)}"
        text = f"✅ BACKUP VERIFICATION SUCCEEDED\n\nStatus: SUCCESS\nChecks Passed: {counts}"
    title, _, body = _MENTION.sub(lambda sign: sign[0] + "\u200b", text).partition("\n\n")
    return Notice(verification.status, f"{title}: {_one_line(verification.target.name)}", body)


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _run(sendings: Sequence[Sending], seconds: float) -> None:
    until = time.monotonic() + seconds
    for sending in sendings:
        sending.start()
    for sending in sendings:
        sending.join(max(until - time.monotonic(), 0))


def _tell(sending: Sending, notice: Notice, result: Delivered) -> None:
    refusal = sending.refusal
    what = "resolved" if notice.status == "success" else "sent"
    if refusal is None:
        result.lines.append(f"notify: {what} by NOTIFY_URLS number {sending.called}")
    else:
        result.missed(f"notify: not {what} by NOTIFY_URLS number {sending.called}: {refusal}")
