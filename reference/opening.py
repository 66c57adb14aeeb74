"""A reference as a run of checks uses it: read and trusted, or taken of a live source on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from reference.finding import is_dsn
from reference.pinned import why
from reference.reference import Reference, ReferenceError, parse
from reference.signature import verify
from reference.snapshot import Unreachable
from reference.taking import Wanted, take

_LIVE_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Compared:
    """What a restored database is compared with; a `live` source has moved on since its backup."""

    reference: Reference
    live: bool
    signed: bool

    @property
    def words(self) -> str:
        """What was compared with what, for people."""
        kind = "the live source" if self.live else "a signed reference" if self.signed else "a reference"
        return f"{kind} of {self.reference.taken_at} (PostgreSQL {self.reference.server_version})"

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """What such a comparison cannot show, and why."""
        if not self.live:
            return []
        return [("checksums of the contents", "the live source has moved on; rows are counted, roughly")]


def open_reference(
    place: str | Path | None, key: Path | None, newest: Sequence[tuple[str, str, str]] = ()
) -> Compared:
    """Reads a file, which has to be signed where a public key is given, or asks a source (a DSN).

    Raises ReferenceError, also where there is none: somebody may have taken it away.
    """
    if place is None:
        raise ReferenceError(
            "no reference lies beside the backup, and --reference-key (REFERENCE_KEY) asks for a signed one"
        )
    if isinstance(place, str) and is_dsn(place):
        return Compared(_taken(place, newest), live=True, signed=False)
    path = Path(place)
    try:
        content = path.read_bytes()
        if key is not None:
            verify(content, key)
        return Compared(parse(content), live=False, signed=key is not None)
    except OSError as error:
        raise ReferenceError(
            f"the reference {path} cannot be read ({error.strerror}); name it by --reference "
            "(BACKUP_REFERENCE)"
        ) from None
    except ReferenceError as error:
        raise ReferenceError(f"{path}: {error}") from None


def _taken(dsn: str, newest: Sequence[tuple[str, str, str]]) -> Reference:
    try:
        return take(Wanted(dsn, seconds=_LIVE_SECONDS, newest=tuple(newest)), lambda line: None)
    except Unreachable as error:
        raise ReferenceError(f"the source cannot be compared with: {error}") from None
    except psycopg.Error as error:
        raise ReferenceError(f"the source cannot be compared with: {why(error)}") from None
