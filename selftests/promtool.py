"""Prometheus' own judge of metrics and rules, where it is installed."""

import os
import shutil

import pytest


def promtool() -> str:
    """Its path, from PROMTOOL or PATH; skips the test without it, unless REQUIRE_PROMTOOL is set."""
    found = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if found is not None:
        return found
    missing = "no promtool here: install prometheus, or name one by PROMTOOL"
    if os.environ.get("REQUIRE_PROMTOOL"):
        pytest.fail(missing)
    pytest.skip(missing)
