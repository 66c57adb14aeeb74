"""Archives of the real pg_dump are read as pg_restore lists them."""

import re
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import psycopg
import pytest

from restoring.archive import Archive, read_archive

DATABASE = """
    CREATE ROLE archive_owner; CREATE ROLE "archive ""odd"" reader";
    CREATE SCHEMA "odd schema" AUTHORIZATION archive_owner;
    CREATE TABLE parent (id integer PRIMARY KEY, name text);
    CREATE TABLE "odd schema"."odd; ""child""\ntable" (id integer REFERENCES public.parent);
    ALTER TABLE parent OWNER TO archive_owner;
    INSERT INTO parent SELECT n, 'row ' || n FROM generate_series(1, 50) n;
    INSERT INTO "odd schema"."odd; ""child""\ntable" SELECT n FROM generate_series(1, 50) n;
    ALTER TABLE parent ENABLE ROW LEVEL SECURITY;
    CREATE POLICY "own rows" ON parent TO "archive ""odd"" reader" USING (name = current_user);
    CREATE VIEW names AS SELECT name FROM parent;
    COMMENT ON VIEW names IS 'grüße; "quoted"';
    SELECT lo_create(4242);
"""
CLEAN_UP = """
    DROP OWNED BY archive_owner, "archive ""odd"" reader" CASCADE;
    DROP ROLE archive_owner, "archive ""odd"" reader";
"""
FORMATS = ("custom", "tar", "directory")
Dump = Callable[[str], Path]


@pytest.fixture
def filled(postgresql: psycopg.Connection, dsn: str) -> Iterator[str]:
    postgresql.execute(DATABASE)
    postgresql.commit()
    yield dsn
    postgresql.execute(CLEAN_UP)
    postgresql.commit()


@pytest.fixture
def dump(filled: str, pg_bin: Path, tmp_path: Path) -> Dump:
    def run(form: str) -> Path:
        made = tmp_path / form
        command: list[str | Path] = [pg_bin / "pg_dump", f"-F{form[0]}", "-f", made, "-d", filled]
        subprocess.run(command, check=True)
        return made

    return run


def read(path: Path) -> Archive:
    with (path / "toc.dat" if path.is_dir() else path).open("rb") as stream:
        return read_archive(stream)


def listed(pg_bin: Path, path: Path) -> str:
    command: list[str | Path] = [pg_bin / "pg_restore", "--list", "--verbose", path]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def as_listed(archive: Archive) -> list[str]:
    """The entries as pg_restore words them, without the OIDs."""
    lines = []
    for entry in archive.entries:
        words = f"{entry.kind} {entry.namespace or '-'} {entry.tag} {entry.owner}"
        lines.append(f"{entry.id}; {words}".replace("\n", " "))
        if entry.dependencies:
            lines.append(f";\tdepends on: {' '.join(map(str, entry.dependencies))}")
    return lines


def entries_of(listing: str) -> list[str]:
    found = re.findall(r"^(?:\d+; .*|;\tdepends on: .*)$", listing, re.MULTILINE)
    return [re.sub(r"^(\d+;) \d+ \d+", r"\1", line) for line in found]


@pytest.mark.parametrize("form", FORMATS)
def test_entries_are_those_that_pg_restore_lists(dump: Dump, pg_bin: Path, form: str) -> None:
    path = dump(form)
    archive = read(path)
    assert as_listed(archive) == entries_of(listed(pg_bin, path))
    assert len(archive.entries) > 15


@pytest.mark.parametrize("form", FORMATS)
def test_header_is_what_pg_restore_shows(dump: Dump, pg_bin: Path, form: str) -> None:
    path = dump(form)
    archive = read(path)
    listing = listed(pg_bin, path)
    assert archive.format == form
    for line in (
        f"Archive created at {archive.created_at:%Y-%m-%d %H:%M:%S %Z}",
        f"dbname: {archive.database}",
        "Dump Version: {}.{}-{}".format(*archive.version),
        f"Compression: {archive.compression}",
        f"Dumped from database version: {archive.server_version}",
        f"Dumped by pg_dump version: {archive.dump_version}",
    ):
        assert f"{line}\n" in listing


@pytest.mark.parametrize("form", FORMATS)
def test_definitions_are_what_pg_restore_would_run(dump: Dump, pg_bin: Path, form: str) -> None:
    path = dump(form)
    command: list[str | Path] = [pg_bin / "pg_restore", "--clean", "-f", "-", path]
    script = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    entries = {(entry.kind, entry.tag.split()[0]): entry for entry in read(path).entries}
    policy, table = entries["POLICY", "parent"], entries["TABLE", "parent"]
    data, comment = entries["TABLE DATA", "parent"], entries["COMMENT", "VIEW"]
    for text in (policy.definition, table.definition, table.drop, data.copy, comment.definition):
        assert text
        assert text in script
    sections = [entry.section for entry in (table, data, policy, comment)]
    assert sections == ["pre-data", "data", "post-data", "none"]


def test_offset_in_a_custom_archive_is_where_the_data_block_begins(dump: Dump) -> None:
    path = dump("custom")
    content = path.read_bytes()
    tables = [entry for entry in read(path).entries if entry.kind == "TABLE DATA"]
    assert len(tables) == 2
    for entry in tables:
        assert entry.had_data
        assert entry.offset is not None
        assert content[entry.offset :].startswith(b"\1\0" + entry.id.to_bytes(4, "little"))


def test_file_names_are_the_members_that_hold_the_data(dump: Dump) -> None:
    with tarfile.open(tarred := dump("tar")) as archive:
        members = set(archive.getnames())
    named = [entry.file_name for entry in read(tarred).entries if entry.had_data]
    assert len(members.intersection(named)) == 2
    assert named.count(None) == 1
    folder = dump("directory")
    files = {path.name.removesuffix(".gz") for path in folder.iterdir()}
    named = [entry.file_name for entry in read(folder).entries if entry.had_data]
    assert len(files.intersection(named)) == 3


def test_a_pipe_is_read_forward_and_records_no_offsets(filled: str, pg_bin: Path) -> None:
    command: list[str | Path] = [pg_bin / "pg_dump", "-Fc", "-d", filled]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as process:
        archive = read_archive(cast(BinaryIO, process.stdout))
        cast(BinaryIO, process.stdout).read()
    assert [entry.offset for entry in archive.entries if entry.had_data] == [None] * 3
