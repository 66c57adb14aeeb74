"""What is no backup is told by its first bytes, and nothing of it is repeated that could be anybody's."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from restoring.compression import Compression
from restoring.impostors import described, signature

CANARY = "hunter2-canary"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<html>", "is an HTML page, not a backup: the download was answered with an error page"),
        (b"\xef\xbb\xbf \n<HTML>", "is an HTML page, not a backup: "),
        (b"<Error><Code>AccessDenied</Code>", "is an XML error answer of code AccessDenied, not a backup"),
        (b"/usr/bin/pg_dump: error: no", "is a message of pg_dump, not a backup: "),
        (b"sudo: a password is required", "is a message of sudo, not a backup: "),
        (b"-- MySQL dump 10.13", "is a MySQL or MariaDB dump: only PostgreSQL is verified here"),
        (b"PK\3\4", "is a zip archive: unpack it and name what it holds"),
        (b"age-encryption.org/v1", "is encrypted by age: decrypt it first and name the result"),
        ("SET a".encode("utf-16"), "is UTF-16 text: PowerShell's > has rewritten what pg_dump wrote"),
    ],
)
def test_a_known_beginning_has_its_sentence(head: bytes, expected: str) -> None:
    assert (signature(head) or "").startswith(expected)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"--\n-- PostgreSQL database dump\n--\n",
        b"SET statement_timeout = 0;\n",
        b"CREATE TABLE errors ();\n",
        b"a page: <html>",
        b"PGDMP\1\x10\0",
    ],
)
def test_what_may_be_a_backup_has_none(head: bytes) -> None:
    assert signature(head) is None


@pytest.mark.parametrize(
    "head",
    [
        f"<Error><Code>{CANARY}</Code></Error>".encode(),
        f"/{CANARY}: pg_dump: error: {CANARY}".encode(),
        f"error: {CANARY}".encode(),
        f"the password is {CANARY}".encode(),
    ],
)
def test_nothing_is_quoted(head: bytes) -> None:
    assert CANARY not in described(head, None)


@pytest.mark.parametrize(
    ("head", "compression", "expected"),
    [
        (b"", None, "is empty: the backup job wrote nothing; look at its log"),
        (b"", "gzip", "is gzip data of nothing: the dump before the pipe failed"),
        (b"", "zstd", "is zstd data of nothing: the dump before the pipe failed"),
        (bytes(600), None, "holds only zero bytes where a backup begins"),
        (b" \n\t\r\n", "gzip", "holds only blank lines where a backup begins"),
        (gzip.compress(b"x", mtime=0), "xz", "is gzip data within xz data, compressed twice"),
    ],
)
def test_nothing_and_too_much_are_told(head: bytes, compression: Compression | None, expected: str) -> None:
    assert described(head, compression).startswith(expected)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"PGDMP\1\x10\0\4\x08", "is the first 10 bytes of a pg_dump archive: it is cut short"),
        (b"PGDMP\2\0\0\4\x08\1", "is a pg_dump archive of version 2.0: only versions 1.x"),
        (b"PGDMP\1\x10\0\4\x08\1", "is a custom-format archive: name that file, not its folder"),
        (b"PGDMP\1\x10\0\4\x08\3", "is the table of contents of a directory-format dump: "),
        (b"PGDMP\1\x10\0\4\x08\x07", "is a pg_dump archive of the unknown format 7: it is damaged"),
    ],
)
def test_an_archive_is_told_by_its_header(head: bytes, expected: str) -> None:
    assert described(head, None).startswith(expected)


def test_a_tar_is_told_by_its_members() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("PG_VERSION"))
    assert described(packed.getvalue(), None).startswith("is a tar of a physical backup: ")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x7fELF\1\2\3\4\5", "is of no known format (it begins with 7f 45 4c 46 01 02 03 04): "),
        (b"Dear all,\r\n\tgr\xfc\xdfe", "is text, but not what pg_dump, pg_dumpall or the Supabase CLI"),
    ],
)
def test_the_rest_is_text_or_not(head: bytes, expected: str) -> None:
    assert described(head, None).startswith(expected)
