"""A backup is known by what it holds; what is none is refused with what it is and what to do."""

import bz2
import gzip
import io
import lzma
import os
import socket
import sqlite3
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import lz4.frame  # type: ignore[import-untyped]
import psycopg
import pytest

from restoring.compression import Compression, DamagedStream
from restoring.content import Content, NotABackup, identify

zstandard = pytest.importorskip("zstandard")

COMPRESSORS: dict[Compression, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
    "lz4": lz4.frame.compress,
}
CANARY = "hunter2-canary"
SQL = b"SET statement_timeout = 0;\nSET lock_timeout = 0;\n\nCREATE TABLE t (a integer);\n"

Dump = Callable[..., Path]


@pytest.fixture
def dump(dsn: str, postgresql: psycopg.Connection, pg_bin: Path, tmp_path: Path) -> Dump:
    """Writes a real dump of a small database with the given program and options."""
    postgresql.execute("CREATE TABLE t (a integer PRIMARY KEY, b text)")
    postgresql.execute("INSERT INTO t SELECT n, 'row ' || n FROM generate_series(1, 99) n")
    postgresql.commit()

    def dumping(name: str, *options: str, program: str = "pg_dump") -> Path:
        path = tmp_path / name
        command = [str(pg_bin / program), "-d", dsn, "-f", str(path), *options]
        # pg_dumpall does not hand the password of a DSN on to the pg_dump that it runs.
        env = {**os.environ, "PGPASSWORD": postgresql.info.password}
        subprocess.run(command, check=True, env=env)
        return path

    return dumping


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[bytes], str]:
    """The sentence that refuses a file of these bytes, named nightly.dump."""

    def refusing(content: bytes) -> str:
        path = tmp_path / "nightly.dump"
        path.write_bytes(content)
        return _refused(path)

    return refusing


def _refused(path: Path) -> str:
    with pytest.raises(NotABackup) as caught:
        identify(path)
    sentence = str(caught.value)
    assert sentence.startswith(path.name)
    assert sentence.isprintable()
    assert CANARY not in sentence
    return sentence


def _tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _tar_of(folder: Path) -> bytes:
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return _tar({"toc.dat": files.pop("toc.dat"), **files})


def _folder(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def _without_comments(sql: bytes) -> bytes:
    lines = sql.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith((b"--", b"\\")))


# Backups


@pytest.mark.parametrize(
    ("expected", "options", "program"),
    [
        ("custom", ["-Fc"], "pg_dump"),
        ("custom", ["-Fc", "-Z0"], "pg_dump"),
        ("tar", ["-Ft"], "pg_dump"),
        ("plain", ["-Fp"], "pg_dump"),
        ("plain", ["--create", "--clean"], "pg_dump"),
        ("plain", ["--inserts", "--data-only"], "pg_dump"),
        ("cluster", [], "pg_dumpall"),
        ("cluster", ["--globals-only"], "pg_dumpall"),
    ],
)
def test_a_file_is_known_bare_and_in_each_compression(
    expected: str, options: list[str], program: str, dump: Dump
) -> None:
    path = dump("misleading.tar.gz.html", *options, program=program)
    content = path.read_bytes()
    assert identify(path) == Content(expected, None, (path,))  # type: ignore[arg-type]
    for compression, compress in COMPRESSORS.items():
        path.write_bytes(compress(content))
        assert identify(path) == Content(expected, compression, (path,))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["x.sql.gz", "x.tar", "x.html", "x", "schema.sql"])
def test_a_name_tells_nothing(name: str, dump: Dump) -> None:
    path = dump(name, "-Fc")
    assert identify(path) == Content("custom", None, (path,))


@pytest.mark.parametrize("options", [[], ["-Z0"], ["--jobs=2"]])
def test_a_directory_format_dump_is_its_folder(options: list[str], dump: Dump) -> None:
    path = dump("nightly", "-Fd", *options)
    assert identify(path) == Content("directory", None, (path,))


def test_a_directory_format_dump_may_have_been_compressed_file_by_file(dump: Dump) -> None:
    path = dump("nightly", "-Fd")
    (path / "toc.dat.gz").write_bytes(gzip.compress((path / "toc.dat").read_bytes()))
    (path / "toc.dat").unlink()
    assert identify(path) == Content("directory", None, (path,))


