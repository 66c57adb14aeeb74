"""One Chromium for all tests that look at pages, and pages opened from disk that may load nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from selftests.reporting.page.a_year import NOW
from selftests.reporting.page.opened import Open, Opened

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None and not os.environ.get("REQUIRE_BROWSER"):
        pytest.skip(f"none of {', '.join(_PROGRAMS)} is installed (REQUIRE_BROWSER makes this a failure)")
    assert found is not None, f"REQUIRE_BROWSER is set, and none of {', '.join(_PROGRAMS)} is installed"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(_OPTIONS))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a file by the clock of `now`; options are those of a browser's context."""
    contexts = []

    def open_page(file: Path, *, now: datetime = NOW, anchor: str = "", **options: Any) -> Opened:
        options = {"viewport": {"width": 1180, "height": 900}} | options
        context = browser.new_context(**options)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.clock.set_fixed_time(now)
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("console", lambda message: opened.complaints.append(message.text))
        opened.page.on("dialog", lambda dialog: opened.complaints.append(dialog.message))
        opened.page.goto(file.as_uri() + anchor)
        opened.requests[:] = [url for url in opened.requests if url.partition("#")[0] != file.as_uri()]
        return opened

    yield open_page
    for context in contexts:
        context.close()
