"""What a backup is of: the name by which months of runs belong together."""

import re
from pathlib import Path

_SUFFIX = re.compile(
    r"\.(?:gz|bz2|xz|zst|zstd|lz4|dump|sql|tar|tgz|backup|bak|bkp|custom|pgdump|pg_dump|psql|dmp)$",
    re.IGNORECASE,
)
# A date (2026-11-23, 23-11-2026, 20261123), with a time behind it or not, or seconds since 1970.
_DAY = r"(?:\d{4}[-_.]?\d{2}[-_.]?\d{2}|\d{2}[-_.]\d{2}[-_.]\d{4})"
_CLOCK = r"(?:[-_.T@ h]{0,2}\d{2}[-_.:h]?\d{2}(?:[-_.:m]?\d{2}s?)?(?:\.\d+)?Z?(?:[+-]\d{2}:?\d{2})?)"
_MOMENT = re.compile(rf"(?<!\d)(?:{_DAY}{_CLOCK}?|\d{{10}}|\d{{13}})(?!\d)")
_EDGES = " -_.@"


def target_name(location: Path) -> str:
    """The last part of a location without suffixes, dates and times; where nothing is left, the one before.

    nightly-2026-11-23.dump.gz and nightly-2026-11-24.dump.gz are both of "nightly".
    """
    for part in reversed(location.absolute().parts):
        name = _MOMENT.sub("", _without_suffixes(part))
        name = re.sub(r"[-_.@ ]{2,}", "-", name).strip(_EDGES)
        if name and not name.isdecimal() and name != "/":
            return name
    return "backup"


def _without_suffixes(name: str) -> str:
    while (shorter := _SUFFIX.sub("", name)) != name and shorter:
        name = shorter
    return name
