"""What somebody would write who only wants the six questions asked: the measure of a live run."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

TABLES = (
    "organizations",
    "profiles",
    "agents",
    "appointments",
    "contacts",
    "call_logs",
    "knowledge_base_chunks",
)
FUNCTIONS = ("book_appointment_with_lock", "cleanup_old_webhook_logs")


@pytest.fixture(scope="session")
def connection() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(os.environ["BARE_DSN"], autocommit=True) as connection:
        yield connection


def test_connectivity(connection: psycopg.Connection[Any]) -> None:
    assert connection.execute("SELECT 1 FROM public.organizations LIMIT 1").fetchone() == (1,)


def test_tables(connection: psycopg.Connection[Any]) -> None:
    query = """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname = ANY(%s)
    """
    assert len(connection.execute(query, (list(TABLES),)).fetchall()) == len(TABLES)


def test_row_counts(connection: psycopg.Connection[Any]) -> None:
    parts = [f"SELECT '{name}', count(*) FROM public.{name}" for name in TABLES]
    rows = connection.execute(" UNION ALL ".join(parts).encode()).fetchall()
    assert all(count > 0 for _, count in rows)


def test_functions(connection: psycopg.Connection[Any]) -> None:
    query = "SELECT DISTINCT proname FROM pg_proc WHERE proname = ANY(%s)"
    assert len(connection.execute(query, (list(FUNCTIONS),)).fetchall()) == len(FUNCTIONS)


def test_policies(connection: psycopg.Connection[Any]) -> None:
    query = """
        SELECT relname, relrowsecurity, count(polname) FROM pg_class
        LEFT JOIN pg_policy ON polrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) GROUP BY 1, 2
    """
    rows = connection.execute(query, (list(TABLES),)).fetchall()
    assert len(rows) == len(TABLES)
    assert all(enabled and policies for _, enabled, policies in rows)


def test_size(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    assert row[0] >= 10 * 1024 * 1024
