"""Log records and warnings: cleaned where they arise, and left alone where there is nothing to clean."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator

import pytest

from reporting.log_records import redacting
from reporting.redaction import Redactor

CANARY = "c4n4ry-of-a-password"
REDACTOR = Redactor.of(CANARY)


class Gathering(logging.Handler):
    """Takes records as they are."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger of its own, and what its handler writes."""
    logger, written = logging.Logger("mine"), io.StringIO()
    logger.addHandler(logging.StreamHandler(written))
    with redacting(REDACTOR):
        yield logger, written


@pytest.mark.parametrize(
    ("message", "arguments", "expected"),
    [
        (CANARY, (), "***"),
        ("at %s, %d", (CANARY, 3), "at ***, 3"),
        (f"{CANARY} 100%% %s", ("sure",), "*** 100% sure"),
        (f"{CANARY} 100%", (), "*** 100%"),
        ("at %(place)s", ({"place": CANARY},), "at ***"),
    ],
)
def test_a_message_is_cleaned(
    message: str, arguments: tuple[object, ...], expected: str, log: tuple[logging.Logger, io.StringIO]
) -> None:
    logger, written = log
    logger.error(message, *arguments)
    assert written.getvalue() == expected + "\n"


def test_a_traceback_and_a_stack_are_cleaned(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        raise RuntimeError(f"at {CANARY}")
    except RuntimeError:
        logger.exception("lost", stack_info=True)
    logger.error("found", stack_info=True)
    assert "RuntimeError: at ***\n" in written.getvalue()
    assert "Traceback (most recent call last)" in written.getvalue()
    assert "Stack (most recent call last)" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_a_stack_that_shows_a_secret_is_cleaned(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error("found", stack_info=True)  # c4n4ry-of-a-password
    assert "# ***" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_a_record_without_a_secret_stays_as_it_is() -> None:
    records: list[logging.LogRecord] = []
    logger = logging.Logger("mine")
    logger.addHandler(Gathering(records))
    with redacting(REDACTOR):
        try:
            raise RuntimeError("lost")
        except RuntimeError as error:
            logger.exception("at %s", "home")
            raised = error
    (record,) = records
    assert (record.msg, record.args, record.exc_text) == ("at %s", ("home",), None)
    assert record.exc_info is not None
    assert record.exc_info[1] is raised


def test_a_message_that_does_not_fit_its_arguments_is_left_to_its_handler() -> None:
    logger = logging.Logger("mine")
    records: list[logging.LogRecord] = []
    logger.addHandler(Gathering(records))
    with redacting(REDACTOR):
        logger.error("%d rows", "three")
    assert records[0].args == ("three",)


def test_a_warning_that_nobody_gathers_is_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(), redacting(REDACTOR):
        warnings.simplefilter("always")
        warnings.showwarning(UserWarning(f"at {CANARY}"), UserWarning, "own.py", 3)
    assert "own.py:3: UserWarning: at ***\n" in capsys.readouterr().err


def test_the_process_is_left_as_it_was() -> None:
    before = logging.getLogRecordFactory(), warnings.showwarning
    with redacting(REDACTOR):
        assert logging.getLogRecordFactory() is not before[0]
        assert warnings.showwarning is not before[1]
    assert (logging.getLogRecordFactory(), warnings.showwarning) == before
