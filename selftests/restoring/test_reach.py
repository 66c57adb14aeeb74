"""The account that runs pg_restore gets at an archive, and nothing of the original is changed for it."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from restoring.account import server_account
from restoring.confinement import Confinement
from restoring.content import Content
from restoring.programs import Programs
from restoring.reach import readable_source
from restoring.server import Server
from restoring.workplace import open_workplace

DATA = b"PGDMP and more"


@pytest.fixture
def idle(programs: Programs) -> Iterator[Server]:
    """A server that is not started: its folder and its account are what is asked for."""
    workplace = open_workplace()
    yield Server(programs, workplace, server_account(), Confinement(), "admin", "no password")
    workplace.close()


def test_a_file_that_all_may_read_is_taken_as_it_is(idle: Server, short_tmp: Path) -> None:
    path = short_tmp / "backup"
    path.write_bytes(DATA)
    path.chmod(0o644)
    with readable_source(Content("custom", None, (path,)), idle) as source:
        assert source == path


def test_a_compressed_file_is_streamed(idle: Server, tmp_path: Path) -> None:
    path = tmp_path / "backup.gz"
    path.write_bytes(gzip.compress(DATA))
    with readable_source(Content("custom", "gzip", (path,)), idle) as source:
        assert not isinstance(source, Path)
        assert source.read(100) == DATA
    assert list(idle.workplace.path.glob("backup*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can read what the account cannot")
@pytest.mark.parametrize("folder", [False, True], ids=["file", "folder"])
def test_what_only_we_may_read_is_copied(idle: Server, short_tmp: Path, folder: bool) -> None:
    original = short_tmp / "backup"
    file = original / "toc.dat" if folder else original
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(DATA)
    file.chmod(0o600)
    with readable_source(Content("directory" if folder else "custom", None, (original,)), idle) as source:
        assert isinstance(source, Path)
        assert source != original
        copied = source / "toc.dat" if folder else source
        assert idle.account.run(["/bin/cat", copied], seconds=10).stdout == DATA.decode()
        assert source.stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_uid == 0
