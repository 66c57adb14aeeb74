"""How far a restore has come: what is known of it at a moment, and how that is said to people.

The rate is that at which the backup is read, and the time left is that of its rows alone: how long indexes
and keys are going to take cannot be known from a backup.
"""

import math
from dataclasses import dataclass

_MEMORY = 30.0
_LEAST_SECONDS, _LEAST_FRACTION = 5.0, 0.01
_MOST_LEFT = 100 * 3600.0
_SHOWN = 2
_LONGEST = 60
_KILO = 1024


@dataclass(frozen=True)
class Progress:
    """What is known of a restore, None where it is not: sizes in bytes, times in seconds.

    `read` and `size` are of the backup as it lies on the disk, `restored` is what the databases weigh;
    `filled` are the tables that have rows by now, `tables` those that the backup may hold rows for; `doing`
    is what the server is at.
    """

    seconds: float
    read: int | None = None
    size: int | None = None
    restored: int | None = None
    filled: int | None = None
    tables: int | None = None
    doing: tuple[str, ...] = ()

    @property
    def fraction(self) -> float | None:
        """The part of the backup that has been read."""
        if self.read is None or not self.size:
            return None
        return min(self.read / self.size, 1.0)

    @property
    def whole(self) -> bool:
        """Whether the backup has been read to its end, but for what is read ahead of it or beside it."""
        return self.fraction is not None and self.fraction > 0.995


@dataclass
class Pace:
    """Bytes in a second, over about half a minute: what lies further back counts less and less."""

    _last: tuple[float, int] = (0.0, 0)
    _smoothed: float = 0.0

    def take(self, progress: Progress) -> None:
        """Takes a later moment of a restore; one at which nothing was known is passed over."""
        seconds = progress.seconds - self._last[0]
        if progress.read is None or seconds <= 0:
            return
        kept = math.exp(-seconds / _MEMORY)
        rate = max(progress.read - self._last[1], 0) / seconds
        self._smoothed = kept * self._smoothed + (1 - kept) * rate
        self._last = (progress.seconds, progress.read)

    @property
    def rate(self) -> float | None:
        """None until it has been seen for a while."""
        if self._last[0] < _LEAST_SECONDS:
            return None
        return self._smoothed / (1 - math.exp(-self._last[0] / _MEMORY))

    def left(self, progress: Progress) -> float | None:
        """Seconds until the backup has been read; None until that means anything."""
        rate, fraction = self.rate, progress.fraction
        if not rate or fraction is None or fraction < _LEAST_FRACTION or progress.whole:
            return None
        left = ((progress.size or 0) - (progress.read or 0)) / rate
        return left if left < _MOST_LEFT else None


def line_of(progress: Progress, pace: Pace) -> str:
    """All of it in one line, for where no bar can be drawn."""
    parts = [f"restoring for {duration(progress.seconds)}", _reading(progress, pace), *_facts(progress)]
    return "; ".join(part for part in parts if part)


def beside_bar(progress: Progress, pace: Pace) -> str:
    """What stands to the right of a bar that shows the part that has been read: the most wanted first."""
    now = "rows read" if progress.whole else ", ".join(_pace(progress, pace))
    return "; ".join(part for part in (now, *_facts(progress), duration(progress.seconds)) if part)


def _facts(progress: Progress) -> list[str]:
    """What is being done, and what has come into being."""
    found = [", ".join(_cut(words) for words in progress.doing[:_SHOWN])]
    if progress.filled is not None and progress.tables is not None:
        found.append(f"{min(progress.filled, progress.tables)} of {progress.tables} tables filled")
    elif progress.filled is not None:
        found.append(f"{progress.filled} {'table' if progress.filled == 1 else 'tables'} filled")
    if progress.restored is not None:
        found.append(f"{size(progress.restored)} restored")
    return found


def size(count: float) -> str:
    """Bytes in the unit that suits them, as PostgreSQL counts units."""
    value = float(count)
    for unit in ("bytes", "kB", "MB"):
        if value < _KILO:
            return f"{value:.0f} {unit}"
        value /= _KILO
    return f"{value:.1f} GB"


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def _reading(progress: Progress, pace: Pace) -> str:
    if progress.read is None:
        return ""
    if progress.whole:
        return f"all {size(progress.size or 0)} of the backup read"
    words = f"{size(progress.read)} of the backup read"
    if progress.fraction is not None:
        words = f"{size(progress.read)} of {size(progress.size or 0)} read ({progress.fraction:.0%})"
    return ", ".join((words, *_pace(progress, pace, " for the rows")))


def _pace(progress: Progress, pace: Pace, what: str = "") -> list[str]:
    rate, left = pace.rate, pace.left(progress)
    found = [f"{size(rate)}/s"] if rate else []
    return [*found, f"about {_about(left)} left{what}"] if left is not None else found


def _about(seconds: float) -> str:
    """As exactly as can be meant."""
    if seconds < 57:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {5 * (minutes % 60 // 5):02} min"


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
