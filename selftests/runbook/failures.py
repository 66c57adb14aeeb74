"""Backups that do not come back, or not whole, and machines on which nothing can be restored."""

from __future__ import annotations

import dataclasses
import gzip
import re
from collections.abc import Callable

from restoring.sample import BROKEN
from selftests.runbook.case import Case
from selftests.runbook.ground import Ground
from selftests.runbook.situation import Situation

_PAGE = "<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head><body>Forbidden</body></html>\n"
_SLOW = """
CREATE FUNCTION public.nap() RETURNS boolean LANGUAGE sql AS 'SELECT true';
ALTER TABLE public.organizations ADD CONSTRAINT nap CHECK (public.nap());
CREATE OR REPLACE FUNCTION public.nap() RETURNS boolean LANGUAGE sql
    AS 'SELECT pg_catalog.pg_sleep(60) IS NOT NULL';
"""
_BROKEN_PROGRAM = """#!/bin/sh
[ "$1" = --version ] && exec {real} --version
echo "error while loading shared libraries: libssl.so.3: cannot open shared object file" >&2
exit 127
"""
_SMALL_DISK = 'mount -t tmpfs -o size={size}m tmpfs "$TMPDIR" && exec "$@"'


def _archive(rewrite: Callable[[bytes], bytes]) -> Callable[[Ground], Situation]:
    """A custom archive with other bytes."""

    def make(ground: Ground) -> Situation:
        backup = ground.dump("sample")
        backup.write_bytes(rewrite(backup.read_bytes()))
        return ground.situation(backup)

    return make


def _script(pattern: str, replacement: str, name: str = "nightly.sql") -> Callable[[Ground], Situation]:
    """A plain dump, edited in one place."""

    def make(ground: Ground) -> Situation:
        backup = ground.dump("sample", "--format=plain", name=name)
        text, count = re.subn(pattern, replacement, backup.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert count, pattern
        backup.write_text(text, encoding="utf-8")
        return ground.situation(backup)

    return make


def _file(content: str | bytes) -> Callable[[Ground], Situation]:
    """Something else in the place of the archive."""
    return lambda ground: ground.situation(ground.write("nightly.dump", content))


def _missing(ground: Ground) -> Situation:
    return ground.situation(ground.path("nightly.dump"))


def _unreadable(ground: Ground) -> Situation:
    """The folder of the backups is a file: whatever was to be mounted there is not."""
    return ground.situation(ground.write("backups", "") / "nightly.dump")


def _cut_short(ground: Ground) -> Situation:
    return ground.situation(ground.write("nightly.sql.gz", BROKEN.read_bytes()))


def _damaged(ground: Ground) -> Situation:
    """One byte of the compressed stream is another."""
    content = bytearray(gzip.compress(ground.dump("sample", "--format=plain").read_bytes(), mtime=0))
    content[len(content) // 2] ^= 0xFF
    return ground.situation(ground.write("nightly.sql.gz", bytes(content)))


def _incomplete(ground: Ground) -> Situation:
    """A folder that was copied without its largest file."""
    folder = ground.dump("sample", "--format=directory", name="nightly")
    max(folder.glob("*.dat*"), key=lambda file: file.stat().st_size).unlink()
    return ground.situation(folder)


def _without_tables(ground: Ground) -> Situation:
    empty = ground.database(template="template0")
    return ground.situation(ground.dump(empty), source=empty)


def slow(ground: Ground) -> Situation:
    source = ground.database(_SLOW)
    return _with(ground.situation(ground.dump(source), source=source), RESTORE_TIMEOUT="2s")


def _with(situation: Situation, **variables: str) -> Situation:
    return dataclasses.replace(situation, variables={**situation.variables, **variables})


def _long_path(ground: Ground) -> Situation:
    """A temporary folder that leaves no room for the name of a socket."""
    folder = ground.path("x" * 80)
    folder.mkdir(mode=0o755)
    return _with(ground.situation(ground.dump("sample")), TMPDIR=str(folder))


def no_programs(ground: Ground) -> Situation:
    folder = ground.path("bin")
    folder.mkdir(mode=0o755)
    return _with(ground.situation(ground.dump("sample")), PG_BIN=str(folder))


def _broken_programs(ground: Ground) -> Situation:
    """Programs that lack a library of the system."""
    folder = ground.path("bin")
    folder.mkdir(mode=0o755)
    for program in ("initdb", "postgres", "pg_restore", "psql", "pg_dump"):
        (folder / program).write_text(_BROKEN_PROGRAM.format(real=ground.bin / program))
        (folder / program).chmod(0o755)
    return _with(ground.situation(ground.dump("sample")), PG_BIN=str(folder))


def _full_disk(size: int) -> Callable[[Ground], Situation]:
    """A disk of so many MB: 40 is full in a statement of ours, 44 in a COPY, 56 later."""

    def fill(ground: Ground) -> Situation:
        folder = ground.folder / "s"  # short, for the path of a socket begins with it
        folder.mkdir(mode=0o755, exist_ok=True)
        situation = _with(ground.situation(ground.dump("sample")), TMPDIR=str(folder))
        within = ("unshare", "--mount", "sh", "-c", _SMALL_DISK.format(size=size), "sh")
        return dataclasses.replace(situation, within=within)

    return fill


_POLICY = r'CREATE POLICY "Members keep their contacts" ON public\.contacts'
_INDEX = r"(CREATE INDEX webhook_logs_received_at_idx ON public\.webhook_logs) USING btree \(received_at\)"
_OTHER_INDEX = r"\1 USING lsm (received_at)"
_CHECK = ("check-not-run",)

CASES: tuple[Case, ...] = (
    Case("a backup that is not there", ("backup-missing", *_CHECK), _missing),
    Case("a backup that cannot be read", ("backup-unreadable",), _unreadable),
    Case("an empty file", ("backup-empty",), _file(b"")),
    Case("an error page", ("backup-not-a-backup",), _file(_PAGE)),
    Case("a script cut short", ("backup-cut-short",), _cut_short),
    Case("a flipped byte", ("backup-damaged",), _damaged),
    Case("a folder that lacks a file", ("backup-incomplete",), _incomplete),
    Case("two archives in one file", ("backup-appended",), _archive(lambda content: content * 2)),
    Case("an archive of a newer pg_dump", ("restore-failed",), _archive(lambda c: c[:6] + b"\x19" + c[7:])),
    Case("a command for psql's shell", ("restore-refused",), _script(r"\A", r"\\! date\n")),
    Case("a database without tables", ("restore-without-tables",), _without_tables),
    Case("a restore that takes too long", ("restore-out-of-time",), slow),
    Case(
        "rows that do not load",
        ("restore-lost-rows",),
        _script(r"^(COPY public\.contacts .*)$", r"\1\nthis is not a row"),
    ),
    Case("a policy of a newer server", ("restore-lost-protection",), _script(_POLICY, r"\g<0> AS STRICT")),
    Case(
        "an index of a newer server",
        ("restore-lost-something",),
        _script(_INDEX, r"\1 USING lsm (received_at)"),
    ),
    Case(
        "an extension that no server here has",
        ("extension-missing",),
        _script(r"\bvector\b", "geography"),
    ),
    Case("no programs", ("programs-missing",), no_programs),
    Case("programs that do not start", ("server-not-started",), _broken_programs),
    Case("a temporary folder of too long a name", ("could-not-verify",), _long_path),
    *(Case(f"a full disk of {size} MB", ("disk-full",), _full_disk(size)) for size in (40, 44, 56)),
)
