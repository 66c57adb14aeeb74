"""What went wrong in a restore, sorted by what it means for the backup."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from restoring.extensions import belongs_to

Meaning = Literal["lost", "harmless", "omitted"]

_SHOWN = 3

_HARMLESS = (
    (
        r'^(schema|language|extension|role) "[^"]+" already exists$',
        "the server brings it along",
    ),
    (r"^must be (owner|a member) of (extension|schema public|language)", "only a comment or owner"),
    (r"^unrecognized configuration parameter ", "a session setting of another version"),
    (r'^parameter "\w+" cannot be changed', "a session setting of another version"),
    (r'^database "(postgres|template1)" already exists$', "the server brings it along"),
    (
        r'^(event trigger|publication|subscription) "[^"]+" does not exist$',
        "nothing is published or triggered from here",
    ),
)
_NO_HANDLER = re.compile(r'^foreign-data wrapper "[^"]+" has no handler$')
_ABSENT = re.compile(
    r"does not exist|is not available|no default operator class|cannot cast|could not access file|"
    r"unrecognized parameter|has no stand-in|schema \S+ has no"
)
_QUOTED_VALUE = re.compile(r'(?<=: )".*|(?<=^value )".*?"', re.DOTALL)

_KINDS_WITHOUT_DATA = re.compile(
    r"^(CREATE |ALTER |COMMENT ON )?"
    r"(ACL|DEFAULT (ACL|PRIVILEGES)|GRANT|REVOKE|COMMENT|SECURITY LABEL|EVENT TRIGGER|FUNCTION|"
    r"OR REPLACE FUNCTION|AGGREGATE|OPERATOR|CAST|TYPE|FOREIGN DATA WRAPPER|SERVER|USER MAPPING|"
    r"SUBSCRIPTION|PUBLICATION|LANGUAGE|TRUSTED|PROCEDURAL LANGUAGE|TEXT SEARCH|ACCESS METHOD|"
    r"TRANSFORM|DATABASE|EXTENSION|ROLE|SET\b)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"^(permission denied|must be superuser|must be owner|only superuser|.*superuser)")


@dataclass(frozen=True)
class Problem:
    """One complaint: `what` names the object, `kind` its sort, `reason` why it means what it means."""

    meaning: Meaning
    kind: str
    what: str
    message: str
    reason: str = ""


def judge(kind: str, what: str, message: str, lacking: dict[str, str | None]) -> Problem:
    """Tells what a server's complaint means; `lacking` maps extensions left out to their schemas.

    A value that the server quotes, which could be anybody's, is taken out of the message.
    """
    message = _QUOTED_VALUE.sub("…", message)
    for pattern, reason in _HARMLESS:
        if re.search(pattern, message):
            return Problem("harmless", kind, what, message, reason)
    if kind == "ALTER OWNER" and "does not exist" in message:
        return Problem("harmless", kind, what, message, "what is not there was told of before")
    if _NO_HANDLER.search(message):
        return Problem("omitted", kind, what, message, "it reads a foreign server, which is never reached")
    extension = belongs_to(message, lacking) if _ABSENT.search(message) else None
    if extension is not None:
        return Problem("omitted", kind, what, message, f"it needs the extension {extension}")
    if _DENIED.search(message) and _KINDS_WITHOUT_DATA.search(kind):
        return Problem("omitted", kind, what, message, "it needs a superuser, and none restores here")
    return Problem("lost", kind, what, message)


def summary(problems: Iterable[Problem]) -> str:
    """One sentence of bounded length: how many, of which kinds, and the first of them."""
    problems = list(problems)
    kinds = Counter(problem.kind for problem in problems)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(5))
    first = "; ".join(f"{problem.what}: {_clipped(problem.message)}" for problem in problems[:_SHOWN])
    more = len(problems) - _SHOWN
    return f"{counted}: {first}" + (f"; and {more} more" if more > 0 else "")


def _clipped(message: str, limit: int = 160) -> str:
    line = " ".join(message.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
