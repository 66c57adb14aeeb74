"""The command that takes references: python -m reference."""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

import psycopg
from psycopg.conninfo import conninfo_to_dict

from expectations import ExpectationsError
from reference.arguments import command_line, newest_of, split
from reference.dumping import output_of
from reference.finding import beside
from reference.pinned import why
from reference.propose import propose
from reference.reference import Reference, ReferenceError, document, write_document
from reference.signature import make_key, sign
from reference.snapshot import Unreachable
from reference.taking import Wanted, take


class _Stopped(BaseException):
    """A signal asked us to end."""


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Takes a reference, or makes a key; returns the exit code."""
    ours, dump = split(arguments)
    parser = command_line()
    options = parser.parse_args(ours)
    if options.make_key is not None:
        return _make_key(options.make_key)
    if options.propose is not None:
        return _propose(_dsn(parser, options.propose or options.database_url, environment))
    wanted = _wanted(parser, options, dump, environment)
    output = options.output or _beside_dump(dump)
    if output is None:
        parser.error("--output FILE is needed: no -f or --file of pg_dump says where the backup is")
    return _take(wanted, output, options.sign_key)


def _wanted(
    parser: argparse.ArgumentParser,
    options: argparse.Namespace,
    dump: tuple[str, ...],
    environment: Mapping[str, str],
) -> Wanted:
    return Wanted(
        _dsn(parser, options.database_url, environment),
        dump,
        jobs=options.jobs,
        seconds=options.time_limit * 60,
        left_out=tuple(options.skip_contents),
        newest=(*options.newest, *_newest(parser, options.expectations)),
    )


def _newest(parser: argparse.ArgumentParser, expectations: Path | None) -> tuple[tuple[str, str, str], ...]:
    try:
        return newest_of(expectations)
    except ExpectationsError as error:
        parser.error(str(error))


def _dsn(parser: argparse.ArgumentParser, given: str | None, environment: Mapping[str, str]) -> str:
    """The source; what cannot be read is refused without being repeated."""
    dsn = given or environment.get("DATABASE_URL")
    if not dsn:
        parser.error("--database-url DSN (DATABASE_URL) is needed")
    try:
        conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        parser.error("the DSN cannot be read: expected postgresql://… or host=… dbname=…")
    return dsn


def _beside_dump(dump: Sequence[str]) -> Path | None:
    written = output_of(dump) if dump else None
    return None if written is None else beside(written)


def _make_key(path: Path) -> int:
    try:
        public = make_key(path)
    except OSError as error:
        return _fail(f"no key was made: {error.filename}: {error.strerror}", 1)
    _tell(f"keep {path} where references are taken, and {public} where backups are verified")
    return 0


def _propose(dsn: str) -> int:
    try:
        print(propose(dsn), end="")
    except psycopg.OperationalError as error:
        return _fail(f"the database cannot be reached: {why(error)}", 10)
    except (psycopg.Error, ValueError) as error:
        words = why(error) if isinstance(error, psycopg.Error) else str(error)
        return _fail(f"nothing can be proposed: {words}", 1)
    return 0


def _take(wanted: Wanted, output: Path, key: Path | None) -> int:
    signal.signal(signal.SIGTERM, _stop)
    try:
        reference = take(wanted, _tell)
        made = document(reference)
        write_document(sign(made, key) if key else made, output)
    except Unreachable as error:
        return _fail(str(error), 10)
    except ReferenceError as error:
        return _fail(str(error), 1)
    except psycopg.Error as error:
        return _fail(f"no reference could be taken: {why(error)}", 1)
    except OSError as error:
        return _fail(f"the reference was not written to {output}: {error.strerror}", 1)
    except (_Stopped, KeyboardInterrupt):
        return _fail("stopped: no reference was written", 1)
    _report(reference, output)
    return 0


def _report(reference: Reference, output: Path) -> None:
    rows = sum(table.rows for table in reference.tables.values())
    for skipped in reference.skipped:
        _tell(f"not looked at: {skipped.what} ({skipped.why})")
    _tell(
        f"{output}: {len(reference.definitions)} definitions, {len(reference.tables)} tables, "
        f"{rows} rows, {len(reference.sequences)} sequences"
    )


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


def _tell(line: str) -> None:
    """To standard error, for standard output may be where pg_dump writes."""
    print(line, file=sys.stderr, flush=True)


def _fail(sentence: str, code: int) -> int:
    _tell(sentence)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
