"""The check of storage: amcheck over every table and index, and what the catalogue says of indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from selftests.checks.restored.conftest import Look

CHECK = "test_storage_sound"

TABLES = """
CREATE TABLE t (i int PRIMARY KEY, s text);
INSERT INTO t SELECT g, repeat(md5(g::text), 5) FROM generate_series(1, 500) AS g;
CREATE INDEX by_s ON t (s);
CREATE TABLE "Other ""one" (i int PRIMARY KEY);
INSERT INTO "Other ""one" SELECT generate_series(1, 100);
"""


def test_x(admin: psycopg.Connection, look: Look) -> None:
    admin.execute(TABLES.encode())
    import time
    t = time.monotonic()
    print(look(), time.monotonic() - t)
    assert 0
