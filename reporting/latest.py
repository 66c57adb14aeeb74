"""The gate before a deployment: is the latest verification a success, and fresh? python -m reporting.latest

With --json, one object: `version` (1), `exit_code`, `state`, `line` (the one for people),
`max_age_seconds`, and `targets`, the worst first, each with `name`, `state`, `status`, `id`,
`verified_at` (ISO-8601 UTC), `age_seconds`, `backup_id`, `checks_passed`, `checks_failed` and `exempted`,
of which all but the first two are null where there is no verification. A state is "success", "warning",
"failed", "stale", "future" (stamped later than now), "missing" or, then without targets, "unreadable".
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from psycopg.rows import dict_row

from judging.wording import printable
from reporting.log_database import transaction, why
from reporting.redaction import Redactor
from reporting.verdict import COULD_NOT_VERIFY
from reporting.watch.freshness import Verdict, latest_of, verdict_on

SECONDS = 15.0
"""How long reading the log may take, connecting included."""
USAGE = 4

_LATEST = Path(__file__).with_suffix(".sql").read_bytes()
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SENTENCES = {
    "42P01": "the table public.backup_verification_log is missing in {place}: run python -m migrations DSN",
    "42703": "public.backup_verification_log in {place} is another table than ours ({said})",
    "42501": "no right to read public.backup_verification_log in {place} ({said}): connect as the owner "
    "of the table or as service_role",
}


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Prints what the log says and gives the exit code."""
    redactor = Redactor.of(environment.get("VERIFICATION_LOG_URL"), environment.get("PGPASSWORD"))
    options = _command_line(redactor).parse_args(arguments)
    dsn = options.log_database_url or environment.get("VERIFICATION_LOG_URL", "").strip()
    if not dsn:
        print("no log is named: give VERIFICATION_LOG_URL (or --log-database-url DSN)", file=sys.stderr)
        return USAGE
    redactor.learn(dsn)
    verdict = _verdict(dsn, options)
    _print(verdict, options, redactor)
    return verdict.exit_code


def seconds(text: str) -> float:
    """A length of time from 90, 90s, 30m, 26h or 2d, for argparse."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text.strip())
    if not found or float(found[1]) <= 0:
        raise argparse.ArgumentTypeError(f"expected a time such as 90m, 26h or 2d, found {text!r}")
    return float(found[1]) * _UNITS[found[2]]


def _verdict(dsn: str, options: argparse.Namespace) -> Verdict:
    try:
        rows = _rows(dsn)
    except (psycopg.Error, ValueError, TimeoutError) as error:
        line = f"no go: the log cannot be read: {why(error, dsn, _SENTENCES)}"
        return Verdict(COULD_NOT_VERIFY, "unreadable", line, ())
    found = latest_of(rows, options.target, options.max_age)
    return verdict_on(found, options.max_age, fail_on_warning=options.fail_on_warning)


def _rows(dsn: str) -> list[dict[str, Any]]:
    with transaction(dsn, SECONDS) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_LATEST).fetchall()


def _print(verdict: Verdict, options: argparse.Namespace, redactor: Redactor) -> None:
    line = " ".join(redactor.text(verdict.line).split())
    if options.json:
        document = {"version": 1, **asdict(verdict), "line": line, "max_age_seconds": options.max_age}
        print(json.dumps(redactor.value(document)))
    if verdict.state == "unreadable":
        print(printable(line), file=sys.stderr)
    elif not options.json:
        print(printable(line))


class _Parser(argparse.ArgumentParser):
    """Exits 4 for a usage error, as a run of pytest does, and repeats no secret of the command line."""

    redactor = Redactor.of()

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {self.redactor.text(message)} (--help tells more)", file=sys.stderr)
        raise SystemExit(USAGE)


def _command_line(redactor: Redactor) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m reporting.latest",
        description="Says whether the latest verification is a success, and fresh.",
        epilog="Exit code: 0 it is (warnings are said, and pass), 1 it failed, 4 usage, 10 there is none, "
        "it is stale, or the log cannot be read. The worst target decides.",
        allow_abbrev=False,
    )
    parser.redactor = redactor
    add = parser.add_argument
    add("--max-age", metavar="TIME", type=seconds, default="26h", help="such as 90m, 26h (default) or 2d")
    add("--target", metavar="NAME", action="append", default=[], help="this one alone; may be repeated")
    add("--fail-on-warning", action="store_true", help="exit 1 when it has warnings")
    add("--json", action="store_true", help="print one JSON object instead of the line")
    add("--log-database-url", metavar="DSN", help="better by VERIFICATION_LOG_URL")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
