"""The command line of python -m reference: ours, and behind -- a pg_dump command."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from expectations import read_expectations

_EXIT_CODES = """Exit code: 0 taken, 1 the source or pg_dump refused, 2 usage, 10 the source is unreachable.
Nothing is written unless all went well."""


def split(arguments: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    place = list(arguments).index("--") if "--" in arguments else len(arguments)
    return list(arguments[:place]), tuple(arguments[place + 1 :])


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reference",
        usage="%(prog)s --database-url DSN [--output FILE] [option …] [-- pg_dump …]",
        description="Takes a reference: what a database looks like now, for its backup to be compared "
        "with. With a pg_dump command behind --, both see the same moment.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--database-url",
        metavar="DSN",
        help="the source; better in DATABASE_URL, which no process list shows",
    )
    add("--output", metavar="FILE", type=Path, help="default: the dump's own name and .reference.json")
    add(
        "--jobs",
        metavar="N",
        type=_number,
        default=min(4, os.cpu_count() or 1),
        help="readers at most (%(default)s)",
    )
    add("--time-limit", metavar="MINUTES", type=_number, default=240, help="for everything (%(default)s)")
    add(
        "--skip-contents",
        metavar="TABLE",
        action="append",
        default=[],
        help="schema.table, or a pattern of it",
    )
    add("--expectations", metavar="FILE", type=Path, help="take the newest values of the columns it names")
    add("--newest", metavar="COLUMN", action="append", type=_column, default=[], help="schema.table.column")
    add("--sign-key", metavar="FILE", type=Path, help="sign with this private key")
    add(
        "--propose",
        metavar="DSN",
        nargs="?",
        const="",
        help="print first expectations for a database, and do nothing else",
    )
    add(
        "--make-key", metavar="FILE", type=Path, help="make a private key and FILE.pub, and do nothing else"
    )
    return parser


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number, 1 or more, found {text!r}")
    return int(text)


def _column(text: str) -> tuple[str, str, str]:
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise argparse.ArgumentTypeError(f"expected schema.table.column, found {text!r}")
    return parts[0], parts[1], parts[2]


def newest_of(file: Path | None) -> tuple[tuple[str, str, str], ...]:
    """The columns whose newest values the expectations ask for; raises ExpectationsError."""
    tables = read_expectations(file).tables if file else ()
    return tuple((t.schema, t.name, t.newest_column) for t in tables if t.newest_column)
