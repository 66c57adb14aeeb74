"""Log records and warnings without secrets, where they are shown before or beside any report."""

import contextlib
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any, TextIO

from reporting.redaction import Redactor


@contextlib.contextmanager
def redacting(redactor: Redactor) -> Iterator[None]:
    """Cleans every record that this process makes, and what it warns of, while the context lasts."""
    with _records(redactor), _warnings(redactor):
        yield


@contextlib.contextmanager
def _records(redactor: Redactor) -> Iterator[None]:
    previous = logging.getLogRecordFactory()

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = previous(*args, **kwargs)
        redact(record, redactor)
        return record

    logging.setLogRecordFactory(make)
    try:
        yield
    finally:
        logging.setLogRecordFactory(previous)


@contextlib.contextmanager
def _warnings(redactor: Redactor) -> Iterator[None]:
    """Python itself shows those that pytest does not gather, such as one at the end of a session."""

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        shown = warnings.formatwarning(message, category, filename, lineno, line)
        print(redactor.text(shown), end="", file=file or sys.stderr)

    previous = warnings.showwarning
    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = previous


def redact(record: logging.LogRecord, redactor: Redactor) -> None:
    """Takes the secrets out of message, traceback and stack; a record without any stays as it is."""
    # A message that does not fit its arguments fails its check, whose report is cleaned.
    with contextlib.suppress(Exception):
        message = record.getMessage()
        clean = redactor.text(message)
        if clean != message:
            record.msg, record.args = clean, ()
    if record.exc_info:
        shown = logging.Formatter().formatException(record.exc_info)
        clean = redactor.text(shown)
        if clean != shown:
            record.exc_info, record.exc_text = None, clean
    if record.stack_info:
        record.stack_info = redactor.text(record.stack_info)
