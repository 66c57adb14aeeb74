"""Tar archives and folders that are no backup: each is told by what it holds."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from restoring.containers import described_folder, described_tar, shown, tar_members


def tar(**files: bytes) -> bytes:
    """A tar archive of these files; two underscores in a name stand for a slash, one for a dot."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name.replace("__", "/").replace("_", "."))
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def told(head: bytes) -> str:
    return described_tar(head, tar_members(head))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nightly dump.sql", "nightly dump.sql"),
        ("Zoë", "Zoë"),
        ("a\x1b[31m\nb\u202e", "a?[31m?b?"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_can_be_printed(name: str, expected: str) -> None:
    assert shown(name) == expected


def test_members_are_those_that_the_beginning_shows() -> None:
    head = tar(a_sql=b"x" * 600, b_sql=b"y", c_sql=b"z")
    assert [member.name for member in tar_members(head)] == ["a.sql", "b.sql", "c.sql"]
    assert [member.name for member in tar_members(head[:2048])] == ["a.sql", "b.sql"]


@pytest.mark.parametrize("head", [b"", b"PGDMP", b"x" * 2000, bytes(1024), b"\xff" * 512])
def test_what_is_no_tar_has_no_members(head: bytes) -> None:
    assert tar_members(head) == []


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (tar(base__5__1255=b"x"), "is a tar of a physical backup: "),
        (tar(pg_wal=b"x", toc_dat=b"x"), "is a tar of a directory-format dump: "),
        (tar(toc_dat=b"PGDMP"), "is a tar of a directory-format dump: unpack it and name the folder"),
        (tar(toc_dat=b"PGDMP")[:520], "is the beginning of a pg_dump tar archive: it is cut short"),
        (tar(**{"3338_dat_gz": b"x"}), "is a tar of a directory-format dump: unpack it"),
        (tar(a_dump=b"PGDMP\1"), "is a tar around a pg_dump archive: unpack it and name a.dump"),
        (tar(x__a_tar=tar(b=b"x")), "is a tar around another tar: unpack it and name a.tar"),
        (tar(a=b"x", b=b"x"), "is a tar, not one of pg_dump's, around a, b: unpack it"),
        (tar(a=b"w", b=b"x", c=b"y", d=b"z"), "is a tar, not one of pg_dump's, around a, b, c, …: unpack"),
    ],
)
def test_a_tar_is_told_by_its_members(head: bytes, expected: str) -> None:
    assert told(head).startswith(expected)


def test_a_tar_of_folders_is_told() -> None:
    folder = tarfile.TarInfo("backups")
    folder.type = tarfile.DIRTYPE
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(folder)
    assert "around folders alone: " in told(packed.getvalue())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], "is an empty folder: "),
        ([".part"], "is an empty folder: "),
        (["PG_VERSION"], "is a server's data directory: "),
        (["backup.info"], "is a pgBackRest repository: "),
        (["1.dat"], "holds the data files of a directory-format dump and no toc.dat"),
        (["schema.sql.gz"], "holds schema.sql and no data.sql, which a Supabase CLI set needs"),
        (["data.sql", "roles.sql"], "holds data.sql and no schema.sql"),
        (["a.dump"], "holds a.dump alone, which makes it no backup: name that itself"),
    ],
)
def test_a_folder_is_told_by_its_files(names: list[str], expected: str, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).touch()
    assert described_folder(tmp_path).startswith(expected)


def test_the_newest_file_is_proposed(tmp_path: Path) -> None:
    for name, age in (("monday", 3), ("wednesday", 1), ("tuesday", 2)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (10_000 - age, 10_000 - age))
    (tmp_path / "folder").mkdir()
    assert described_folder(tmp_path) == (
        "holds 3 files, none of which makes it a backup: name one of them, for instance wednesday"
    )