def test_an_unpacked_tar_dump_is_a_directory_format_dump(dump: Dump, tmp_path: Path) -> None:
    path = tmp_path / "unpacked"
    path.mkdir()
    with tarfile.open(dump("nightly.tar", "-Ft")) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            (path / member.name).write_bytes(content.read())
    assert identify(path) == Content("directory", None, (path,))


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf",
        b"\n\n",
        b"\xef\xbb\xbf\\restrict abc\n\n",
        b"SET session_replication_role = replica;\n\n",
        b"DROP DATABASE IF EXISTS app;\nCREATE DATABASE app;\n\\connect app\n",
        b"-- taken by the nightly job\n" * 1000,
    ],
)
def test_a_plain_dump_may_begin_with_something_else(before: bytes, dump: Dump) -> None:
    path = dump("nightly.sql")
    path.write_bytes(before + path.read_bytes())
    assert identify(path).format == "plain"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert identify(path).format == "plain"


@pytest.mark.parametrize("options", [["--schema-only"], ["--data-only"], []])
def test_sql_whose_comments_were_taken_out_is_plain(options: list[str], dump: Dump) -> None:
    path = dump("schema.sql", *options)
    path.write_bytes(_without_comments(path.read_bytes()))
    assert b"PostgreSQL database dump" not in path.read_bytes()
    assert identify(path) == Content("plain", None, (path,))
    path.write_bytes(b"\xef\xbb\xbfSET session_replication_role = replica;\nCREATE TABLE t ();\n")
    assert identify(path) == Content("plain", None, (path,))


def test_a_header_in_the_middle_of_a_line_is_no_header(refusal: Callable[[bytes], str]) -> None:
    assert "is text, but not what pg_dump" in refusal(b"see: -- PostgreSQL database dump\n")


def test_a_header_quoted_by_a_web_page_is_no_header(refusal: Callable[[bytes], str]) -> None:
    page = b"<!DOCTYPE html><pre>\n--\n-- PostgreSQL database dump\n--\n\n" + SQL
    assert "is an HTML page" in refusal(page)


# A Supabase CLI set


@pytest.fixture
def cli_set(dump: Dump, tmp_path: Path) -> Path:
    """The three files as the Supabase CLI's scripts write them: comments taken out of two."""
    roles = _without_comments(dump("r", "--roles-only", program="pg_dumpall").read_bytes())
    schema = _without_comments(dump("s", "--schema-only").read_bytes())
    data = b"SET session_replication_role = replica;\n\n" + dump("d", "--data-only").read_bytes()
    reset = b"RESET ALL;\n"
    files = {"roles.sql": roles + reset, "schema.sql": schema, "data.sql": data + reset}
    return _folder(tmp_path / "set", files)


def test_a_cli_set_is_its_files_in_the_order_of_loading(cli_set: Path) -> None:
    files = tuple(cli_set / f"{part}.sql" for part in ("roles", "schema", "data"))
    assert identify(cli_set) == Content("supabase-cli", None, files)
    _folder(cli_set, {"README.md": b"# how to load", "history_data.sql": SQL})
    (cli_set / "roles.sql").unlink()
    assert identify(cli_set) == Content("supabase-cli", None, files[1:])


def test_a_cli_set_may_be_compressed_in_part(cli_set: Path) -> None:
    data = cli_set / "data.sql"
    (cli_set / "data.sql.zst").write_bytes(zstandard.compress(data.read_bytes()))
    data.unlink()
    files = (cli_set / "roles.sql", cli_set / "schema.sql", cli_set / "data.sql.zst")
    assert identify(cli_set).files == files


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("schema.sql", b"<html><body>", "set/schema.sql is an HTML page, not a backup: "),
        ("data.sql", b"", "set/data.sql is empty: "),
        ("roles.sql", b"pg_dumpall: error: x", "set/roles.sql is a message of pg_dumpall, not a "),
        ("data.sql", b"PGDMP\1\x0e\0\4\x08\1", "set/data.sql is an archive, where a Supabase CLI"),
        ("data.sql.gz", SQL, "set holds both data.sql and data.sql.gz: "),
    ],
)
def test_a_cli_set_with_a_bad_part_is_refused(
    name: str, content: bytes, expected: str, cli_set: Path
) -> None:
    (cli_set / name).write_bytes(content)
    assert _refused(cli_set).startswith(expected)


