"""Which checks a run looks at: what was asked for, what was left out, and files that hold no check."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import settings

CHECKS = settings.HOME / "checks"
RESTORED = CHECKS / "restored"
CONFIGURATION = settings.HOME / "pyproject.toml"

_LOOKING = (
    "collectonly",
    "help",
    "version",
    "markers",
    "showfixtures",
    "show_fixtures_per_test",
    "cacheshow",
)
_WITHOUT_CALLS = ("setuponly", "setupplan")


def is_check(path: Path) -> bool:
    return path == CHECKS or CHECKS in path.parents


def concerns_checks(config: pytest.Config) -> bool:
    """Whether what pytest is going to collect holds checks."""
    return names_checks(config.args, config)


def names_checks(arguments: Iterable[str], config: pytest.Config) -> bool:
    """Whether any of these command line arguments is a check, or is above them."""
    paths = [_path_of(argument, config) for argument in arguments]
    return any(is_check(path) or path in CHECKS.parents for path in paths)


def only_looks(config: pytest.Config) -> bool:
    return _any_of(_LOOKING, config)


def asks_for_a_part(config: pytest.Config) -> bool:
    """Whether less than every check was named, or no check is to be called."""
    whole = [_path_of(argument, config) for argument in config.args if "::" not in argument]
    named = any(path == CHECKS or path in CHECKS.parents for path in whole)
    return not named or _any_of(_WITHOUT_CALLS, config)


def refuse_other_configuration(config: pytest.Config) -> None:
    """Raises UsageError where pytest reads another project's configuration instead of ours.

    It seeks one above every path of the command line, even above those that follow options, and takes
    such a folder's conftest.py for one of its own: a backup's folder is not to be trusted with that.
    """
    if config.inipath is None or config.inipath.resolve() != CONFIGURATION.resolve():
        raise pytest.UsageError(
            f"pytest was led to {config.inipath or 'no configuration'} instead of {CONFIGURATION}: "
            f"name checks/ first, join options and paths by = as in --backup=FOLDER, "
            f"or add -c {CONFIGURATION}"
        )


@dataclass
class Selection:
    """What one process collects of the checks; node ids are relative to `root`.

    At the end of the collection `left_out` tells that a check will not run, since somebody chose so,
    and `empty` the files that hold no check, with the reason.
    """

    root: Path
    only_failed: bool = False
    left_out: bool = False
    empty: dict[str, str] = field(default_factory=dict)
    _files: dict[str, str] = field(default_factory=dict)
    _found: set[str] = field(default_factory=set)
    _absent: set[str] = field(default_factory=set)
    _without_restored: bool = False

    def holds(self, nodeid: str) -> bool:
        """Whether a node is a check, or a file of checks."""
        return is_check(self.root / nodeid.split("::", 1)[0])

    def take_file(self, report: pytest.CollectReport) -> None:
        """Adds what was collected; a file that --last-failed passed over counts as left out."""
        passed_over = self.only_failed and report.passed and not report.result
        if report.nodeid.endswith(".py") and self.holds(report.nodeid) and not passed_over:
            self._files[report.nodeid] = _why_empty(report)

    def take_check(self, nodeid: str) -> None:
        if self.holds(nodeid):
            self._found.add(nodeid)

    def pass_over_restored(self) -> None:
        """The checks of restored backups are not there for a live database, and not left out."""
        self._without_restored = True

    def take_absent(self, nodeid: str) -> None:
        """A check that has nothing to look at in this run: nobody left it out."""
        self._absent.add(nodeid)

    def close(self, kept: Iterable[str]) -> None:
        """Compares what was found with what is kept, and with the files that are there."""
        filled = {nodeid.split("::", 1)[0] for nodeid in self._found}
        self.empty = {file: why for file, why in self._files.items() if file not in filled}
        unseen = _files_of_checks() - {self.root / file for file in self._files}
        if self._without_restored:
            unseen = {file for file in unseen if RESTORED not in file.parents}
        self.left_out = bool(unseen or self._found - self._absent - set(kept))


def _files_of_checks() -> set[Path]:
    """The files of checks by pytest's own patterns, without those in hidden folders."""
    files = {file for pattern in ("test_*.py", "*_test.py") for file in CHECKS.rglob(pattern)}
    return {
        file for file in files if not any(part.startswith(".") for part in file.relative_to(CHECKS).parts)
    }


def _why_empty(report: pytest.CollectReport) -> str:
    if report.failed:
        return "the file could not be collected"
    if report.skipped and isinstance(report.longrepr, tuple):
        return f"the whole file was skipped: {report.longrepr[2].removeprefix('Skipped: ')}"
    return "no check was found in the file"


def _path_of(argument: str, config: pytest.Config) -> Path:
    path = config.invocation_params.dir / argument.split("::", 1)[0]
    return Path(os.path.abspath(path))  # noqa: PTH100 # resolve() would follow links


def _any_of(options: Iterable[str], config: pytest.Config) -> bool:
    return any(getattr(config.option, name, False) for name in options)
