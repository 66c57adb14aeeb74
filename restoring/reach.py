"""How the unprivileged account gets at an archive that only we may read, or that is compressed."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from restoring.compression import open_stream
from restoring.content import Content
from restoring.server import Server


@contextlib.contextmanager
def readable_source(content: Content, server: Server) -> Iterator[Path | BinaryIO]:
    """The archive itself, a copy that the account may read, or a stream where it is compressed."""
    path = content.files[0].absolute()
    if content.compression is not None:
        with open_stream(path) as stream:
            yield stream
    elif _readable(path, server):
        yield path
    else:
        yield _copy(path, server)


def _readable(path: Path, server: Server) -> bool:
    if server.account.uid is None:
        return True
    probes = list(path.glob("*.dat*"))[:2] if path.is_dir() else [path]
    asked = (server.account.run(["/usr/bin/env", "test", "-r", probe], 10) for probe in probes)
    return all(answer.returncode == 0 for answer in asked)


def _copy(path: Path, server: Server) -> Path:
    target = server.workplace.path / "backup"
    if path.is_dir():
        shutil.copytree(path, target)
        for file in target.iterdir():
            server.account.own(file)
    elif _linked(path, target) and _readable(target, server):
        return target
    else:
        target.unlink(missing_ok=True)
        shutil.copyfile(path, target)
    target.chmod(0o700)
    server.account.own(target)
    return target


def _linked(path: Path, target: Path) -> bool:
    """A link is enough where only the folder is closed, and the file itself is open to all."""
    try:
        os.link(path.resolve(), target)
    except OSError:
        return False
    return True