@pytest.mark.parametrize(("missing", "there"), [("data", "schema"), ("schema", "data")])
def test_half_a_cli_set_is_refused(missing: str, there: str, cli_set: Path) -> None:
    (cli_set / f"{missing}.sql").unlink()
    assert _refused(cli_set).startswith(f"set holds {there}.sql and no {missing}.sql, which a")


# What is none

LEAK = CANARY.encode()
IMPOSTORS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty: the backup job wrote nothing"),
    "blank lines": (b"\n \r\n", "holds only blank lines where a backup begins: it was never"),
    "zeros": (bytes(5000), "holds only zero bytes where a backup begins: it was never"),
    "many zeros": (bytes(100_000), "holds only zero bytes where a backup begins: it was never"),
    "page": (
        b"\n <!DOCTYPE html>\n<html>" + LEAK,
        "is an HTML page, not a backup: the download was answered with an error page",
    ),
    "page with a BOM": (b"\xef\xbb\xbf<HTML>", "is an HTML page, not a backup: "),
    "xhtml": (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC', "is an HTML page, not a backup: "),
    "s3": (
        b'<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code><Key>%s</Key></Error>' % LEAK,
        "is an XML error answer of code NoSuchKey, not a backup: the download was answered",
    ),
    "s3 with a secret for its code": (
        b"<Error><Code>%s</Code></Error>" % LEAK,
        "is an XML document, not a backup: ",
    ),
    "xml": (b'<?xml version="1.0"?><rows>%s</rows>' % LEAK, "is an XML document, not a backup: "),
    "json": (b'{"message": "%s"}' % LEAK, "is a JSON document, not a backup: a service"),
    "json rows": (b'[\n  {"id": 1}, "%s"]' % LEAK, "is a JSON document, not a backup: a service"),
    "pg_dump": (
        b'pg_dump: error: connection to server failed for user "%s"\n' % LEAK,
        "is a message of pg_dump, not a backup: the backup job saved it in place of the dump",
    ),
    "pg_dump by path": (b"/usr/lib/bin/pg_dump: error: ", "is a message of pg_dump, not a backup"),
    "pg_dump.exe": (b"pg_dump.exe: error: ", "is a message of pg_dump, not a backup"),
    "pg_dumpall": (b"pg_dumpall: error: ", "is a message of pg_dumpall, not a backup"),
    "pg_restore": (b"pg_restore: error: ", "is a message of pg_restore, not a backup"),
    "psql": (b"psql: error: FATAL: ", "is a message of psql, not a backup"),
    "warnings before the dump": (
        b"pg_dump: warning: circular keys\n--\n-- PostgreSQL database dump\n--\n",
        "is a message of pg_dump, not a backup",
    ),
    "shell": (b"bash: pg_dump: command not found\n", "is a message of bash, not a backup: "),
    "error": (b"Error response from daemon: " + LEAK, "is an error message, not a backup: "),
    "git lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "is a Git LFS pointer, not a backup: it stands for the file, which git lfs pull fetches",
    ),
    "mysql": (b"-- MySQL dump 10.13\n" + LEAK, "is a MySQL or MariaDB dump: only PostgreSQL is"),
    "mariadb": (
        b"/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n",
        "is a MySQL or MariaDB dump: only PostgreSQL is",
    ),
    "mysql without comments": (b"/*!40101 SET NAMES utf8 */;\n", "is a MySQL or MariaDB dump: "),
    "binlog": (b"\xfebin\0\0", "is a MySQL binary log: "),
    "xtrabackup": (b"XBSTCK01\0", "is an XtraBackup stream of MySQL: "),
    "mongodb": (b"\x6d\xe2\x99\x81" + LEAK, "is a MongoDB archive: only PostgreSQL is verified"),
    "redis": (b"REDIS0011\xfa", "is a Redis snapshot: "),
    "sql server": (b"TAPE\0\0\3\0", "is an SQL Server backup: "),
    "oracle": (b"\3\1\x13EXPORT:V11.02.00\n", "is an Oracle export: "),
    "copy": (b"PGCOPY\n\xff\r\n\0" + LEAK, "is one table's rows as COPY writes them: "),
    "restore.sql": (
        b"--\n-- NOTE:\n--\n-- File paths need to be edited.\n--\n-- PostgreSQL database dump\n--",
        "is a tar archive's restore.sql: name the tar",
    ),
    "listing": (b";\n; Archive created at 2026", "is a listing by pg_restore --list: "),
    "base64": (b"UEdETVABDgAECAEBAQAAAA==", "is base64 text: decode it first"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0", "is a 7z archive: unpack it"),
    "rar": (b"Rar!\x1a\x07\x01\0", "is a rar archive: unpack it"),
    "compress": (b"\x1f\x9d\x90", "is compressed data of another kind: unpack it, or compress"),
    "lz4 legacy": (b"\x02\x21\x4c\x18\0", "is an lz4 file of the legacy kind: unpack it, or"),
    "gpg": (b"\x85\x02\x0c\x03\xaa\xbb", "is encrypted by GPG: decrypt it first"),
    "gpg symmetric": (b"\x8c\x0d\x04\x09\x03\x02", "is encrypted by GPG: decrypt it first"),
    "gpg curve": (b"\x84\x5e\x03\x11\x22", "is encrypted by GPG: decrypt it first"),
    "gpg armoured": (b"-----BEGIN PGP MESSAGE-----\n", "is encrypted by GPG: decrypt it first"),
    "age": (b"age-encryption.org/v1\n-> X25519", "is encrypted by age: decrypt it first"),
    "openssl": (b"Salted__12345678", "is encrypted by openssl: decrypt it first"),
    "archive cut": (b"PGDMP\1\x0e\0\4\x08", "is the first 10 bytes of a pg_dump archive: it is cut"),
    "archive of the future": (
        b"PGDMP\2\x03\0\4\x08\1",
        "is a pg_dump archive of version 2.3: only versions 1.x are known",
    ),
    "archive of format 9": (b"PGDMP\1\x0e\0\4\x08\x09", "is a pg_dump archive of the unknown for"),
    "twice compressed": (
        gzip.compress(lzma.compress(b"x")),
        "is xz data within gzip data, compressed twice: unpack it once",
    ),
    "text": (b"Dear all,\nthe password is " + LEAK, "is text, but not what pg_dump, pg_dumpall or"),
    "latin text": (b"gr\xfc\xdfe " + LEAK, "is text, but not what pg_dump, pg_dumpall or"),
    "binary": (
        b"\x7fELF\1\2\3\4" + LEAK,
        "is of no known format (it begins with 7f 45 4c 46 01 02 03 04): name the file",
    ),
}


