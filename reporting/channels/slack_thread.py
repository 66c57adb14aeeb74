"""What a run says in Slack by the bot: in one thread for each incident, and nothing where silence is right.

An alert is never lost for want of what was said before: it is then a thread of its own.
"""

from dataclasses import dataclass, field

from reporting.channels.incident import Incident, Word, after, next_word, recovered
from reporting.channels.incidents import IncidentUnknown, held
from reporting.channels.slack_bot import Bot, ThreadRefused
from reporting.delivered import Delivered
from reporting.links import NONE, Links
from reporting.message import alert
from reporting.redaction import Redactor
from reporting.slack import MessageRefused
from reporting.verification import Verification

_NO_LOG = (
    "no log is named that would keep its thread: set VERIFICATION_LOG_URL, and run python -m migrations DSN"
)
_OCCASIONS = {
    "opened": "sent, as the first of an incident",
    "worse": "sent to the incident's thread and the channel: it got worse",
    "changed": "sent to the incident's thread: what fails has changed",
    "reminder": "sent to the incident's thread and the channel, as a reminder",
    "recovered": "sent to the incident's thread and the channel: recovered",
}


@dataclass(frozen=True)
class Talk:
    """Who speaks where, in memory of what; `log_dsn` is None where no log is named."""

    bot: Bot
    log_dsn: str | None = field(default=None, repr=False)
    remind_every: int = 7
    links: Links = NONE


@dataclass
class _Speaking:
    """One run's part in the talk; `said` is what Slack took."""

    talk: Talk
    verification: Verification
    said: Word | None = None

    def with_memory(self, log_dsn: str) -> None:
        """Says what there is to say, knowing what was said; raises IncidentUnknown, MessageRefused."""
        channel = f"slack:{self.talk.bot.channel.strip()}"
        with held(log_dsn, self.verification.target.name, channel) as state:
            word = next_word(state.incident, self.verification, self.talk.remind_every)
            thread = self._say(word, state.incident) if word else None
            state.keep(after(state.incident, self.verification, word, thread))

    def alone(self, why: str) -> None:
        """Says it as a thread of its own, with what there is to do about that."""
        text = alert(self.verification, self.talk.links)
        if text is not None:
            self.talk.bot.post(f"{text}\n\nThis message stands alone: {why}")
            self.said = Word("opened")

    def _say(self, word: Word, incident: Incident | None) -> str | None:
        text = self._text(word, incident)
        thread = incident.thread if incident else None
        try:
            posted = self.talk.bot.post(text, thread=thread, loud=word.loud)
        except ThreadRefused:
            posted = self.talk.bot.post(text)
        self.said = word
        return posted

    def _text(self, word: Word, incident: Incident | None) -> str:
        if word.occasion == "recovered" and incident is not None:
            page = self.talk.links.of_run(self.verification.id)
            return recovered(incident, self.verification) + (f"\n\nPage: {page}" if page else "")
        told = alert(self.verification, self.talk.links) or ""
        return f"{word.heading}\n\n{told}" if word.heading else told


def deliver_slack_bot(
    verification: Verification, talk: Talk, redactor: Redactor, result: Delivered
) -> None:
    """Speaks where there is something to say; a message that Slack did not take is missed, and shown."""
    speaking = _Speaking(talk, verification)
    try:
        why = _speak(speaking, redactor)
    except MessageRefused as error:
        result.missed(f"Slack thread: not sent: {redactor.text(str(error))}; it would have been:")
        text = alert(verification, talk.links) or "that the target recovered"
        result.lines += [f"    {line}".rstrip() for line in text.split("\n")]
    else:
        result.lines.append(_line(speaking, why))


def _speak(speaking: _Speaking, redactor: Redactor) -> str | None:
    """Says what there is to say; why what was said is not known or not kept, None where all is well."""
    dsn = speaking.talk.log_dsn
    if dsn is None:
        speaking.alone(_NO_LOG)
        return _NO_LOG
    try:
        speaking.with_memory(dsn)
    except IncidentUnknown as error:
        why = redactor.text(str(error))
        if speaking.said is None:
            speaking.alone(why)
        return why
    return None


def _line(speaking: _Speaking, why: str | None) -> str:
    if speaking.said is not None:
        forgotten = f"; the next run says it again, since {why}" if why else ""
        return f"Slack thread: {_OCCASIONS[speaking.said.occasion]}{forgotten}"
    if speaking.verification.status == "success":
        unknown = f" (whether an incident is open is not known: {why})" if why else ""
        return f"Slack thread: none, since success sends none{unknown}"
    return f"Slack thread: quiet, since nothing changed; run {speaking.talk.remind_every} of these reminds"
