"""What is named as a backup and is none: what it is instead, and what to do about it.

Each text completes a sentence that begins with the file's name. None quotes what a file holds, for
that could be a row or a password: at most an error's code, names of files, eight bytes in hex.
"""

import re

from restoring.compression import Compression, compression_of
from restoring.containers import OTHER, described_tar, tar_members

_FETCH = "the download was answered with an error page; look at how the file is fetched"
_ANSWER = "a service answered with it in place of the file; look at how the file is fetched"
_JOB = "the backup job saved it in place of the dump; read it, mend the job and dump again"
_LFS = "it stands for the file, which git lfs pull fetches"
_DECRYPT = "decrypt it first and name the result"
_UNPACK = "unpack it and name what it holds"
_REPACK = "unpack it, or compress with gzip, bzip2, xz, zstd or lz4 instead"
_UTF16 = "PowerShell's > has rewritten what pg_dump wrote; dump again with pg_dump --file"

# Pattern of the beginning, what it is, what to do.
# A group in a pattern is shown in the sentence, so it may match nothing but a known kind of word.
_SIGNATURES = (
    (rb"(?i)(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body|!--)", "an HTML page", _FETCH),
    (rb"(?s)(?:<\?xml[^>]*>\s*)?<Error>.*?<Code>([A-Za-z]{1,64})<", "an XML error answer of code", _FETCH),
    (rb"<\?xml|<\w", "an XML document", _ANSWER),
    (rb"\{\s*[\"}]|\[\s*[\[\]{\"]", "a JSON document", _ANSWER),
    (rb"(?:\S{,999}/)?(pg_dump(?:all)?|pg_restore|psql)(?:\.\w+)?: ", "a message of", _JOB),
    (rb"(?:\S{,999}/)?((?:ba|da|z)?sh|sudo|docker|curl|aws): ", "a message of", _JOB),
    (rb"(?i)(?:error|fatal|traceback|(?:access|permission) denied)\b", "an error message", _JOB),
    (rb"version https://git-lfs", "a Git LFS pointer", _LFS),
    (rb"-- (?:(?:MySQL|MariaDB) dump|phpMyAdmin)|/\*M?!|SET SQL_MODE", "a MySQL or MariaDB dump", OTHER),
    (rb"\xfebin", "a MySQL binary log", OTHER),
    (rb"XBSTCK01", "an XtraBackup stream of MySQL", OTHER),
    (rb"SQLite format 3\0", "an SQLite database", OTHER),
    (rb"PRAGMA foreign_keys", "an SQLite dump", OTHER),
    (rb"\x6d\xe2\x99\x81", "a MongoDB archive", OTHER),
    (rb"REDIS\d{4}", "a Redis snapshot", OTHER),
    (rb"TAPE\0|MSSQLBAK", "an SQL Server backup", OTHER),
    (rb"(?s).{,3}EXPORT:V", "an Oracle export", OTHER),
    (rb"PGCOPY\n\xff", "one table's rows as COPY writes them", "name the file that pg_dump wrote"),
    (rb"--\s+-- NOTE:\s+--\s+-- File paths need", "a tar archive's restore.sql", "name the tar"),
    (rb";\s+; Archive created at", "a listing by pg_restore --list", "name the archive itself"),
    (rb"UEdETVAB|H4sIA", "base64 text", "decode it first and name the result"),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "a zip archive", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (rb"Rar!\x1a\x07", "a rar archive", _UNPACK),
    (rb"\x02\x21\x4c\x18", "an lz4 file of the legacy kind", _REPACK),
    (rb"\x1f[\x9d\xa0]|LZIP|\x89LZO\0|\x5d\0\0", "compressed data of another kind", _REPACK),
    (rb"-----BEGIN PGP MESSAGE", "encrypted by GPG", _DECRYPT),
    (rb"(?s)\x85[\1-\4].\x03|[\x84\xc1].\x03|[\x8c\xc3].[\4\5]", "encrypted by GPG", _DECRYPT),
    (rb"age-encryption\.org/|-----BEGIN AGE ENC", "encrypted by age", _DECRYPT),
    (rb"Salted__|U2FsdGVkX1", "encrypted by openssl", _DECRYPT),
    (rb"\xff\xfe|\xfe\xff|(?:[\n\r -~]\0){4}|(?:\0[\n\r -~]){4}", "UTF-16 text", _UTF16),
)
_PATTERNS = tuple((re.compile(pattern), what, advice) for pattern, what, advice in _SIGNATURES)
_NO_BACKUPS = (_FETCH, _ANSWER, _JOB, _LFS)
_BLANK = b"\0 \t\r\n"
_ARCHIVE_HEAD = 11
_CONTROL_BYTE = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")


def signature(head: bytes) -> str | None:
    """Tell what is known not to be a backup by its first bytes."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, what, advice in _PATTERNS:
        if match := pattern.match(start):
            word = f" {match[1].decode()}" if match.lastindex else ""
            contrast = ", not a backup" if advice in _NO_BACKUPS else ""
            return f"is {what}{word}{contrast}: {advice}"
    return None


def described(head: bytes, compression: Compression | None) -> str:
    """Say what a file is whose first bytes, decompressed, are not those of a backup."""
    if not head.strip(_BLANK):
        return _blank(head, compression)
    if inner := compression_of(head):
        return f"is {inner} data within {compression} data, compressed twice: unpack it once"
    if head.startswith(b"PGDMP"):
        return _archive(head)
    if members := tar_members(head):
        return described_tar(head, members)
    return signature(head) or _unknown(head)


def kind_of(head: bytes) -> str:
    """The kind of finding that such a file makes."""
    if not head.strip(_BLANK):
        return "backup-empty"
    if head.startswith(b"PGDMP") and len(head) < _ARCHIVE_HEAD:
        return "backup-cut-short"
    return "backup-not-a-backup"


def _blank(head: bytes, compression: Compression | None) -> str:
    if head:
        kind = "zero bytes" if b"\0" in head else "blank lines"
        return f"holds only {kind} where a backup begins: it was never written; dump it anew"
    if compression:
        return (
            f"is {compression} data of nothing: the dump before the pipe failed; look at the "
            "backup job's log and set pipefail in it"
        )
    return "is empty: the backup job wrote nothing; look at its log"


def _archive(head: bytes) -> str:
    if len(head) < _ARCHIVE_HEAD:
        return f"is the first {len(head)} bytes of a pg_dump archive: it is cut short; copy it anew"
    if head[5] != 1:
        return f"is a pg_dump archive of version {head[5]}.{head[6]}: only versions 1.x are known"
    if head[10] == 1:
        return "is a custom-format archive: name that file, not its folder"
    if head[10] == 3:
        return "is the table of contents of a directory-format dump: name the folder it is from"
    return f"is a pg_dump archive of the unknown format {head[10]}: it is damaged; copy it anew"


def _unknown(head: bytes) -> str:
    if _CONTROL_BYTE.search(head):
        return (
            f"is of no known format (it begins with {head[:8].hex(' ')}): name the file that pg_dump wrote"
        )
    return (
        "is text, but not what pg_dump, pg_dumpall or the Supabase CLI writes: "
        "name a file that one of them wrote, from its first line on"
    )
