"""The command that makes the pages from the log: python -m reporting.page."""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from reporting.history.reading import LogUnreadable, read_documents
from reporting.page import PageNotWritten, write_site
from reporting.page.days import MOST
from reporting.page.documents import target_of
from reporting.redaction import Redactor
from settings import HOME

UNREADABLE = 10
USAGE = 4
RUNBOOK = "RUNBOOK.md"


class _Parser(argparse.ArgumentParser):
    """Ends with the exit code that pytest has for usage."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {Redactor().text(message)}\n")


def main(arguments: Sequence[str], environment: Mapping[str, str], now: datetime) -> int:
    """Writes the pages and prints which; returns 0, 10 where log or disk refuse, 4 on usage."""
    parser = _command_line()
    options = parser.parse_args(arguments)
    dsn = options.log_database_url or environment.get("VERIFICATION_LOG_URL", "").strip()
    if options.report and options.log_database_url:
        parser.error("--report and --log-database-url are two sources: name one of them")
    if not options.report and not dsn:
        parser.error("nothing to read: name --log-database-url DSN (VERIFICATION_LOG_URL) or --report FILE")
    try:
        documents = _reports(options) if options.report else _logged(dsn, options)
        written = write_site(
            options.output,
            documents,
            runbook_url=_runbook(options, environment),
            now=now,
            max_age=timedelta(hours=options.max_age),
            redactor=Redactor.of(dsn),
        )
        _lay_runbook(options, environment)
    except (LogUnreadable, PageNotWritten) as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    for file in written:
        print(f"{file}: {file.stat().st_size / 1024:.0f} kB")
    return 0


def _command_line() -> _Parser:
    parser = _Parser(
        prog="python -m reporting.page",
        description="Makes pages that open from disk out of the log, or out of reports of runs.",
        epilog="Exit codes: 0 written, 4 usage, 10 the log cannot be read or the pages not be written.",
        allow_abbrev=False,
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="where index.html goes")
    parser.add_argument("--log-database-url", metavar="DSN", help="the log (VERIFICATION_LOG_URL)")
    parser.add_argument("--report", type=Path, nargs="+", metavar="FILE.json", help="reports, and no log")
    parser.add_argument("--target", metavar="NAME", help="this target alone")
    parser.add_argument("--days", type=_positive, default=MOST, help=f"how far back, by default {MOST}")
    parser.add_argument(
        "--max-age",
        type=_hours,
        default=26.0,
        metavar="HOURS",
        help="from which age on the newest run is stale, such as 26 or 26h, the default",
    )
    parser.add_argument(
        "--runbook-url",
        metavar="URL",
        help="where the findings' entries are (VERIFICATION_RUNBOOK_URL; default: a copy beside the page)",
    )
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if not 0 < value <= 100_000:
        raise ValueError
    return value


def _hours(text: str) -> float:
    value = float(text.removesuffix("h"))
    if not 0 < value <= 24 * 366:
        raise ValueError
    return value


def _logged(dsn: str, options: argparse.Namespace) -> Sequence[object]:
    return read_documents(dsn, days=options.days, target=options.target, foreign=True)


def _reports(options: argparse.Namespace) -> list[object]:
    """What each report has under `verification`; one that cannot be read is a document that is none."""
    documents = [_verification(file) for file in options.report]
    return [item for item in documents if options.target in (None, target_of(item) or options.target)]


def _verification(file: Path) -> object:
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        print(f"{file} cannot be read as a JSON report", file=sys.stderr)
        return None
    return report.get("verification", report) if isinstance(report, Mapping) else None


def _runbook(options: argparse.Namespace, environment: Mapping[str, str]) -> str:
    return options.runbook_url or environment.get("VERIFICATION_RUNBOOK_URL", "").strip() or RUNBOOK


def _lay_runbook(options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """The runbook beside the pages, where no address of it is named: all else may be down."""
    if _runbook(options, environment) == RUNBOOK and (HOME / RUNBOOK).exists():
        try:
            shutil.copyfile(HOME / RUNBOOK, options.output / RUNBOOK)
        except OSError as error:
            raise PageNotWritten(
                f"the runbook was not laid into {options.output}: {error.strerror}"
            ) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, datetime.now(UTC)))
