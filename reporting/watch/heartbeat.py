"""The heartbeat of a run: a service elsewhere is told that it starts and how it ended, and minds silence.

What becomes of a ping changes nothing: no verdict, and no more than a few seconds.
"""

import threading
import time

from reporting.answer import Answer
from reporting.exchange import ask
from reporting.watch.services import Ended, Ping, end_ping, kind_of, start_ping, taken

__all__ = ["Heartbeat", "kind_of"]

ATTEMPTS = 3
SECONDS = 10.0
_HEADERS = {"User-Agent": "backup-verification"}


class Heartbeat:
    """Pings one URL, which is a secret and never told. `run_id` is a UUID: it pairs start and end.

    `seconds` is how long `end` may take, what it waits for a start included. Raises ValueError where
    `kind_of` does.
    """

    def __init__(self, url: str, kind: str | None, run_id: str, seconds: float = SECONDS) -> None:
        self._kind = kind_of(url, kind)
        self._url = url.strip()
        self._run_id = run_id
        self._seconds = seconds
        self._began = time.monotonic()
        self._ending = threading.Event()
        self._starting: threading.Thread | None = None
        self._started: Answer | None = None

    def start(self) -> None:
        """Says that the run starts, from a thread of its own: nothing waits for it."""
        ping = start_ping(self._kind, self._url, self._run_id)
        if ping is not None:
            self._starting = threading.Thread(target=self._start, args=(ping,), daemon=True)
            self._starting.start()

    def end(self, exit_status: int, summary: str) -> list[str]:
        """Says how the run ended; gives back what came of it, line by line for people.

        Any exit status but 0 is a failure. Of `summary`, which is free of secrets, services that have
        little room show the beginning.
        """
        until = time.monotonic() + self._seconds
        self._await_start()
        series = self._run_id if self._was_taken(self._started) else None
        ended = Ended(exit_status, summary, time.monotonic() - self._began, series)
        answer = self._send(end_ping(self._kind, self._url, ended), until)
        lines = []
        if self._starting is not None and series is None:
            lines.append(self._missed("that the run started", self._started))
        told = f"heartbeat: {self._kind} was told of exit code {exit_status}"
        lines.append(told if self._was_taken(answer) else self._missed("how the run ended", answer))
        return lines

    def _start(self, ping: Ping) -> None:
        self._started = self._send(ping, time.monotonic() + self._seconds, self._ending)

    def _await_start(self) -> None:
        """A start that arrives after the end would be taken for a run that never ends."""
        self._ending.set()
        if self._starting is not None:
            self._starting.join(self._seconds * 0.45)

    def _send(self, ping: Ping, until: float, stop: threading.Event | None = None) -> Answer:
        """Tries until the ping is taken or refused, its time is up, or it is told to stop."""
        stop = stop or threading.Event()
        pause, answer = self._seconds / 10, Answer()
        for attempt in range(ATTEMPTS):
            if attempt and (until - time.monotonic() < pause * 2 or stop.wait(pause)):
                break
            limit = min(self._seconds * 0.4, max(until - time.monotonic(), pause))
            answer = ask(ping.url, method=ping.method, data=ping.body, headers=_HEADERS, limit=limit)
            if self._was_taken(answer) or not answer.may_pass:
                break
        return answer

    def _was_taken(self, answer: Answer | None) -> bool:
        if answer is None or not 200 <= (answer.status or 0) < 300:
            return False
        return taken(self._kind, answer.text)

    def _missed(self, what: str, answer: Answer | None) -> str:
        return f"heartbeat: {self._kind} was not told {what}: {_reason(answer)}"


def _reason(answer: Answer | None) -> str:
    """Why a ping was not taken, without a word of the URL; a body is not repeated, for it may hold it."""
    if answer is None or answer.status is None:
        return answer.problem if answer is not None else "no answer in time"
    if 300 <= answer.status < 400:
        return f"it answered {answer.status}, a redirect, which is not followed: correct HEARTBEAT_URL"
    if 200 <= answer.status < 300:
        return f"it answered {answer.status}, but did not take it: correct HEARTBEAT_URL"
    return f"it answered {answer.status}"
