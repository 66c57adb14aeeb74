"""A run of pytest with our configuration, in the selftests' own process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reporting.selection import CONFIGURATION
from settings import SETTINGS

Run = Callable[..., pytest.RunResult]
"""Takes pytest's arguments; runs with our configuration, from an empty folder."""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "250")
    for setting in SETTINGS:
        if setting.variable:
            monkeypatch.delenv(setting.variable, raising=False)

    def running(*arguments: str | Path) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-c", CONFIGURATION, "-p", "no:cacheprovider", *arguments)

    return running