@pytest.mark.parametrize(("content", "expected"), IMPOSTORS.values(), ids=IMPOSTORS)
def test_an_impostor_is_told(content: bytes, expected: str, refusal: Callable[[bytes], str]) -> None:
    assert refusal(content).startswith(f"nightly.dump {expected}")


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_an_impostor_is_told_through_compression(
    compression: Compression, refusal: Callable[[bytes], str]
) -> None:
    compress = COMPRESSORS[compression]
    nothing = f"nightly.dump is {compression} data of nothing: the dump before the pipe failed"
    assert refusal(compress(b"")).startswith(nothing)
    assert "is an HTML page" in refusal(compress(b"<html>"))
    assert "only zero bytes" in refusal(compress(bytes(70_000)))
    twice = f"nightly.dump is {compression} data within {compression} data, compressed twice"
    assert refusal(compress(compress(SQL))).startswith(twice)


def test_a_failed_pg_dump_s_own_words_are_told(
    pg_bin: Path, tmp_path: Path, refusal: Callable[[bytes], str]
) -> None:
    command = [str(pg_bin / "pg_dump"), "-d", f"host={tmp_path} user=u"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 1
    assert refusal(done.stderr).startswith("nightly.dump is a message of pg_dump, not a backup: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("option", ["-Fp", "-Fc"])
def test_what_powershell_made_of_a_dump_is_told(
    encoding: str, option: str, dump: Dump, refusal: Callable[[bytes], str]
) -> None:
    content = dump("right.dump", option).read_bytes().decode("latin-1").encode(encoding)
    assert refusal(content).startswith("nightly.dump is UTF-16 text: PowerShell's >")


def test_sqlite_is_told(tmp_path: Path, refusal: Callable[[bytes], str]) -> None:
    path = tmp_path / "nightly.dump"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    assert _refused(path).startswith("nightly.dump is an SQLite database: only PostgreSQL is")
    dumped = b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"
    assert refusal(dumped).startswith("nightly.dump is an SQLite dump: only PostgreSQL is")


def test_a_zip_is_told(tmp_path: Path, dump: Dump) -> None:
    with zipfile.ZipFile(tmp_path / "nightly.zip", "w") as archive:
        archive.write(dump("right.dump", "-Fc"), "right.dump")
    assert _refused(tmp_path / "nightly.zip").startswith("nightly.zip is a zip archive: unpack it")


def test_every_beginning_of_an_archive_is_told(dump: Dump, refusal: Callable[[bytes], str]) -> None:
    custom = dump("right.dump", "-Fc").read_bytes()
    for length in range(5, 11):
        assert f"is the first {length} bytes of a pg_dump archive" in refusal(custom[:length])
    packed = dump("right.tar", "-Ft").read_bytes()
    for length in range(512, 523):
        expected = "is the beginning of a pg_dump tar archive: it is cut short"
        assert expected in refusal(packed[:length])


@pytest.mark.parametrize("compression", COMPRESSORS)
@pytest.mark.parametrize("option", ["-Fc", "-Fp", "-Ft"])
def test_no_cut_of_a_compressed_dump_is_taken_for_a_backup(
    compression: Compression, option: str, dump: Dump
) -> None:
    path = dump("nightly.dump", option)
    packed = COMPRESSORS[compression](path.read_bytes())
    for length in range(0, len(packed), 1 if option == "-Fp" else 7):
        path.write_bytes(packed[:length])
        with pytest.raises((NotABackup, DamagedStream)) as caught:
            identify(path)
        assert caught.type is (DamagedStream if length > 5 else caught.type)


# Tar archives that pg_dump did not write


def test_a_tar_of_a_directory_format_dump_is_told(dump: Dump, refusal: Callable[[bytes], str]) -> None:
    expected = "nightly.dump is a tar of a directory-format dump: unpack it and name the folder"
    folder = dump("folder", "-Fd")
    assert refusal(_tar_of(folder)) == expected
    files = {f"x/{path.name}": path.read_bytes() for path in folder.iterdir()}
    assert refusal(gzip.compress(_tar(files))) == expected


@pytest.mark.parametrize("level", [b"\1\1\0\0\0", b"\0\5\0\0\0"])
def test_the_tar_of_an_older_directory_format_dump_is_told(
    level: bytes, refusal: Callable[[bytes], str], tmp_path: Path
) -> None:
    # Up to PostgreSQL 15 the compression is a level: a sign (of -1, the default) and four bytes.
    toc = b"PGDMP\1\x0e\0\4\x08\3"
    assert "is a tar of a directory-format dump" in refusal(_tar({"toc.dat": toc + level}))
    (tmp_path / "nightly.tar").write_bytes(_tar({"toc.dat": toc + bytes(5)}))
    assert identify(tmp_path / "nightly.tar").format == "tar"


def test_a_toc_alone_is_told(dump: Dump) -> None:
    path = dump("folder", "-Fd") / "toc.dat"
    assert _refused(path).startswith("toc.dat is the table of contents of a directory-format dump")


def test_an_archive_within_a_tar_is_told(dump: Dump, refusal: Callable[[bytes], str]) -> None:
    custom = _tar({"right.dump": dump("right.dump", "-Fc").read_bytes()})
    expected = "is a tar around a pg_dump archive: unpack it and name right.dump"
    assert refusal(custom) == f"nightly.dump {expected}"
    packed = _tar({"README": b"x", "right.tar": dump("right.tar", "-Ft").read_bytes()})
    expected = "is a tar around another tar: unpack it and name right.tar"
    assert refusal(packed) == f"nightly.dump {expected}"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["roles.sql", "schema.sql", "data.sql"], "around roles.sql, schema.sql, data.sql: unpack"),
        (["a", "b", "c", "d"], "around a, b, c, …: unpack it and name those"),
        (["a\nb\x1b[31m"], "around a?b?[31m: unpack it and name those"),
    ],
)
def test_a_tar_of_files_is_told(names: list[str], expected: str, refusal: Callable[[bytes], str]) -> None:
    sentence = refusal(_tar(dict.fromkeys(names, LEAK)))
    assert sentence.startswith(f"nightly.dump is a tar, not one of pg_dump's, {expected}")


