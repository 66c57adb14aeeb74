"""The members of a tar archive, and whether it comes to its end: pg_restore waits for ever in a cut one."""

import tarfile
from pathlib import Path
from typing import BinaryIO

from restoring.compression import DamagedStream
from restoring.errors import BackupBad

_BLOCK = 512
_CUT = "the tar archive ends before its end: it is cut short; copy it anew, or take the backup again"
_DAMAGED = "the tar archive is damaged: a member's header is none"
_GOES_ON = "goes on after the archive ends: have each backup written to a file of its own"


def tar_tails(path: Path, size: int) -> dict[str, bytes]:
    """The last bytes of each member; raises BackupBad where the archive is cut or damaged."""
    tails: dict[str, bytes] = {}
    whole = path.stat().st_size
    with path.open("rb") as stream:
        while (member := _member(stream.read(_BLOCK), path.name)) is not None:
            start, rest = stream.tell(), member.size
            if start + rest > whole:
                raise BackupBad(f"{path.name}: {_CUT}", kind="backup-cut-short")
            stream.seek(start + max(rest - size, 0))
            tails[member.name] = stream.read(min(rest, size))
            stream.seek(start + -(-rest // _BLOCK) * _BLOCK)
        if stream.read().strip(b"\0"):
            raise BackupBad(f"{path.name} {_GOES_ON}", kind="backup-appended")
    return tails


def _member(block: bytes, name: str) -> tarfile.TarInfo | None:
    """What a header describes; None where it is the end of the archive."""
    if len(block) == _BLOCK and not block.strip(b"\0"):
        return None
    if len(block) < _BLOCK:
        raise BackupBad(f"{name}: {_CUT}", kind="backup-cut-short")
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        raise BackupBad(f"{name}: {_DAMAGED}", kind="backup-damaged") from None


class WatchedTar:
    """A stream of a tar archive that raises DamagedStream where it ends before the archive does."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._until_header = 0
        self._header = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        if not block and not self._ended:
            raise DamagedStream(_CUT, kind="backup-cut-short")
        self._follow(block)
        return block

    def _follow(self, block: bytes) -> None:
        at = 0
        while at < len(block):
            if self._ended:
                self._require_nothing(block[at:])
                return
            passed = min(self._until_header, len(block) - at)
            self._until_header -= passed
            at += passed
            if self._until_header:
                return
            piece = block[at : at + _BLOCK - len(self._header)]
            self._header += piece
            at += len(piece)
            if len(self._header) == _BLOCK:
                self._pass_header()

    def _require_nothing(self, rest: bytes) -> None:
        """Behind its end a tar archive is filled up with zeros."""
        if rest.strip(b"\0"):
            raise DamagedStream(f"the tar archive {_GOES_ON}", kind="backup-appended")

    def _pass_header(self) -> None:
        try:
            member = _member(self._header, "it")
        except BackupBad as error:
            raise DamagedStream(str(error), kind=error.kind) from None
        self._header = b""
        self._ended = member is None
        self._until_header = -(-member.size // _BLOCK) * _BLOCK if member else 0
