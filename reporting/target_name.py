"""What a backup is of: the name by which months of runs belong together."""

import re
from pathlib import Path

_SUFFIX = re.compile(
    r"\.(?:gz|bz2|xz|zst|zstd|lz4|dump|sql|tar|tgz|backup|bak|bkp|custom|pgdump|pg_dump|psql|dmp|\d{1,3})$",
    re.IGNORECASE,
)
_YEAR, _MONTH, _DATE = r"(?:19|20)\d{2}", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CLOCK = r"(?:[-_.T@ h]{0,2}\d{2}[-_.:h]?\d{2}(?:[-_.:m]?\d{2}s?)?(?:\.\d+)?Z?(?:[+-]\d{2}:?\d{2})?)"
# A day in any of its orders, with a time behind it or not; a month, a week; seconds since 1970.
_MOMENT = re.compile(
    rf"""(?<![0-9a-z]) (?:
        (?: {_YEAR}[-_.\ ]?{_MONTH}[-_.\ ]?{_DATE} | {_DATE}[-_.\ ]{_MONTH}[-_.\ ]{_YEAR}
          | {_DATE}[-_\ ]?{_MONTHS}[-_\ ]?{_YEAR} | {_YEAR}[-_\ ]?{_MONTHS}[-_\ ]?{_DATE}
          | \d{{2}}-{_MONTH}-{_DATE} ) {_CLOCK}?
        | {_YEAR}[-_.\ ]{_MONTH} | {_YEAR}-?W\d{{2}} | 1[6-9]\d{{8}} | 1[6-9]\d{{11}}
        | (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?
    ) (?![0-9a-z])""",
    re.IGNORECASE | re.VERBOSE,
)
_EDGES = " -_.@"
_OF_ANY = frozenset(
    """
    all archive backup backups current daily data database databases db dump dumps export full home hourly
    latest mnt monthly nightly pg postgres postgresql public sql srv tmp var volume weekly
    """.split()  # noqa: SIM905
)
"""Names that tell nothing: the folder above them does, unless its name is of these, too."""


def target_name(location: Path) -> str:
    """The last part of a location without suffixes, dates and times; where that is a name that anything
    could have, with the folder above that tells more.

    /backups/shop-2026-11-23.dump.gz is of "shop", /backups/shop/nightly.dump of "shop/nightly".
    """
    parts = [_undated(part) for part in reversed(location.absolute().parts)]
    named = [part for part in parts if part and not part.isdecimal() and part != "/"]
    if not named:
        return "backup"
    if named[0].lower() not in _OF_ANY:
        return named[0]
    above = next((part for part in named[1:] if part.lower() not in _OF_ANY), None)
    return f"{above}/{named[0]}" if above else named[0]


def unnamed_target(location: str | None) -> str:
    """The name of a target of before there were names, by the location that its row has."""
    live = re.fullmatch(r"database (\S+) on (\S+?)(?::\d+)?", location or "")
    return f"{live[1]}@{live[2]}" if live else target_name(Path("/", location or ""))


def _undated(part: str) -> str:
    name = _without_suffixes(part)
    # what stands between letters by an underscore is a word of its own, too
    name = re.sub(r"_", " ", name)
    name = _MOMENT.sub("", name)
    name = re.sub(r"[-_.@ ]{2,}", "-", name).strip(_EDGES)
    return name.replace(" ", "_")


def _without_suffixes(name: str) -> str:
    while (shorter := _SUFFIX.sub("", name)) != name and shorter:
        name = shorter
    return name
