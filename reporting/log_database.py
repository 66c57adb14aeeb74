"""The database that keeps the log: reaching it within a limit, and saying in a sentence why not."""

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from reporting.redaction import Redactor
from restoring.deadline import deadline

MALFORMED = (
    "the DSN of the log database cannot be read: expected "
    "postgresql://user:password@host:5432/database, odd characters of the password "
    "percent-encoded, or host=… user=… dbname=…"
)

_BEGIN = sql.SQL("BEGIN; SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}")
# Before a connection is there, libpq has no SQLSTATE to give, only the server's or its own text.
_WORDS = (
    (r"translate host name|resolve host|Name or service not known", "no host is known for {place}"),
    (r"Connection refused|failed: No such file", "no server listens for {place}"),
    (r"timeout expired|timed out", "no answer in time from {place}"),
    (r"database \".*\" does not exist", "there is no such database: {place}"),
    (
        r"authentication failed|role \".*\" does not exist|no password supplied|pg_hba\.conf"
        r"|Tenant or user not found",
        "user or password were refused by {place}",
    ),
)
_STATES = {
    "25006": "{place} is read-only: name the primary, or lift default_transaction_read_only",
    "28000": "user or password were refused by {place}",
    "28P01": "user or password were refused by {place}",
    "3D000": "there is no such database: {place}",
    "53100": "the disk of {place} is full",
    "55P03": "a lock on public.backup_verification_log was not to be had in time in {place}",
    "57014": "{place} did not finish within the time allowed to a statement",
}


class MalformedDsn(ValueError):
    """The text is no DSN; nothing of it is repeated, for it may be a password."""

    def __init__(self) -> None:
        super().__init__(MALFORMED)


@contextlib.contextmanager
def transaction(dsn: str, seconds: float) -> Iterator[psycopg.Connection[Any]]:
    """One transaction on a new connection, committed at the end; all of it within about `seconds`.

    Raises MalformedDsn, psycopg.Error, or TimeoutError when the server went silent. Three round
    trips with one statement inside.
    """
    begun = time.monotonic()
    with contextlib.closing(_connect(dsn, seconds)) as connection:
        left = max(round(seconds - (time.monotonic() - begun), 1), 1)
        with deadline(connection, left):
            connection.execute(_begin(seconds))
            yield connection
            connection.execute("COMMIT")


def once(dsn: str, seconds: float, statement: bytes, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """One statement in a transaction of its own, on a new connection, in a single round trip.

    Its rows; raises as `transaction` does. The values are bound here, by psycopg, since several
    statements at once take no parameters.
    """
    begun = time.monotonic()
    with contextlib.closing(_connect(dsn, seconds)) as connection:
        left = max(round(seconds - (time.monotonic() - begun), 1), 1)
        whole = b"; ".join((_begin(seconds).as_bytes(connection), statement, b"COMMIT"))
        with deadline(connection, left):
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(whole, values)
            return _rows(cursor)


def _rows(cursor: psycopg.ClientCursor[Any]) -> list[tuple[Any, ...]]:
    """The rows of the one statement that gave any."""
    found: list[tuple[Any, ...]] = []
    while True:
        if cursor.description is not None:
            found += cursor.fetchall()
        if not cursor.nextset():
            return found


def _begin(seconds: float) -> sql.Composed:
    return _BEGIN.format(int(seconds * 667), int(seconds * 333))


def _connect(dsn: str, seconds: float) -> psycopg.Connection[Any]:
    """A third of the time for each address of the host, of which there are often two."""
    _parsed(dsn)
    return psycopg.connect(
        dsn,
        autocommit=True,
        prepare_threshold=None,
        connect_timeout=max(int(seconds / 3), 2),
        application_name="backup-verification",
        client_encoding="UTF8",
        keepalives=1,
        tcp_user_timeout=int(seconds * 1000),
    )


def why(error: Exception, dsn: str, sentences: Mapping[str, str]) -> str:
    """The reason as a sentence without a secret; the caller's `sentences` by SQLSTATE beat ours.

    In a sentence `{place}` stands for the database, `{said}` for the server's own words.
    """
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    if isinstance(error, MalformedDsn) or (state is None and _is_misread(dsn)):
        return MALFORMED
    if isinstance(error, TimeoutError):
        return f"{error} from {place(dsn)}"
    sentence = {**_STATES, **sentences}.get(state or "")
    if state is None:
        sentence = next((words for text, words in _WORDS if re.search(text, str(error))), None)
    return (sentence or "{place}: {said}").format(place=place(dsn), said=_said(error, dsn))


def place(dsn: str) -> str:
    """Database and host of a DSN, for a sentence."""
    parts = _parsed(dsn)
    if _is_misread(dsn):
        return "the log database"
    database, host, port = (parts.get(name, "") for name in ("dbname", "host", "port"))
    named = f"database {database}" if database else "the log database"
    return f"{named} on {host}{':' if port else ''}{port}" if host else named


def database_at_host(dsn: str) -> str:
    """Short and the same from run to run: app@db.example.com; a pooler's tenant is part of it."""
    parts = _parsed(dsn)
    if _is_misread(dsn):
        return "database"
    user, tenant = (*parts.get("user", "").split(".", 1), "")[:2]
    database = parts.get("dbname") or parts.get("service") or user or "database"
    host = parts.get("host") or parts.get("hostaddr") or "localhost"
    place = ".".join(filter(None, [tenant, "localhost" if host.startswith("/") else host]))
    port = parts.get("port", "5432")
    return f"{database}@{place}{'' if port == '5432' else f':{port}'}"


def _said(error: Exception, dsn: str) -> str:
    """What was said, in one line: SQLSTATE, message and hint."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        hint = error.diag.message_hint
        text = f"{error.sqlstate}: {error.diag.message_primary}{f'; {hint}' if hint else ''}"
    else:
        text = re.sub(r".* failed: ", "", (str(error).strip() or type(error).__name__))
    return (Redactor.of(dsn).text(text).splitlines() or [type(error).__name__])[0]


def _is_misread(dsn: str) -> bool:
    """A password's bare @ or / in a URL moves part of the password into host, port or database."""
    parts = _parsed(dsn)
    named = "".join(parts.get(name, "") for name in ("host", "dbname"))
    return "@" in named or not re.fullmatch(r"[\d,]*", parts.get("port", ""))


def _parsed(dsn: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    except (psycopg.Error, ValueError):
        raise MalformedDsn from None