@pytest.mark.parametrize(
    "name",
    ["backup_label", "PG_VERSION", "./base/5/1255", "data/global/pg_control", "main/pg_wal/x"],
)
def test_a_tar_of_a_physical_backup_is_told(name: str, refusal: Callable[[bytes], str]) -> None:
    expected = "nightly.dump is a tar of a physical backup: physical backups are not restored"
    assert refusal(_tar({name: b"x"})).startswith(expected)


# Folders


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([".keep"], "is an empty folder: the backup job wrote nothing"),
        (["PG_VERSION", "global/pg_control"], "is a server's data directory: physical backups are"),
        (["base.tar.gz", "pg_wal.tar.gz"], "is a base backup: physical backups are not restored"),
        (["backup/main/backup.info", "archive/x"], "is a pgBackRest repository: physical backups"),
        (["basebackups_005/x", "wal_005/y"], "is a WAL-G store: physical backups are not"),
        (["base/20261123T0000/backup.info", "wals/x"], "is a Barman backup: physical backups"),
        (["app/users.bson", "app/users.metadata.json"], "is a MongoDB dump: only PostgreSQL is"),
        (["ibdata1"], "is a MySQL backup: only PostgreSQL is"),
        (["3338.dat.gz", "3339.dat.gz"], "holds the data files of a directory-format dump and no"),
        (["a.dump"], "holds a.dump alone, which makes it no backup: name that itself"),
        (["a/x", "b/x"], "holds 2 folders, none of which makes it a backup: name one of them"),
        (["a", "b", "c/x"], "holds 2 files, none of which makes it a backup: name one of them"),
    ],
)
def test_a_folder_that_is_no_backup_is_told(names: list[str], expected: str, tmp_path: Path) -> None:
    folder = _folder(tmp_path / "nightly", dict.fromkeys(names, LEAK))
    assert _refused(folder).startswith(f"nightly {expected}")


