"""The command that applies the migrations: python -m migrations."""

import os
import sys
from collections.abc import Mapping, Sequence

import psycopg

from migrations import apply, migration_files
from reporting.log_database import MALFORMED, MalformedDsn, place, why

_VARIABLES = ("VERIFICATION_LOG_URL", "DATABASE_URL")
_SENTENCES = {
    "42501": "no right to create the log in {place} ({said}): connect as the role that may create "
    "tables in the schema public and owns the log if it is there (on Supabase: postgres)",
}
_HELP = """usage: python -m migrations [DSN]

Creates the table of the log, or brings it up to date; harmless when that is done already.
Without DSN: that of VERIFICATION_LOG_URL, else of DATABASE_URL (which no process list shows).
Exit code: 0 applied, 1 failed, 2 usage."""
_NEXT = """next: pytest checks/ --backup LOCATION, with this database as --log-database-url or
VERIFICATION_LOG_URL; then select * from public.get_latest_backup_verification();"""


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Applies what is there and prints a line for each file; returns the exit code."""
    if list(arguments) in (["-h"], ["--help"]):
        print(_HELP)
        return 0
    dsn = _dsn(arguments, environment)
    if not dsn:
        return _fail("usage: python -m migrations DSN (or set VERIFICATION_LOG_URL)", 2)
    return _apply_all(dsn)


def _dsn(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    if not arguments:
        return next((environment[name] for name in _VARIABLES if environment.get(name)), None)
    return arguments[0] if len(arguments) == 1 and not arguments[0].startswith("-") else None


def _apply_all(dsn: str) -> int:
    for file in migration_files():
        try:
            apply(dsn, file)
        except MalformedDsn:
            return _fail(MALFORMED, 2)
        except (psycopg.Error, TimeoutError) as error:
            return _fail(f"{file.name} was not applied: {why(error, dsn, _SENTENCES)}", 1)
        print(f"applied {file.name} to {place(dsn)}")
    print(_NEXT)
    return 0


def _fail(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
