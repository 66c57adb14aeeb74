"""Bits and blocks flipped, at seeded positions of each format: in memory, on a disk, on the way."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

from selftests.damage.bench import Bench, Format
from selftests.damage.entry import ANY, Entry, rewritten, spoilt

_STORY = "a bit that flipped in memory, on a disk or on the way"
# Where in the file, in parts of its length; each seed picks a position in its own stretch.
_SEEDS: tuple[tuple[Format, int], ...] = (
    ("custom", 10),
    ("plain", 10),
    ("tar", 10),
    ("gzip", 4),
    ("directory", 6),
)


def flipped(content: bytes, seed: int, stretches: int) -> bytes:
    """One bit flipped somewhere in the stretch of this number."""
    chosen = random.Random(f"flip {seed} of {stretches}")
    position = int((seed + chosen.random()) / stretches * len(content))
    changed = bytearray(content)
    changed[position] ^= 1 << chosen.randrange(8)
    return bytes(changed)


def _flip(seed: int, stretches: int) -> Callable[[bytes], bytes]:
    return lambda content: flipped(content, seed, stretches)


def _in_folder(seed: int, stretches: int) -> Callable[[Path], None]:
    """Each seed takes a file of its own, from the largest down."""

    def spoil(folder: Path) -> None:
        files = sorted(folder.iterdir(), key=lambda path: (-path.stat().st_size, path.name))
        file = files[seed % len(files)]
        file.write_bytes(flipped(file.read_bytes(), seed, stretches))

    return spoil


def _damage(format: Format, seed: int, stretches: int) -> Callable[[Bench], Path]:
    if format == "directory":
        return spoilt(format, _in_folder(seed, stretches))
    return rewritten(format, _flip(seed, stretches))


def _sector(content: bytes) -> bytes:
    """512 bytes of a block that was never written."""
    middle = len(content) * 2 // 3 // 512 * 512
    return content[:middle] + bytes(512) + content[middle + 512 :]


def _swapped(content: bytes) -> bytes:
    """Two blocks in each other's place."""
    size = 4096
    one, two = len(content) // 3 // size * size, len(content) * 2 // 3 // size * size
    first, second = content[one : one + size], content[two : two + size]
    return content[:one] + second + content[one + size : two] + first + content[two + size :]


def _line_ends(content: bytes) -> bytes:
    """As FTP in text mode leaves it."""
    return content.replace(b"\n", b"\r\n")


def _digit(content: bytes) -> bytes:
    """One digit within a row: what no syntax can notice."""
    return content.replace(b"p77@example.org", b"p79@example.com", 1)


def _latin(content: bytes) -> bytes:
    return content.decode().encode("latin-1", errors="replace")


def _declared_latin(content: bytes) -> bytes:
    """UTF-8 that the script calls Latin 1."""
    return content.replace(b"client_encoding = 'UTF8'", b"client_encoding = 'LATIN1'")


def _inside(rewrite: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda content: gzip.compress(rewrite(gzip.decompress(content)), mtime=0)


_WHOLE = "test_database_connectivity"
_CONTENTS = "test_contents_match"
_IN_ROWS = "the script is as well-formed as before: only what the source had can tell"

_MORE: tuple[tuple[str, Format, Callable[[bytes], bytes], str, str | None], ...] = (
    ("a sector of zeros", "custom", _sector, _WHOLE, _WHOLE),
    ("a sector of zeros", "tar", _sector, _WHOLE, _WHOLE),
    ("a sector of zeros", "plain", _sector, _WHOLE, _WHOLE),
    ("two blocks swapped", "custom", _swapped, _WHOLE, _WHOLE),
    ("two blocks swapped", "plain", _swapped, _WHOLE, _WHOLE),
    ("line ends of another system", "custom", _line_ends, _WHOLE, _WHOLE),
    ("line ends of another system", "plain", _line_ends, "test_definitions_match", None),
    ("one digit of a row", "plain", _digit, _CONTENTS, None),
    ("one digit of a row", "gzip", _inside(_digit), _CONTENTS, None),
    ("encoded as Latin 1", "plain", _latin, _WHOLE, _WHOLE),
    ("declared to be Latin 1", "plain", _declared_latin, _CONTENTS, "test_functions_answer"),
)

ENTRIES = (
    *(
        Entry(
            f"{format}: bit {seed + 1} of {stretches}",
            "flipped",
            _STORY,
            _damage(format, seed, stretches),
            ANY,
            ANY,
            _IN_ROWS,
            luck=format,
        )
        for format, stretches in _SEEDS
        for seed in range(stretches)
    ),
    *(
        Entry(
            f"{format}: {name}",
            "flipped",
            "a copy that went wrong",
            rewritten(format, rewrite),
            by,
            without,
            _IN_ROWS,
        )
        for name, format, rewrite, by, without in _MORE
    ),
)
