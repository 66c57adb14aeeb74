"""The user's own pg_dump, run in our snapshot: what its command says, and how it is run and ended."""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from reference.reference import ReferenceError

_TAKES_VALUE = "dEeFfhjLnNpSStTUZ"
_PARTIAL_SHORT = "nNtTeasxLO"
_PARTIAL_LONG = (
    "schema",
    "exclude-",
    "table",
    "extension",
    "filter",
    "section",
    "data-only",
    "no-data",
    "no-schema",
    "no-owner",
    "no-privileges",
    "no-acl",
    "no-comments",
    "no-large-objects",
    "no-blobs",
    "no-policies",
    "no-publications",
    "no-subscriptions",
    "no-security-labels",
    "no-unlogged-table-data",
    "no-table-access-method",
    "no-tablespaces",
    "enable-row-security",
)
_CONNECTING = ("h", "host", "p", "port", "U", "username", "d", "dbname")
_END_SECONDS = 10


def in_snapshot(command: Sequence[str], snapshot: str) -> list[str]:
    """The command with the snapshot it is to read."""
    return [command[0], f"--snapshot={snapshot}", *command[1:]]


def check_command(command: Sequence[str]) -> None:
    """Raises ReferenceError where this is no pg_dump of which a reference could be exact."""
    program = Path(command[0]).name.removesuffix(".exe")
    if program == "pg_dumpall":
        raise ReferenceError(
            "pg_dumpall reads each database in a snapshot of its own: give a pg_dump of one database"
        )
    if program != "pg_dump":
        raise ReferenceError(f"after -- comes the pg_dump to run, found {program}")
    # Whatever begins so is --snapshot too: pg_dump takes an option by its first letters.
    if any(name.startswith("sn") for name, _ in options_of(command) if len(name) > 1):
        raise ReferenceError("the pg_dump command names a --snapshot: leave it out, ours is put in")


def output_of(command: Sequence[str]) -> Path | None:
    """Where the dump is written; None for standard output."""
    named = [value for name, value in options_of(command) if name in ("f", "file") and value]
    return Path(named[-1]) if named else None


def partial_options(command: Sequence[str]) -> list[str]:
    """The options by which the dump leaves out something that the source holds, as they were written."""
    found = []
    for name, value in options_of(command):
        if len(name) == 1 and name in _PARTIAL_SHORT:
            found.append(f"-{name} {value}".rstrip())
        elif len(name) > 1 and name.startswith(_PARTIAL_LONG):
            found.append(f"--{name}={value}".rstrip("="))
    return found


def options_of(command: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each option's name without its dashes, and its value, "" where there is none."""
    words = iter(command[1:])
    for word in words:
        if word == "--":
            return
        if word.startswith("--"):
            name, _, value = word[2:].partition("=")
            yield name, value or (next(words, "") if name == "file" and "=" not in word else "")
        elif word.startswith("-") and len(word) > 1:
            yield from _short(word[1:], words)


def _short(letters: str, words: Iterator[str]) -> Iterator[tuple[str, str]]:
    for place, letter in enumerate(letters):
        if letter in _TAKES_VALUE:
            yield letter, letters[place + 1 :] or next(words, "")
            return
        yield letter, ""


def environment_for(command: Sequence[str], dsn: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Lets pg_dump reach the source without a DSN in its command, which every process list shows.

    A command that says itself where to connect is given nothing: the password is for the source alone.
    """
    if _says_where(command):
        return dict(environment)
    variables = {d.keyword.decode(): d.envvar.decode() for d in Conninfo.get_defaults() if d.envvar}
    parts = conninfo_to_dict(dsn).items()
    return {**environment, **{variables[name]: str(value) for name, value in parts if name in variables}}


def _says_where(command: Sequence[str]) -> bool:
    options = any(name in _CONNECTING for name, _ in options_of(command))
    words = (word for word in command[1:] if not word.startswith("-"))
    return options or any("=" in word or "://" in word for word in words)


@contextlib.contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Starts it with our own standard streams; whatever ends the context ends it too.

    Raises ReferenceError where it cannot be started.
    """
    started: list[subprocess.Popen[bytes]] = []
    # Not in this thread: a signal's exception would lose a program that has just been started.
    starter = ThreadPoolExecutor(1)
    try:
        begun = starter.submit(lambda: started.append(subprocess.Popen(command, env=environment)))
        if isinstance(problem := begun.exception(), OSError):
            raise ReferenceError(f"{command[0]} cannot be run: {problem.strerror}")
        yield started[0]
    finally:
        starter.shutdown()
        for process in started:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
