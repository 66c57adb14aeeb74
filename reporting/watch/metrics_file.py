"""The metrics in a file, for the textfile collector of node_exporter: whole at any moment.

One file serves many targets: what it says of others stays, and so does a target's last success when
a later run fails.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from reporting.delivered import Delivered
from reporting.redaction import Redactor
from reporting.verification import Verification
from reporting.watch.metrics import exposition, families, target_of, with_earlier

_LOCK_SECONDS = 10.0
_LARGEST = 64 << 20
_READABLE_BY_ALL = 0o644


def deliver_metrics_file(
    verification: Verification, file: Path, redactor: Redactor, result: Delivered
) -> None:
    """Writes the metrics; a file that cannot be understood is replaced, and that is said."""
    try:
        lost = _write(verification, file)
    except (OSError, TimeoutError) as error:
        reason = redactor.text(getattr(error, "strerror", None) or str(error))
        result.missed(f"metrics: {file} was not written: {reason}")
        return
    if lost:
        result.lines.append(f"metrics: {file} held {lost} and was begun anew, without earlier successes")
    hint = "" if file.suffix == ".prom" else "; node_exporter reads files that end in .prom alone"
    result.lines.append(f"metrics: written to {file}{hint}")


def _write(verification: Verification, file: Path) -> str | None:
    """What was wrong with the file that was there, None where nothing was."""
    document, file = verification.as_dict(), file.resolve()
    if file.exists() and not file.is_file():
        raise OSError(f"it is a {'folder' if file.is_dir() else 'device'}")
    with _alone(file.parent):
        earlier, lost = _earlier(file)
        metrics = with_earlier(families(document), earlier, target_of(document))
        _replace(file, exposition(metrics))
    return lost


def _earlier(file: Path) -> tuple[list[Metric], str | None]:
    """What the file says so far, and what was wrong with it."""
    try:
        if file.stat().st_size > _LARGEST:
            return [], "far too much"
        return list(text_string_to_metric_families(file.read_bytes().decode("utf-8"))), None
    except FileNotFoundError:
        return [], None
    except PermissionError:
        return [], "what this account cannot read"
    except OSError:
        raise
    except Exception:  # the parser raises whatever its first wrong step raises
        return [], "what is no metrics"


def _replace(file: Path, text: bytes) -> None:
    """Puts the text in the file's place at once; node_exporter passes over names that end otherwise."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text)
            stream.flush()
            os.fchmod(descriptor, _READABLE_BY_ALL)
            os.fsync(descriptor)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps runs of other targets out of a folder between reading and writing; no file is left of it."""
    until = time.monotonic() + _LOCK_SECONDS
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TimeoutError("another process holds the lock of its folder") from None
                time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)
