"""How far a backup has been read is asked of the system, whatever reads it."""

import gzip
import io
import subprocess
import sys
from pathlib import Path

import pytest

from restoring.compression import open_stream
from restoring.tally import Tally, read_by

CONTENT = bytes(range(256)) * 40_960
READS = """
import sys
file = open(sys.argv[1], "rb", buffering=0)
while file.read(1 << 16):
    pass
print("read", flush=True)
sys.stdin.read()
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process has read")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_followed_from_where_earlier_ones_end(file: Path) -> None:
    tally = Tally()
    with open_stream(file) as stream:
        tally.follow(stream, before=1000)
        assert tally.read() == 1000 + (1 << 20)  # the block that told whether it is compressed
        while stream.read(1 << 20):
            pass
        assert tally.read() == 1000 + len(CONTENT)
    assert tally.read() == 1000 + len(CONTENT)
    tally.close()
    assert tally.read() is None


def test_of_a_compressed_file_the_compressed_bytes_count(file: Path) -> None:
    zipped = file.with_suffix(".gz")
    zipped.write_bytes(gzip.compress(CONTENT, 1))
    tally = Tally()
    with open_stream(zipped) as stream:
        tally.follow(stream)
        while stream.read(1 << 20):
            pass
    assert tally.read() == zipped.stat().st_size < len(CONTENT)
    tally.close()


def test_files_are_let_go_of(file: Path) -> None:
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir())) if descriptors.exists() else 0
    tally = Tally()
    for _ in range(3):
        with open_stream(file) as stream:
            tally.follow(stream)
    tally.close()
    tally.close()
    assert not before or len(list(descriptors.iterdir())) == before


def test_what_is_no_file_is_not_followed() -> None:
    tally = Tally()
    tally.follow(io.BytesIO(b"text"))
    assert tally.read() is None


@linux
def test_a_process_and_its_children_are_followed(file: Path) -> None:
    """A shell stands for pg_restore, whose workers read for it."""
    command = [sys.executable, "-c", READS, str(file)]
    with subprocess.Popen(
        ["/bin/sh", "-c", '"$@" & wait', "sh", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as shell:
        assert shell.stdout is not None
        assert shell.stdin is not None
        shell.stdout.readline()
        tally = Tally()
        tally.follow_process(shell.pid)
        read = tally.read()
        shell.stdin.close()
    assert read is not None
    assert len(CONTENT) <= read < 2 * len(CONTENT)
    assert tally.read() is None


def test_a_process_that_is_not_there_is_not_known() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert read_by(ended.pid) is None
