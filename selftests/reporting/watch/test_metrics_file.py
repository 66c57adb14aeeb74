"""The file of metrics: whole at any moment, readable by all, and never without a success that was."""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from reporting.delivered import Delivered
from reporting.redaction import Redactor
from reporting.verification import Verification
from reporting.watch.metrics import LAST_SUCCESS
from reporting.watch.metrics_file import deliver_metrics_file
from selftests.promtool import promtool

Verified = Callable[..., Verification]

LATER = datetime(2026, 1, 29, 5, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.prom"


@pytest.fixture
def deliver(file: Path, redactor: Redactor) -> Callable[[Verification], Delivered]:
    def deliver(verification: Verification) -> Delivered:
        result = Delivered()
        deliver_metrics_file(verification, file, redactor, result)
        return result

    return deliver


Deliver = Callable[[Verification], Delivered]


def successes(file: Path) -> dict[str, float]:
    families = {
        family.name: family for family in text_string_to_metric_families(file.read_text(encoding="utf-8"))
    }
    return {sample.labels["target"]: sample.value for sample in families[LAST_SUCCESS].samples}


def test_the_file_is_what_prometheus_takes(deliver: Deliver, verified: Verified, file: Path) -> None:
    assert deliver(verified()).complete
    deliver(verified("other"))
    done = subprocess.run(
        [promtool(), "check", "metrics"], input=file.read_bytes(), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_it_says_where_it_wrote(deliver: Deliver, verified: Verified, file: Path) -> None:
    assert deliver(verified()).lines == [f"metrics: written to {file}"]


def test_a_name_that_node_exporter_passes_over_is_said(
    verified: Verified, tmp_path: Path, redactor: Redactor
) -> None:
    result = Delivered()
    deliver_metrics_file(verified(), tmp_path / "metrics.txt", redactor, result)
    assert result.complete
    assert result.lines[0].endswith("node_exporter reads files that end in .prom alone")


def test_everybody_may_read_it_whatever_the_umask(deliver: Deliver, verified: Verified, file: Path) -> None:
    before = os.umask(0o077)
    try:
        deliver(verified())
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_later_failure_erases_no_success(
    deliver: Deliver, verified: Verified, failed: Verified, file: Path
) -> None:
    success = verified()
    deliver(success)
    deliver(failed(verified_at=LATER))
    deliver(failed(verified_at=LATER))
    assert successes(file) == {"nightly": success.verified_at.timestamp()}
    deliver(verified(verified_at=LATER))
    assert successes(file) == {"nightly": LATER.timestamp()}


def test_targets_stand_side_by_side(
    deliver: Deliver, verified: Verified, failed: Verified, file: Path
) -> None:
    deliver(verified("a"))
    deliver(verified("b", verified_at=LATER))
    before = [line for line in file.read_text().splitlines() if 'target="b"' in line]
    deliver(failed("a", verified_at=LATER))
    assert successes(file) == {"a": verified().verified_at.timestamp(), "b": LATER.timestamp()}
    assert [line for line in file.read_text().splitlines() if 'target="b"' in line] == before


def test_targets_that_end_at_once_lose_nothing(deliver: Deliver, verified: Verified, file: Path) -> None:
    names = [f"target-{number}" for number in range(12)]
    threads = [threading.Thread(target=deliver, args=(verified(name),)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert successes(file).keys() == set(names)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"# TYPE x gauge\nx{",
        b"backup_verification_status{a=\n",
        b'x{a="b} 1\n',
        b"x y z\n",
        b"{{{{",
    ],
)
def test_a_file_that_is_none_is_replaced_and_that_is_said(
    deliver: Deliver, verified: Verified, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    result = deliver(verified())
    assert result.complete
    assert (
        result.lines[0]
        == f"metrics: {file} held what is no metrics and was begun anew, without earlier successes"
    )
    assert successes(file).keys() == {"nightly"}


def test_a_file_that_is_far_too_large_is_not_read(deliver: Deliver, verified: Verified, file: Path) -> None:
    file.touch()
    os.truncate(file, (64 << 20) + 1)
    assert "held far too much and was begun anew" in deliver(verified()).lines[0]
    assert file.stat().st_size < 1 << 20


def test_an_empty_file_is_a_beginning(deliver: Deliver, verified: Verified, file: Path) -> None:
    file.touch()
    assert deliver(verified()).lines == [f"metrics: written to {file}"]


def test_a_folder_that_is_not_there_is_said(verified: Verified, tmp_path: Path, redactor: Redactor) -> None:
    result, file = Delivered(), tmp_path / "none" / "backup.prom"
    deliver_metrics_file(verified(), file, redactor, result)
    assert not result.complete
    assert result.lines == [f"metrics: {file} was not written: No such file or directory"]


def test_a_folder_is_no_file(deliver: Deliver, verified: Verified, file: Path) -> None:
    file.mkdir()
    assert deliver(verified()).lines == [f"metrics: {file} was not written: it is a folder"]


def test_a_device_is_left_alone(verified: Verified, redactor: Redactor, tmp_path: Path) -> None:
    # Of /dev/null itself root would be rid, and the machine with it, should this fail.
    device, result = tmp_path / "device", Delivered()
    os.mkfifo(device)
    deliver_metrics_file(verified(), device, redactor, result)
    assert device.is_fifo()
    assert not result.complete


def test_a_link_is_followed(verified: Verified, tmp_path: Path, redactor: Redactor, file: Path) -> None:
    link = tmp_path / "link.prom"
    link.symlink_to(file)
    deliver_metrics_file(verified(), link, redactor, Delivered())
    assert link.is_symlink()
    assert successes(file).keys() == {"nightly"}


def test_a_lock_that_is_never_let_go_is_said(
    deliver: Deliver, verified: Verified, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.watch.metrics_file._LOCK_SECONDS", 0.1)
    folder = os.open(file.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        result = deliver(verified())
    finally:
        os.close(folder)
    assert result.lines == [
        f"metrics: {file} was not written: another process holds the lock of its folder"
    ]
    assert not file.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_leaves_the_file_that_is_there(
    deliver: Deliver, verified: Verified, file: Path
) -> None:
    deliver(verified())
    before = file.read_bytes()
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
        "from pathlib import Path; from reporting.watch.metrics_file import _replace;"
        "_replace(Path(sys.argv[1]), b'x' * 10000)"
    )
    done = subprocess.run([sys.executable, "-c", script, file], capture_output=True, text=True, check=False)
    assert "File too large" in done.stderr
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
