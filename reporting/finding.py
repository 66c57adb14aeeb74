"""What a check says when it does not pass: one line for people, and no wall where a line will do."""

import psycopg
import pytest

_LONGEST = 2000


def finding(error: BaseException) -> str:
    """The one line that tells what was found: an assertion's message, a server's complaint."""
    if isinstance(error, psycopg.Error):
        text = error.diag.message_primary or str(error) or type(error).__name__
    elif isinstance(error, AssertionError | pytest.fail.Exception | pytest.skip.Exception):
        text = str(error) or type(error).__name__
    else:
        text = f"{type(error).__name__}: {error}"
    line = " ".join((text.strip().split("\n") or [""])[0].split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def speaks_for_itself(error: BaseException) -> bool:
    """Whether the line is enough, so that a traceback would only hide it."""
    if isinstance(error, AssertionError):
        return bool(str(error)) and not str(error).startswith("assert ")
    return isinstance(error, psycopg.Error | pytest.fail.Exception)
