"""The operating system account that programs run as: never root, and always one that initdb accepts."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from restoring.confinement import Confinement
from restoring.errors import CannotVerify

_ACCOUNTS_FOR_ROOT = ("postgres", "nobody")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


@dataclass(frozen=True)
class Account:
    """Who runs the programs; `uid` is None where that is the present user.

    `prefix` stands before what is run to its end, for a user whom initdb would not know by name; the
    server itself needs no name.
    """

    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()

    def own(self, path: Path) -> None:
        """Hands a file or folder over to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def start(
        self,
        command: Sequence[str | Path],
        *,
        confinement: Confinement | None = None,
        death_signal: int = signal.SIGKILL,
        environment: dict[str, str] | None = None,
        **options: Any,
    ) -> "subprocess.Popen[bytes]":
        """Starts a program that has nothing of our environment and ends when we do (on Linux)."""
        prepare = (confinement or Confinement()).preparation(death_signal)
        process = subprocess.Popen(
            [str(part) for part in command],
            user=self.uid,
            group=self.gid,
            extra_groups=[] if self.uid is not None else None,
            env=_ENVIRONMENT | (environment or {}),
            cwd="/",
            preexec_fn=prepare,  # noqa: PLW1509 # what confines it has no other place to be set
            **{"stdin": subprocess.DEVNULL, **options},
        )
        return cast("subprocess.Popen[bytes]", process)

    def run(self, command: Sequence[str | Path], seconds: float) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end; raises CannotVerify when that takes longer than `seconds`."""
        process = self.start([*self.prefix, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            name = Path(str(command[0])).name
            raise CannotVerify(f"{name} did not finish within {seconds:.0f} s") from None
        texts = (out.decode(errors="replace"), err.decode(errors="replace"))
        return subprocess.CompletedProcess(list(command), process.returncode, *texts)


def server_account() -> Account:
    """The account for this run: an unprivileged one for root, ourselves for anybody else."""
    if os.geteuid() == 0:
        return _account_for_root()
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return _account_without_entry()
    return Account()


def _account_for_root() -> Account:
    for name in _ACCOUNTS_FOR_ROOT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise CannotVerify(
        "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor a user "
        "nobody: add one, or run as an ordinary user"
    )


def _account_without_entry() -> Account:
    unshare = shutil.which("unshare")
    prefix = (unshare or "", "--user", "--map-user=65534", "--map-group=65534")
    if unshare and _succeeds([*prefix, "true"]):
        return Account(prefix=prefix)
    raise CannotVerify(
        f"user {os.geteuid()} has no entry in /etc/passwd, which initdb needs: add one, or run as a "
        "user that has one"
    )


def _succeeds(command: Sequence[str]) -> bool:
    done = subprocess.run(command, capture_output=True, timeout=10, check=False)
    return done.returncode == 0
