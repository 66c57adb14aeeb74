"""Live databases that cannot be looked at as they should, and checks of somebody's own."""

from __future__ import annotations

import dataclasses
import shutil
import socket
from contextlib import closing
from pathlib import Path

from restoring.sample import expectations_of_the_six
from selftests.runbook.case import Case
from selftests.runbook.ground import Ground
from selftests.runbook.situation import Situation
from settings import HOME

# In the place of the server's settings, as a pooler that keeps them from the session.
_ANSWERING = """
RESET ROLE;
ALTER FUNCTION pg_catalog.current_setting(text) RENAME TO real_setting;
CREATE FUNCTION pg_catalog.current_setting(name text) RETURNS text LANGUAGE sql STABLE
    RETURN CASE name WHEN 'statement_timeout' THEN '0' ELSE real_setting(name) END;
"""
_ALL_BUT_CONTACTS = """
GRANT USAGE ON SCHEMA public TO looker;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker;
REVOKE SELECT ON public.contacts FROM looker;
"""
_OWN = '''"""Checks of one's own: what they promise, catch, record and look at is nobody else's concern."""

import psycopg
import pytest


@pytest.mark.critical
def test_{name}(database: psycopg.Connection) -> None:
    early = database.execute("SELECT count(*) FROM public.{table} WHERE {condition}").fetchall()[0][0]
    assert early == 0, f"appointments that end before they begin: {{early}}, expected 0"
'''


def live(ground: Ground, dsn: str) -> Situation:
    """A run on a live database, which DATABASE_URL names."""
    expected = ground.write("expectations.toml", expectations_of_the_six())
    return Situation({"DATABASE_URL": dsn, "VERIFICATION_EXPECTATIONS": str(expected)}, ("--no-delivery",))


def _unreachable(ground: Ground) -> Situation:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    return live(ground, f"postgresql://app@127.0.0.1:{port}/app")


def _limits_ignored(ground: Ground) -> Situation:
    return live(ground, ground.host.dsn(ground.database(_ANSWERING)))


def unreadable(ground: Ground) -> Situation:
    ground.make_role("looker")
    return live(ground, ground.host.dsn(ground.database(_ALL_BUT_CONTACTS), "looker"))


def _own_checks(ground: Ground) -> Situation:
    """The product with a check that finds something, and one that asks for a table of another product."""
    home = ground.path("product")
    copy_product(home)
    _write(home, "appointments_in_order", "appointments", "starts_at > '2026-11-01'")
    _write(home, "invoices_in_order", "invoices", "true")
    return dataclasses.replace(live(ground, ground.host.dsn("sample")), home=home)


def copy_product(home: Path) -> None:
    """What makes the product, for somebody to change."""
    ignored = shutil.ignore_patterns(".*", "__pycache__", "selftests", "benchmarks", "docs", "deploy")
    shutil.copytree(HOME, home, ignore=ignored)


def _write(home: Path, name: str, table: str, condition: str) -> None:
    text = _OWN.format(name=name, table=table, condition=condition)
    (home / "checks" / f"test_{name}.py").write_text(text, encoding="utf-8")


CASES = (
    Case("a server that does not answer", ("database-unreachable",), _unreachable),
    Case("a pooler that keeps settings back", ("limits-not-taken",), _limits_ignored),
    Case("a role that may not read", ("table-unreadable",), unreadable),
    Case("checks of one's own", ("check-failed", "check-raised"), _own_checks),
)
