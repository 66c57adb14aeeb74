"""What a confined process is kept from, tried by a real one."""

import subprocess
import sys
from pathlib import Path

import pytest

from restoring.account import Account
from restoring.confinement import Confinement, confine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock is a part of Linux")


@pytest.fixture
def python_bin(tmp_path: Path) -> Path:
    """A folder whose two programs are this Python, for that is what confinement allows to run."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("postgres", "pg_restore"):
        (folder / name).symlink_to(Path(sys.executable).resolve())
    return folder


def run(confinement: Confinement, python: Path, code: str) -> "subprocess.CompletedProcess[str]":
    process = Account().start(
        [python.resolve(), "-c", code],
        confinement=confinement,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = process.communicate(timeout=20)
    return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess; subprocess.run(['/bin/true'])",
        "import os; os.execv('/bin/sh', ['sh'])",
        "open('/tmp/outside', 'w')",
        "import os; os.mkdir('/tmp/outside')",
        "import socket; socket.create_connection(('127.0.0.1', 1))",
        "import socket; socket.socket().bind(('127.0.0.1', 0))",
    ],
)
def test_programs_files_and_tcp_are_out_of_reach(python_bin: Path, tmp_path: Path, code: str) -> None:
    confinement = confine(python_bin, tmp_path)
    assert confinement.layers == ("programs", "files", "network"), "this kernel knows less of Landlock"
    assert "PermissionError" in run(confinement, python_bin / "postgres", code).stderr
    confinement.close()


def test_its_own_folder_can_be_written(python_bin: Path, tmp_path: Path) -> None:
    confinement = confine(python_bin, tmp_path)
    code = f"import os; os.mkdir({str(tmp_path / 'inside')!r}); open('/dev/null', 'w').write('x')"
    assert run(confinement, python_bin / "postgres", code).returncode == 0
    confinement.close()


def test_without_a_ruleset_nothing_changes(python_bin: Path) -> None:
    assert run(Confinement(), python_bin / "postgres", "print(1)").stdout == "1\n"