def test_the_newest_of_several_files_is_proposed(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "nightly", {f"{day}.dump": b"x" for day in "123"})
    for day, age in (("1", 50), ("2", 10), ("3", 99)):
        os.utime(folder / f"{day}.dump", (10_000 - age, 10_000 - age))
    (folder / "gone").symlink_to("nowhere")
    assert _refused(folder).endswith(
        "holds 3 files, none of which makes it a backup: name one of them, for instance 2.dump"
    )


@pytest.mark.parametrize(
    ("toc", "expected"),
    [
        (b"", "nightly/toc.dat is empty: "),
        (b"PGDMP\1\x0e\0", "nightly/toc.dat is the first 8 bytes of a pg_dump archive: "),
        (b"PGDMP\1\x0e\0\4\x08\1", "nightly/toc.dat is a custom-format archive: name that file"),
        (b"PGDMP\2\x0e\0\4\x08\3", "nightly/toc.dat is a pg_dump archive of version 2.14: "),
    ],
)
def test_a_directory_format_dump_with_a_bad_toc_is_told(toc: bytes, expected: str, tmp_path: Path) -> None:
    assert _refused(_folder(tmp_path / "nightly", {"toc.dat": toc})).startswith(expected)


# Paths


def test_a_pipe_a_socket_and_a_device_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/null")):
        assert "is a pipe, socket or device: name a file or folder" in _refused(path)


def test_a_link_is_followed(dump: Dump, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(dump("nightly.dump", "-Fc"))
    path = tmp_path / "latest"
    assert identify(path) == Content("custom", None, (path,))


def test_the_folder_one_is_in_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotABackup, match=f"^{tmp_path.name} is an empty folder"):
        identify(Path())


def test_a_missing_path_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        identify(tmp_path / "missing")


def test_an_unreadable_path_is_unreadable(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "closed", {"nightly.dump": SQL})
    for path in (folder / "nightly.dump", folder):
        path.chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        for path in (folder / "nightly.dump", folder):
            with pytest.raises(PermissionError):
                identify(path)
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        folder.chmod(0o700)
