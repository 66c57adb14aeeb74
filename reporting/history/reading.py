"""The log, read as the documents that its runs have put there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from reporting.log_database import once, why
from reporting.target_name import unnamed_target

SECONDS = 60.0
"""How long reading may take; a year of many targets is some hundred megabytes for the server to unpack."""

DOCUMENTS = Path(__file__).with_name("documents.sql").read_bytes()
KEPT = ("rows", "estimated", "size_mb", "milliseconds_to_connect", "usual", "diff")
"""What of a check's details is read; the rest serves one run alone."""

_SENTENCES = {
    "42P01": "the table public.backup_verification_log is missing in {place}: run python -m migrations",
    "42501": "no right to read public.backup_verification_log in {place} ({said}): connect as the owner "
    "of the table or as service_role",
}

Document = dict[str, Any]


class LogUnreadable(Exception):
    """The log cannot be read; one sentence says why and what mends it, without a secret."""


def read_documents(
    dsn: str,
    *,
    seconds: float = SECONDS,
    days: int | None = None,
    target: str | None = None,
    foreign: bool = False,
) -> list[Document]:
    """The verifications of the last days, the oldest first, in the form that design and schema give them.

    Of each check's details only `KEPT` is there, and `diff` for each target's latest failure alone. With
    `foreign` a row of another make is its id, time and status, before the others; else it is left out.
    Raises LogUnreadable within about `seconds`.
    """
    try:
        rows = once(dsn, seconds, DOCUMENTS, _values(days, target))
    except (psycopg.Error, ValueError, TimeoutError) as error:
        raise LogUnreadable(why(error, dsn, _SENTENCES)) from None
    return _documents(rows, target, foreign=foreign)


def read_beside(
    connection: psycopg.Connection[Any], dsn: str, *, days: int | None, target: str
) -> list[Document]:
    """As `read_documents`, through a connection to the log's own database (`dsn`, for sentences).

    It keeps its own limits; its transaction is broken where this raises LogUnreadable.
    """
    try:
        rows = connection.execute(DOCUMENTS, _values(days, target)).fetchall()
    except psycopg.Error as error:
        raise LogUnreadable(why(error, dsn, _SENTENCES)) from None
    return _documents(rows, target, foreign=False)


def _values(days: int | None, target: str | None) -> dict[str, Any]:
    return {"days": days, "target": target, "kept": list(KEPT)}


def _documents(rows: Sequence[tuple[Any, ...]], target: str | None, *, foreign: bool) -> list[Document]:
    strange = [document for (document,) in rows if "checks" not in document]
    documents = [_named(document) for (document,) in rows if "checks" in document]
    documents = [each for each in documents if target in (None, each["target"]["name"])]
    _keep_latest_differences(documents)
    return [*strange, *documents] if foreign else documents


def _named(document: Document) -> Document:
    """With the name of its target, which rows of before there were names have none of."""
    target = document["target"]
    target["name"] = target.get("name") or unnamed_target(target.get("location"))
    return document


def _keep_latest_differences(documents: list[Document]) -> None:
    """Takes the diffs out of all but the latest failure of each target."""
    shown = set()
    for document in reversed(documents):
        name = document["target"]["name"]
        latest = document["status"] == "failure" and name not in shown
        if latest:
            shown.add(name)
            continue
        for check in document["checks"]:
            check["details"].pop("diff", None)
