"""Backups cut short, at the borders of blocks and inside; emptied; filled up with zeros."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from selftests.damage.bench import Bench, Format
from selftests.damage.entry import Entry, rewritten, spoilt

_WHOLE = "test_database_connectivity"
_FULL = "the disk was full, or the copy broke off"
_END_OF_ROWS = b"\n\\.\n"
Rewrite = Callable[[bytes], bytes]


def _part(of: float) -> Rewrite:
    return lambda content: content[: int(len(content) * of)]


def _before(mark: bytes) -> Rewrite:
    """Cut where the last line with this mark begins."""
    return lambda content: content[: content.rindex(mark)]


def _after_rows(content: bytes) -> bytes:
    return content[: content.rindex(_END_OF_ROWS) + len(_END_OF_ROWS)]


def _within_rows(content: bytes) -> bytes:
    """Up to the end of a row, in the middle of a block of rows."""
    begun = content.index(b"COPY public.patients")
    return content[: content.index(b"\n", begun + 8000) + 1]


def _within_a_row(content: bytes) -> bytes:
    return content[: content.index(b"COPY public.patients") + 8000]


def _row_ended_early(content: bytes) -> bytes:
    """As a script that a tool has closed neatly."""
    return _within_rows(content) + b"\\.\n"


def _without_last_line(content: bytes) -> bytes:
    return content[: content.rindex(b"--\n-- PostgreSQL database dump complete")]


def _zeros_after(of: float) -> Rewrite:
    """A file of the right size, the end of which never reached the disk."""
    return lambda content: content[: int(len(content) * of)].ljust(len(content), b"\0")


def _zipped(rewrite: Rewrite) -> Rewrite:
    """A whole gzip around a cut script."""
    return lambda content: gzip.compress(rewrite(gzip.decompress(content)), mtime=0)


def _to(rewrite: Rewrite, name: str) -> Callable[[Path], None]:
    """Rewrites the files of a folder that match."""

    def spoil(folder: Path) -> None:
        (first, *_) = sorted(folder.glob(name), key=lambda path: (-path.stat().st_size, path.name))
        first.write_bytes(rewrite(first.read_bytes()))

    return spoil


def _removing(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        sorted(folder.glob(name), key=lambda path: (-path.stat().st_size, path.name))[0].unlink()

    return spoil


def _entry(name: str, damage: Callable[[Bench], Path], by: str = _WHOLE, story: str = _FULL) -> Entry:
    return Entry(name, "cut short", story, damage, by, by)


_FILES: tuple[tuple[Format, str, Rewrite], ...] = (
    ("custom", "inside the header", lambda content: content[:30]),
    ("custom", "inside the table of contents", _part(0.1)),
    (
        "custom",
        "before the first data block",
        lambda content: content[: content.index(b"\x01\x01", len(content) // 2)],
    ),
    ("custom", "at a half", _part(0.5)),
    ("custom", "at 3/4", _part(0.75)),
    ("custom", "at 99 %", _part(0.99)),
    ("custom", "the last byte", lambda content: content[:-1]),
    ("custom", "at a multiple of 4096", lambda content: content[: (len(content) - 1) // 4096 * 4096]),
    ("custom", "zeros after 60 %", _zeros_after(0.6)),
    ("custom", "zeros alone", _zeros_after(0)),
    ("plain", "inside the definitions", _part(0.1)),
    ("plain", "at the end of a row", _within_rows),
    ("plain", "inside a row", _within_a_row),
    ("plain", "at the end of a row, neatly closed", _row_ended_early),
    ("plain", "after the last row", _after_rows),
    ("plain", "before the indexes", _before(b"CREATE INDEX visits_by_patient")),
    ("plain", "before the foreign keys", _before(b"ADD CONSTRAINT visits_patient_id_fkey")),
    ("plain", "before the policies", _before(b"CREATE POLICY living")),
    ("plain", "before the grants", lambda content: content[: content.index(b"GRANT USAGE ON SCHEMA")]),
    ("plain", "before the last line", _without_last_line),
    ("plain", "zeros after 60 %", _zeros_after(0.6)),
    ("gzip", "at a half", _part(0.5)),
    ("gzip", "the checksum at its end", lambda content: content[:-8]),
    ("gzip", "around a script cut at a half", _zipped(_part(0.5))),
    ("gzip", "around a script cut after its last row", _zipped(_after_rows)),
    ("gzip", "around nothing, for want of pipefail", _zipped(lambda content: b"")),
    ("tar", "inside the table of contents", lambda content: content[:2000]),
    (
        "tar",
        "at the border of a member",
        lambda content: content[: content.index(b".dat\0", 600) // 512 * 512],
    ),
    ("tar", "at a half", _part(0.5)),
    ("tar", "at 3/4", lambda content: content[: len(content) * 3 // 4 // 512 * 512]),
    ("tar", "before restore.sql", lambda content: content[: content.rindex(b"restore.sql\0") // 512 * 512]),
    ("cluster", "after the roles", lambda content: content[: content.index(b"\\connect")]),
    ("cluster", "at a half", _part(0.5)),
    ("cluster", "after the last row", _after_rows),
    (
        "cluster",
        "before the last line",
        lambda content: content[: content.rindex(b"--\n-- PostgreSQL database cluster dump complete")],
    ),
)

_FOLDERS: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("table of contents at a half", _to(_part(0.5), "toc.dat")),
    ("table of contents emptied", _to(_part(0), "toc.dat")),
    ("largest data file at a half", _to(_part(0.5), "[0-9]*.dat.gz")),
    ("largest data file without its last byte", _to(lambda content: content[:-1], "[0-9]*.dat.gz")),
    ("largest data file emptied", _to(_part(0), "[0-9]*.dat.gz")),
    ("largest data file lost", _removing("[0-9]*.dat.gz")),
    ("large object lost", _removing("blob_*.dat.gz")),
    ("list of large objects lost", _removing("blobs_*.toc")),
    (
        "data file that is a zip of nothing",
        _to(lambda content: gzip.compress(b"", mtime=0), "[0-9]*.dat.gz"),
    ),
)

ENTRIES = (
    *(_entry(f"{format}: {name}", rewritten(format, rewrite)) for format, name, rewrite in _FILES),
    *(_entry(f"directory: {name}", spoilt("directory", spoil)) for name, spoil in _FOLDERS),
    *(
        _entry(f"{format}: emptied", rewritten(format, _part(0)), story="created and never written")
        for format in ("custom", "plain", "gzip", "tar")
    ),
)
