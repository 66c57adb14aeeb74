"""What went wrong in a restore, sorted by what it means for the backup."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from restoring.extensions import belongs_to

Meaning = Literal["lost", "harmless", "omitted"]

REPEATED = "REPEATED GRANT"
"""The kind of a grant that is run for the second time."""

_SHOWN, _MOST_LINES = 3, 200

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
_DENIED = re.compile(
    r"^(permission denied|must be superuser|must be owner|only superuser|.*superuser|"
    r"aggregate transition data type cannot be internal)"
)
_FIT_TO_LEAN_UPON = re.compile(
    r"CREATE (?:OR REPLACE )?(OPERATOR (?:CLASS|FAMILY)|AGGREGATE|FUNCTION) (.+)"
)
_LEANS_UPON = re.compile(
    r'(operator (?:class|family)|function|aggregate) "?([^(]+?)"?(?:\(.*)? does not exist'
)
_HELD_BY_TABLE = re.compile(r"ALTER TABLE (?:ONLY )?(.+) ADD CONSTRAINT (\"(?:[^\"]|\"\")+\"|\S+)")
_INDEX = re.compile(r"CREATE (?:UNIQUE )?(INDEX (?:\"(?:[^\"]|\"\")+\"|\S+)) ON ")
_ROWS_LOST = re.compile(
    r"TABLE|CREATE (UNLOGGED |FOREIGN )?TABLE|COPY|INSERT|BLOB|SELECT .*\blo|BEGIN|SESSION|UNKNOWN",
    re.IGNORECASE,
)
_PROTECTION_LOST = re.compile(
    r"^(CREATE POLICY|POLICY|GRANT|REVOKE|REPEATED GRANT|ACL|DEFAULT ACL|ALTER DEFAULT|CREATE ROLE|"
    r"ALTER ROLE)|ROW (LEVEL )?SECURITY"
)
_LOSSES = ("restore-lost-rows", "restore-lost-protection", "restore-lost-something")
_TABLES_OR_ROWS = re.compile(r"CREATE (UNLOGGED |FOREIGN )?TABLE|COPY|INSERT|TABLE")


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
    if kind in ("ALTER OWNER", REPEATED) and "does not exist" in message:
        return Problem("harmless", kind, what, message, "what is not there was told of before")
    if _NO_HANDLER.search(message):
        return Problem("omitted", kind, what, message, "it reads a foreign server, which is never reached")
    extension = belongs_to(message, lacking) if _ABSENT.search(message) else None
    if extension is not None:
        return Problem("omitted", kind, what, message, f"it needs the extension {extension}")
    if _DENIED.search(message) and _KINDS_WITHOUT_DATA.search(kind):
        return Problem("omitted", kind, what, message, "it needs a superuser, and none restores here")
    return Problem("lost", kind, what, message)


def followed(problems: Iterable[Problem]) -> list[Problem]:
    """The same complaints; lost only for want of what was left out before is left out too.

    That can be an index or a constraint, never a table or its rows.
    """
    reasons: dict[tuple[str, str], str] = {}
    return [_followed(problem, reasons) for problem in problems]


def _followed(problem: Problem, reasons: dict[tuple[str, str], str]) -> Problem:
    """One of them; `reasons` holds what was left out so far, and takes what this one leaves out."""
    needed = _LEANS_UPON.match(problem.message) if problem.meaning == "lost" else None
    reason = reasons.get(_thing(*needed.groups())) if needed else None
    if reason is not None and not _TABLES_OR_ROWS.match(problem.kind):
        return Problem("omitted", problem.kind, _named(problem.what), problem.message, reason)
    made = _FIT_TO_LEAN_UPON.match(problem.what) if problem.meaning == "omitted" else None
    if made is not None:
        reasons[_thing(*made.groups())] = f"it needs {made[1].lower()} {made[2]}, which is left out"
    return problem


def _thing(kind: str, name: str) -> tuple[str, str]:
    """The server calls an aggregate a function, and puts a name in quotes of its own."""
    return kind.lower().replace("aggregate", "function"), name.replace('"', "").lower()


def _named(what: str) -> str:
    """An index or a constraint by its name alone, and not by all that its statement begins with."""
    if (constraint := _HELD_BY_TABLE.match(what)) is not None:
        return f"constraint {constraint[1]}.{constraint[2]}"
    index = _INDEX.match(what)
    return index[1] if index is not None else what


def summary(problems: Iterable[Problem]) -> str:
    """One sentence of bounded length: how many, of which kinds, and the first of them."""
    problems = list(problems)
    kinds = Counter(problem.kind for problem in problems)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(5))
    first = "; ".join(f"{problem.what}: {_clipped(problem.message)}" for problem in problems[:_SHOWN])
    more = len(problems) - _SHOWN
    return f"{counted}: {first}" + (f"; and {more} more" if more > 0 else "")


def lines(problems: Iterable[Problem]) -> dict[str, str]:
    """What was lost, a line for each, with the kind of finding that it makes; the gravest first."""
    found = {f"{problem.what}: {_clipped(problem.message)}": _loss(problem) for problem in problems}
    ordered = sorted(found.items(), key=lambda item: _LOSSES.index(item[1]))
    rest = ordered[_MOST_LINES:]
    counts = Counter(kind for _, kind in rest)
    return dict(ordered[:_MOST_LINES]) | {f"and {n} more ({kind})": kind for kind, n in counts.items()}


def _loss(problem: Problem) -> str:
    words = f"{problem.kind} {problem.what}"
    if _ROWS_LOST.match(words):
        return "restore-lost-rows"
    return "restore-lost-protection" if _PROTECTION_LOST.search(words) else "restore-lost-something"


def _clipped(message: str, limit: int = 160) -> str:
    line = " ".join(message.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
