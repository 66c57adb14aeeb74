"""The wrong thing saved as a backup: what a script, a store or a hand left in the backup's place."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

from selftests.damage.bench import TEMPLATE, Bench
from selftests.damage.entry import Entry

_NEVER = "test_database_connectivity"
_S3 = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>
"""
_PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>\n"
_POINTER = b"""version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
"""
_MYSQL = b"""-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: clinic
CREATE TABLE `patients` (`id` int NOT NULL) ENGINE=InnoDB;
-- Dump completed on 2026-11-22  3:00:01
"""
_REFUSED = b"""pg_dump: error: connection to server at "db", port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?
"""
_VERSIONS = b"""pg_dump: error: aborting because of server version mismatch
pg_dump: detail: server version: 18.6; pg_dump version: 15.19
"""
_OPENSSL = b"Salted__" + bytes((7 * n * n + 13 * n) % 251 for n in range(3000))
_HELP = b"""pg_dump dumps a database as a text file or to other formats.

Usage:
  pg_dump [OPTION]... [DBNAME]
"""

_BYTES: tuple[tuple[str, str, str, bytes], ...] = (
    ("an error of the object store", "curl without --fail", "backup.dump", _S3),
    ("an error page", "curl without --fail", "backup.sql", _PAGE),
    ("pg_dump's own error", "2>&1 in the backup script", "backup.sql", _REFUSED),
    ("pg_dump's refusal of a newer server", "2>&1 in the backup script", "backup.sql", _VERSIONS),
    ("pg_dump's help", "an option that was misspelt", "backup.sql", _HELP),
    ("a pointer of Git LFS", "a clone without git lfs pull", "backup.dump", _POINTER),
    ("a dump of MySQL", "two backup jobs with one target", "backup.sql", _MYSQL),
    ("an encrypted file", "the key was not applied before", "backup.dump", _OPENSSL),
    ("one line break", "echo into the file", "backup.sql", b"\n"),
    ("an image", "two uploads with one name", "backup.dump", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(600)),
    ("JSON", "an API's answer", "backup.dump", b'{"status": "ok", "rows": []}\n'),
    ("rows as CSV", "\\copy in place of pg_dump", "backup.sql", b"id,name\n1,Ada\n2,Bo\n"),
)


def _bytes(name: str, content: bytes) -> Callable[[Bench], Path]:
    def damage(bench: Bench) -> Path:
        path = bench.path(name)
        path.write_bytes(content)
        return path

    return damage


def _sqlite(bench: Bench) -> Path:
    path = bench.path("backup.dump")
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE patients (id integer); INSERT INTO patients VALUES (1)")
    connection.close()
    return path


def _base_backup(bench: Bench) -> Path:
    path = bench.path("backup.tar")
    with tarfile.open(path, "w") as archive:
        for name, content in (("PG_VERSION", b"18\n"), ("backup_label", b"START WAL LOCATION\n")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def _own_reference(bench: Bench) -> Path:
    path = bench.path("backup.dump")
    path.write_bytes(bench.reference().read_bytes())
    return path


def _listing(bench: Bench) -> Path:
    """What pg_restore --list prints."""
    path = bench.path("backup.dump")
    path.write_bytes(bench.run("pg_restore", "--list", bench.healthy()))
    return path


def _globals(bench: Bench) -> Path:
    path = bench.path("backup.sql")
    path.write_bytes(bench.run("pg_dumpall", "--globals-only"))
    return path


def _transcript(bench: Bench) -> Path:
    """What a terminal showed of pg_dump, with its prompt."""
    path = bench.path("backup.sql")
    path.write_bytes(b"Password: \n" + bench.healthy("plain").read_bytes()[:3000])
    return path


def _folder(bench: Bench) -> Path:
    folder = bench.path("backup.dir")
    folder.mkdir()
    return folder


def _appended(options: str, pack: Callable[[bytes], bytes]) -> Callable[[Bench], Path]:
    """A dump behind an older one in the same file, as `>>` puts it."""

    def damage(bench: Bench) -> Path:
        dump = bench.run("pg_dump", *options.split(), TEMPLATE)
        path = bench.path("backup.dump")
        path.write_bytes(pack(dump) + pack(dump))
        return bench.place(path, bench.reference())

    return damage


def _entry(
    name: str, story: str, damage: Callable[[Bench], Path], by: str = _NEVER, without: str | None = None
) -> Entry:
    return Entry(name, "wrong thing", story, damage, by, without or by)


ENTRIES = (
    *(_entry(name, story, _bytes(file, content)) for name, story, file, content in _BYTES),
    _entry("a database of SQLite", "two backup jobs with one target", _sqlite),
    _entry("a physical backup", "pg_basebackup in place of pg_dump", _base_backup),
    _entry("a reference", "the two files mixed up", _own_reference),
    _entry("an archive's list", "pg_restore --list in place of pg_dump", _listing),
    _entry("roles alone", "pg_dumpall --globals-only", _globals),
    _entry("a transcript of a terminal", "copied by hand", _transcript),
    _entry("two archives in one file", "pg_dump -Fc >> backup.dump", _appended("-Fc", bytes)),
    _entry("two packed archives", "pg_dump -Fc | gzip >> backup.dump", _appended("-Fc -Z0", gzip.compress)),
    _entry("two packed tar archives", "pg_dump -Ft | gzip >> backup.dump", _appended("-Ft", gzip.compress)),
    _entry("an empty folder", "the mount was not there", _folder),
)
