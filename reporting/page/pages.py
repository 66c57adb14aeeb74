"""Pages written: one for a target, or one for each of many with an overview in front."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reporting.page.cleaning import cleaner
from reporting.page.documents import read_runs
from reporting.page.render import empty_page, overview_page, target_page
from reporting.page.runs import LeftOut, Run
from reporting.page.state import MAX_AGE
from reporting.page.view import View, view_of
from reporting.redaction import Redactor

INDEX = "index.html"
_READABLE = 0o644


class PageNotWritten(Exception):
    """A page could not be written; one sentence says which and why."""


def write_page(
    file: Path,
    documents: Sequence[Mapping[str, Any]],
    *,
    runbook_url: str,
    now: datetime,
    max_age: timedelta = MAX_AGE,
    redactor: Redactor | None = None,
) -> None:
    """Writes the page of one target: that of the newest document; others' documents are not shown.

    `now` has a zone. The file is whole or as it was; raises PageNotWritten.
    """
    runs, left_out = _read(documents, redactor)
    views = _views(runs, left_out, now, max_age)
    target = runs[-1].target if runs else None
    shown = next((view for view in views if view.target == target), None)
    page = target_page(shown, runbook=runbook_url) if shown else empty_page(left_out, now)
    _write(file, page)


def write_site(
    folder: Path,
    documents: Sequence[object],
    *,
    runbook_url: str,
    now: datetime,
    max_age: timedelta = MAX_AGE,
    redactor: Redactor | None = None,
) -> list[Path]:
    """Writes `index.html`, and with more than one target one file for each besides; gives what was written.

    Arguments are those of `write_page`; raises PageNotWritten.
    """
    runs, left_out = _read(documents, redactor)
    views = _views(runs, left_out, now, max_age)
    files = file_names([view.target for view in views])
    pages = _pages(views, files, left_out, runbook_url) or {INDEX: empty_page(left_out, now)}
    for name, page in pages.items():
        _write(folder / name, page)
    return [folder / name for name in pages]


def file_names(targets: Sequence[str]) -> dict[str, str]:
    """A file for each target, the same from day to day whatever other targets there are."""
    return {target: f"{_slug(target)}.html" for target in targets}


def _pages(
    views: Sequence[View], files: Mapping[str, str], left_out: Sequence[LeftOut], runbook: str
) -> dict[str, str]:
    if len(views) == 1:
        return {INDEX: target_page(views[0], runbook=runbook)}
    pages = {files[view.target]: target_page(view, runbook=runbook, up=True) for view in views}
    return pages | ({INDEX: overview_page(views, files, left_out)} if views else {})


def _read(documents: Sequence[object], redactor: Redactor | None) -> tuple[list[Run], list[LeftOut]]:
    clean = cleaner(redactor or Redactor())
    return read_runs([clean(document) for document in documents])


def _views(
    runs: Sequence[Run], left_out: Sequence[LeftOut], now: datetime, max_age: timedelta
) -> list[View]:
    """One view for each target, by name; what was left out and names no target concerns all of them."""
    by_target: dict[str, list[Run]] = {}
    for run in runs:
        by_target.setdefault(run.target, []).append(run)
    return [
        view_of(
            target,
            runs,
            [item for item in left_out if item.target in (None, target)],
            now=now,
            max_age=max_age,
        )
        for target, runs in sorted(by_target.items())
    ]


def _slug(target: str) -> str:
    """The name with all but letters, digits, dots and dashes replaced, told apart by a digest then."""
    slug = re.sub(r"[^a-z0-9.-]+", "-", target.lower()).strip(".-")[:60]
    if slug == target and slug not in ("", "index"):
        return slug
    return f"{slug or 'target'}-{hashlib.sha256(target.encode()).hexdigest()[:8]}"


def _write(file: Path, page: str) -> None:
    """The file whole, or as it was, and readable for a web server's account."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as opened:
                opened.write(page)
            part.chmod(_READABLE)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise PageNotWritten(f"the page {file} was not written: {error.strerror}") from None
