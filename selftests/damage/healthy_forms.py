"""One rich database in every form that a dump of it can have: formats, compressions, options."""

from __future__ import annotations

import bz2
import gzip
import lzma
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import lz4.frame  # type: ignore[import-untyped]
import zstandard

from selftests.damage.bench import TEMPLATE, Bench, Format
from selftests.damage.healthy_variant import Variant, without, without_grants


def _dumped(
    name: str, story: str, *options: str, format: Format = "custom", expectations: str = without()
) -> Variant:
    def make(bench: Bench) -> Path:
        return bench.place(bench.dump(TEMPLATE, *options, format=format), bench.reference())

    return Variant(name, story, make, expectations)


def _packed(name: str, pack: Callable[[bytes], bytes], *, format: Format = "plain") -> Variant:
    ending = name.rpartition("-")[2].rpartition(".")[2]

    def make(bench: Bench) -> Path:
        content = bench.healthy(format)
        path = content.with_name(f"{content.name}.{ending}")
        path.write_bytes(pack(content.read_bytes()))
        content.unlink()
        return bench.place(path, bench.reference())

    return Variant(name, f"a {format} dump through {ending}, as jobs do", make)


def _piped(name: str, *options: str, pack: Callable[[bytes], bytes] = bytes) -> Variant:
    def make(bench: Bench) -> Path:
        path = bench.path("backup.dump")
        path.write_bytes(pack(bench.run("pg_dump", *options, TEMPLATE)))
        return bench.place(path, bench.reference())

    return Variant(name, "pg_dump into a pipe, which cannot go back to note where its blocks are", make)


def _redirected(bench: Bench) -> Path:
    """pg_dump 16 and later write their contents once more behind an archive that a shell redirects."""
    path = bench.path("backup.dump")
    with path.open("wb") as file:
        command: list[str | Path] = [bench.bin / "pg_dump", "-Fc", TEMPLATE]
        subprocess.run(command, env=bench.environment(bench.server), check=True, stdout=file)
    return bench.place(path, bench.reference())


def _in_two_members(content: bytes) -> bytes:
    half = len(content) // 2
    return gzip.compress(content[:half]) + gzip.compress(content[half:])


def _oddly_named(bench: Bench) -> Path:
    made = bench.dump(TEMPLATE, format="plain")
    return bench.place(made.rename(made.with_name("Kopie von 'backup' (1).sql.old")), bench.reference())


def _linked(bench: Bench) -> Path:
    made = bench.dump(TEMPLATE)
    link = made.with_name("latest")
    link.symlink_to(made.name)
    return bench.place(link, bench.reference())


FORMATS = (
    _dumped("custom", "pg_dump -Fc"),
    _dumped("directory", "pg_dump -Fd", format="directory"),
    _dumped("directory-parallel", "pg_dump -Fd -j 2", "--jobs=2", format="directory"),
    _dumped("tar", "pg_dump -Ft", format="tar"),
    _dumped("plain", "pg_dump", format="plain"),
    _dumped("inserts", "pg_dump --inserts", "--inserts", format="plain"),
    _dumped("column-inserts", "pg_dump --column-inserts", "--column-inserts", format="plain"),
    _dumped("many-rows-per-insert", "rows in groups of 50", "--rows-per-insert=50", format="plain"),
    _dumped("inserts-archived", "INSERTs inside an archive", "--inserts", "--on-conflict-do-nothing"),
)
COMPRESSIONS = (
    _dumped("custom-uncompressed", "-Z 0", "--compress=none"),
    _dumped("custom-gzip-9", "-Z 9", "--compress=gzip:level=9"),
    _dumped("directory-uncompressed", "-Fd -Z 0", "--compress=0", format="directory"),
    _dumped("plain-gzip-by-pg-dump", "-Fp -Z 6", format="gzip"),
    _packed("plain-gz", gzip.compress),
    replace(_packed("plain-members.gz", _in_two_members), name="plain-gz-members"),
    _packed("plain-bz2", bz2.compress),
    _packed("plain-xz", lzma.compress),
    _packed("plain-zst", zstandard.ZstdCompressor().compress),
    _packed("plain-lz4", lz4.frame.compress),
    _packed("custom-gz", gzip.compress, format="custom"),
    _piped("custom-piped", "-Fc"),
    _piped("custom-piped-gz", "-Fc", "-Z0", pack=gzip.compress),
    _piped("tar-piped", "-Ft"),
    Variant("custom-redirected", "pg_dump -Fc > backup.dump", _redirected),
    _packed("custom-zst", zstandard.ZstdCompressor().compress, format="custom"),
    _packed("tar-gz", gzip.compress, format="tar"),
)
OPTIONS = (
    _dumped("clean", "--clean --if-exists, in an archive", "--clean", "--if-exists"),
    _dumped("clean-plain", "a script that drops first", "--clean", "--if-exists", format="plain"),
    _dumped("create", "a script that makes its database", "--create", format="plain"),
    _dumped("clean-create", "-C -c, in an archive", "--create", "--clean", "--if-exists"),
    _dumped("quoted", "every identifier quoted", "--quote-all-identifiers", format="plain"),
    _dumped("serializable", "--serializable-deferrable", "--serializable-deferrable"),
    _dumped("triggers-disabled", "--disable-triggers", "--disable-triggers", format="plain"),
    _dumped("through-the-root", "--load-via-partition-root", "--load-via-partition-root"),
    _dumped(
        "session-authorization", "owners by SET SESSION AUTHORIZATION", "--use-set-session-authorization"
    ),
    _dumped("re-encoded", "written in LATIN1", "--encoding=LATIN1", format="plain"),
    _dumped("with-statistics", "PostgreSQL 18's planner statistics", "--statistics", format="plain"),
    _dumped(
        "no-tablespaces",
        "--no-tablespaces --no-toast-compression",
        "--no-tablespaces",
        "--no-toast-compression",
    ),
)
LEFT_OUT = (
    _dumped(
        "no-comments", "comments that nobody needs back", "--no-comments", expectations=without("comments")
    ),
    _dumped("no-owner", "owners that the target gives", "--no-owner", expectations=without("owners")),
    _dumped(
        "no-privileges",
        "grants that the target gives",
        "--no-privileges",
        expectations=without_grants(),
    ),
    _dumped(
        "no-publications",
        "publications that stay behind",
        "--no-publications",
        expectations=without("publications"),
    ),
    _dumped(
        "supabase-users",
        "-O -x, as half the tutorials type it",
        *("-O", "-x"),
        format="plain",
        expectations=without_grants("owners"),
    ),
    _dumped(
        "table-left-out",
        "a table that nobody needs back",
        "--exclude-table=audit.changes",
        expectations=without("audit.changes"),
    ),
    _dumped(
        "rows-left-out",
        "a log whose rows nobody needs back",
        "--exclude-table-data=audit.changes",
        expectations=without("audit.changes", rows_only=True),
    ),
    _dumped(
        "schema-left-out",
        "a schema that another job keeps",
        "--exclude-schema=audit",
        expectations=without("audit.*"),
    ),
)
NAMES = (
    Variant("oddly-named", "a copy that a desktop made", _oddly_named),
    Variant("linked", "latest, a link to the newest", _linked),
)
FORMS = (*FORMATS, *NAMES, *COMPRESSIONS, *OPTIONS, *LEFT_OUT)
