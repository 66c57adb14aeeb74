"""What a child process that handles untrusted data is kept from, as far as this kernel can.

Landlock (Linux 5.13 and later; TCP from 6.7) needs no privilege. Its syscall numbers are the same on
every architecture: https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_QUERY_VERSION = 1
_RULE_PATH_BENEATH = 1
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38

_EXECUTE = 1 << 0
_WRITES_BY_ABI = {1: 0b1111111110010, 2: 1 << 13, 3: 1 << 14}
_TCP_BIND_CONNECT = 0b11
_TCP_ABI = 4

_LOADER_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/nix/store")
_DEVICES = ("/dev/null", "/dev/shm")  # noqa: S108 # devices, no files of ours


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


@dataclass(frozen=True)
class Confinement:
    """A ruleset ready to be put on; `layers` names what it keeps away, for people."""

    ruleset: int | None = None
    layers: tuple[str, ...] = ()

    def preparation(self, death_signal: int) -> Callable[[], None]:
        """What the child runs between fork and exec; a dead parent takes the child with it."""
        if sys.platform != "linux":
            return lambda: None
        libc, ruleset = ctypes.CDLL(None, use_errno=True), self.ruleset

        def prepare() -> None:
            libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            if ruleset is not None and libc.syscall(_RESTRICT_SELF, ruleset, 0):
                os._exit(126)

        return prepare

    def close(self) -> None:
        if self.ruleset is not None:
            os.close(self.ruleset)


def confine(programs: Path, writable: Path) -> Confinement:
    """Allows PostgreSQL's two programs in a folder, writing below `writable`, and no TCP at all."""
    abi = _landlock_version()
    if abi < 1:
        return Confinement()
    writes = sum(bits for version, bits in _WRITES_BY_ABI.items() if version <= abi)
    attributes = _RulesetAttributes(_EXECUTE | writes, _TCP_BIND_CONNECT if abi >= _TCP_ABI else 0)
    size = 16 if abi >= _TCP_ABI else 8
    ruleset = _syscall(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    if ruleset < 0:
        return Confinement()
    needed = (programs / "postgres", programs / "pg_restore")
    _allow(ruleset, _EXECUTE, (*needed, *_LOADER_FOLDERS))
    _allow(ruleset, writes, (writable, *_DEVICES))
    network = ("network",) if abi >= _TCP_ABI else ()
    return Confinement(ruleset, ("programs", "files", *network))


def _landlock_version() -> int:
    if sys.platform != "linux":
        return 0
    return _syscall(_CREATE_RULESET, None, 0, _QUERY_VERSION)


def _allow(ruleset: int, rights: int, paths: Iterable[str | Path]) -> None:
    for path in paths:
        try:
            parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fitting = rights if Path(path).is_dir() else rights & (_EXECUTE | 1 << 1 | 1 << 14)
            rule = _PathBeneath(fitting, parent)
            _syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(parent)


def _syscall(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(number, *arguments))
