"""A backup is found, named, dated and weighed, and says what it needs."""

import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from restoring.backup import find_backup
from restoring.errors import BackupBad

Dump = Callable[..., Path]

HEAD = b"--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 16.4 (Debian)\n"


@pytest.fixture
def plain(tmp_path: Path) -> Callable[[bytes], Path]:
    def plain(text: bytes) -> Path:
        path = tmp_path / "backup.sql"
        path.write_bytes(HEAD + text)
        return path

    return plain


@pytest.mark.parametrize(
    ("options", "form", "taken_at_from"),
    [
        (["-Fc"], "custom", "header"),
        (["-Ft"], "tar", "header"),
        (["-Fd"], "directory", "header"),
        (["-Fp"], "plain", "file"),
    ],
)
def test_a_real_dump(dump: Dump, small: str, options: list[str], form: str, taken_at_from: str) -> None:
    path = dump(small, *options)
    backup = find_backup(path)
    assert (backup.format, backup.taken_at_from) == (form, taken_at_from)
    assert abs((datetime.now(UTC) - backup.taken_at).total_seconds()) < 300
    files = [path] if path.is_file() else list(path.iterdir())
    assert backup.size_bytes == sum(file.stat().st_size for file in files)
    assert (backup.archive is None) is (form == "plain")
    assert backup.encoding == "UTF8"
    assert backup.needs.server_major == 18
    assert backup.id.startswith(f"{path.name}#")


def test_a_plain_file_has_the_time_of_its_newest_file(plain: Callable[[bytes], Path]) -> None:
    path = plain(b"")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert find_backup(path).taken_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_compressed_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "backup"
    path.write_bytes(gzip.compress(HEAD))
    assert find_backup(path).format == "plain+gzip"


def test_two_backups_of_one_name_have_two_ids(plain: Callable[[bytes], Path]) -> None:
    first = find_backup(plain(b"-- 1\n")).id
    assert find_backup(plain(b"-- 1\n")).id == first
    assert find_backup(plain(b"-- 2\n")).id != first


@pytest.mark.parametrize(
    ("text", "extensions", "features"),
    [
        (b"CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;\n", {"citext"}, set[str]()),
        (b'CREATE EXTENSION "uuid-ossp";\nCREATE EXTENSION plpgsql;\n', {"uuid-ossp"}, set()),
        (b"-- CREATE EXTENSION citext;\n", set[str](), set()),
        (b"CREATE COLLATION c (provider = icu, locale = 'de');\n", set(), {"icu"}),
        (b"CREATE TABLE t (\n    x xml\n);\n", set(), {"xml"}),
        (b"CREATE TABLE t (\n    xml text\n);\n", set(), set()),
        (b"ALTER TABLE t ALTER a SET COMPRESSION lz4;\n", set(), {"lz4"}),
    ],
)
def test_what_a_script_needs(
    plain: Callable[[bytes], Path], text: bytes, extensions: set[str], features: set[str]
) -> None:
    needs = find_backup(plain(text)).needs
    assert needs.server_major == 16
    assert set(needs.extensions) == extensions
    assert {*map(str, needs.features)} == features


@pytest.mark.parametrize(
    ("name", "encoding"),
    [(b"LATIN1", "LATIN1"), (b"SQL_ASCII", "SQL_ASCII"), (b"SJIS", "UTF8"), (b"gbk", "UTF8")],
)
def test_the_encoding_is_the_sources_unless_clients_alone_know_it(
    plain: Callable[[bytes], Path], name: bytes, encoding: str
) -> None:
    assert find_backup(plain(b"SET client_encoding = '%s';\n" % name)).encoding == encoding


def test_a_place_without_a_backup_is_bad(tmp_path: Path) -> None:
    with pytest.raises(
        BackupBad, match="there is no backup at .*nowhere: look at whether the backup job ran"
    ):
        find_backup(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"<html>502</html>", b"PGDMP", b"\x1f\x8b\x08\x00"], ids=repr)
def test_what_is_no_backup_is_bad(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "backup.dump"
    path.write_bytes(content)
    with pytest.raises(BackupBad, match=r"backup\.dump"):
        find_backup(path)


@pytest.mark.parametrize("kept", [20, 200, 1000])
def test_an_archive_cut_in_its_table_of_contents_is_bad(
    dump: Dump, small: str, tmp_path: Path, kept: int
) -> None:
    path = tmp_path / "cut.dump"
    path.write_bytes(dump(small, "-Fc").read_bytes()[:kept])
    with pytest.raises(BackupBad, match="cut.dump"):
        find_backup(path)
