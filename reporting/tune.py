"""Proposes expectations from the log: python -m reporting.tune > proposed.toml"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn

from judging.wording import printable
from reporting.history.bounds import TooLittle, proposed
from reporting.history.reading import Document, LogUnreadable, read_documents
from reporting.redaction import Redactor
from reporting.verdict import COULD_NOT_VERIFY

USAGE = 4
_VARIABLE = "VERIFICATION_LOG_URL"


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Prints the TOML and gives the exit code."""
    redactor = Redactor.of(environment.get(_VARIABLE), environment.get("PGPASSWORD"))
    options = _command_line(redactor).parse_args(arguments)
    dsn = options.log_database_url or environment.get(_VARIABLE, "").strip()
    if not dsn:
        return _fail(f"no log is named: give {_VARIABLE} (or --log-database-url DSN)", USAGE)
    redactor.learn(dsn)
    try:
        documents = read_documents(dsn, days=options.days, target=options.target)
    except LogUnreadable as error:
        return _fail(f"nothing can be proposed: {redactor.text(str(error))}", COULD_NOT_VERIFY)
    return _propose([each for each in documents if each["status"] != "failure"], options.days, redactor)


def _propose(documents: Sequence[Document], days: int, redactor: Redactor) -> int:
    names = sorted({str(document["target"]["name"]) for document in documents})
    if len(names) > 1:
        known = redactor.text(", ".join(names))
        return _fail(f"the log holds several targets, name one by --target: {known}", USAGE)
    try:
        text = proposed(documents, datetime.now(UTC))
    except TooLittle as error:
        where = f" of {names[0]}" if names else ""
        words = f"nothing can be proposed from the last {days} days{where}: {error}"
        return _fail(redactor.text(words), COULD_NOT_VERIFY)
    said = " ".join(f"# From {len(documents)} successful verifications of {names[0]!r}.".split())
    told = redactor.text(f"{said} Read them, change them, keep them beside your code.\n\n{text}")
    print("\n".join(map(printable, told.split("\n"))), end="")
    return 0


class _Parser(argparse.ArgumentParser):
    """Exits 4 for a usage error, as a run of pytest does, and repeats no secret of the command line."""

    redactor = Redactor.of()

    def error(self, message: str) -> NoReturn:
        raise SystemExit(_fail(f"{self.prog}: {self.redactor.text(message)} (--help tells more)", USAGE))


def _command_line(redactor: Redactor) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m reporting.tune",
        description="Prints the expectations that the log's own history supports, as TOML, and why.",
        epilog="Exit code: 0 printed, 4 usage, 10 there is too little history, or the log cannot be read.",
        allow_abbrev=False,
    )
    parser.redactor = redactor
    parser.add_argument("--target", metavar="NAME", help="needed where the log holds several")
    parser.add_argument("--days", metavar="N", type=_days, default=365, help="how far back (%(default)s)")
    parser.add_argument("--log-database-url", metavar="DSN", help=f"better by {_VARIABLE}")
    return parser


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 36500:
        raise argparse.ArgumentTypeError(f"expected a number of days from 1 to 36500, found {text!r}")
    return int(text)


def _fail(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
