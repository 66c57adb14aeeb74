"""Views made into HTML: each page is one file that loads nothing, and whose policy lets nothing load."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reporting.page.filters import FILTERS, untold
from reporting.page.runs import LeftOut
from reporting.page.state import AHEAD, CLOCKS, ORDER, STALE, SYMBOLS, WORDS
from reporting.page.view import WHOLE, View, data_of

_HERE = Path(__file__).parent
_CHART = "uPlot-1.6.32"


def target_page(view: View, *, runbook: str | None, up: bool = False) -> str:
    """The page of one target; `runbook` is a link without its anchor, `up` whether there is an overview."""
    data = data_of(view) | _words(view.now, view.max_age.total_seconds())
    return _page(
        "target.html",
        (f"{_CHART}.iife.min.js", "common.js", "target.js"),
        {"view": view, "now": view.now, "left_out": view.left_out, "whole": WHOLE},
        {"runbook": _linkable(runbook), "up": up, "data": data},
    )


def overview_page(views: Sequence[View], files: Mapping[str, str], left_out: Sequence[LeftOut]) -> str:
    """The page of all targets, the worst first; `files` names the page of each."""
    answers = [view.state.answer for view in views]
    ordered = sorted(views, key=lambda view: (ORDER.index(view.state.answer), view.target))
    recent = {
        files[view.target]: [
            run.id
            for day in view.last_30_days
            for run in day.runs
            if run.notable or run == view.state.newest
        ]
        for view in views
    }
    data = _words(views[0].now, views[0].max_age.total_seconds()) | {"files": recent}
    return _page(
        "overview.html",
        ("common.js", "overview.js"),
        {"views": ordered, "files": files, "now": views[0].now, "left_out": left_out, "data": data},
        {"good": sum(a in ("yes", "warnings") for a in answers), "worst": min(answers, key=ORDER.index)},
    )


def empty_page(left_out: Sequence[LeftOut], now: datetime) -> str:
    """The page that says that nothing is known."""
    return _page("empty.html", ("common.js",), {"left_out": left_out, "now": now, "data": {}}, {})


def _page(
    template: str, scripts: Sequence[str], context: Mapping[str, Any], more: Mapping[str, Any]
) -> str:
    styles = [_asset("page.css")]
    styles += [_asset(f"{_CHART}.min.css")] if len(scripts) > 2 else []
    texts = [_asset(name) for name in scripts]
    texts[-2:] = ["".join(texts[-2:])]  # what they share stands before what one page does
    policy = (
        f"default-src 'none'; script-src {_hashes(texts)}; style-src {_hashes(styles)}; "
        "base-uri 'none'; form-action 'none'"
    )
    made: str = (
        _environment()
        .get_template(template)
        .render(
            policy=policy,
            styles=[Markup(style) for style in styles],  # noqa: S704 # our own files, never what a document says
            scripts=[Markup(text) for text in texts],  # noqa: S704
            **context,
            **more,
        )
    )
    return made


def _words(now: datetime, max_age: float) -> dict[str, object]:
    """What the script needs to ask for the state again."""
    return {
        "made": int(now.timestamp()),
        "maxAge": int(max_age),
        "clocks": int(CLOCKS.total_seconds()),
        "symbols": SYMBOLS,
        "words": WORDS,
        "order": ORDER,
        "stale": STALE,
        "ahead": AHEAD,
    }


def _linkable(runbook: str | None) -> str | None:
    """The address of the runbook if a browser would open it as a document: never `javascript:`."""
    if not runbook or not re.match(r"(?:https?://|file:///|(?![\w+.-]*:)[^\s\\])", runbook, re.IGNORECASE):
        return None
    return runbook.split("#", 1)[0]


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


@cache
def _asset(name: str) -> str:
    """The file without indents and comments on lines of their own; of a style sheet, without spaces."""
    lines = (_HERE / "assets" / name).read_text(encoding="utf-8").splitlines()
    kept = (line.strip() for line in lines)
    text = "\n".join(line for line in kept if line and not re.match(r"//|/\*(?!!).*\*/$", line)) + "\n"
    return re.sub(r"\s*([{};,]|:(?=\s))\s*", r"\1", text) if name.endswith(".css") else text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    environment.filters |= FILTERS
    environment.tests["untold"] = untold
    return environment
