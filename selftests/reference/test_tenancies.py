"""Tenancy told from policies."""

from collections.abc import Iterator

import psycopg
import pytest

from reference.propose import Candidate
from reference.tenancies import Told, told_tenancy

MEMBERS = """( SELECT m.org
   FROM public.members m
  WHERE (m.person = ( SELECT auth.uid() AS uid)))"""
WEB = "request.jwt.claims"
CLAIMS = "jsonb_build_object('sub', person, 'role', 'authenticated')"
BY_PERSON = f'SELECT DISTINCT person::text, {CLAIMS} FROM "public"."notes" WHERE person IS NOT NULL'
BY_MEMBERSHIP = f"SELECT DISTINCT org::text, {CLAIMS} FROM public.members WHERE org IS NOT NULL"


@pytest.fixture
def source(postgresql: psycopg.Connection) -> Iterator[psycopg.Connection]:
    postgresql.execute(
        "CREATE TABLE members AS SELECT i AS person, i * 10 AS org FROM generate_series(1, 2) AS i"
    )
    postgresql.execute("CREATE TABLE notes AS SELECT org, person FROM members")
    yield postgresql
    postgresql.rollback()


def told(source: psycopg.Connection, *usings: str, **more: object) -> Told | None:
    policies = [
        {"command": "*", "permissive": True, "using": using, "roles": []} | more for using in usings
    ]
    table = Candidate("public", "notes", True, 0, 0, policies, ["authenticated"])
    return told_tenancy(source, [table])


@pytest.mark.parametrize(
    ("using", "column", "setting", "tenants"),
    [
        (
            "(person = auth.uid())",
            "person",
            WEB,
            BY_PERSON,
        ),
        (
            "(( SELECT auth.uid() AS uid) = person)",
            "person",
            WEB,
            BY_PERSON,
        ),
        (
            f"(org IN {MEMBERS})",
            "org",
            WEB,
            BY_MEMBERSHIP,
        ),
        (
            "(org = (current_setting('app.org'::text, true))::integer)",
            "org",
            "app.org",
            'SELECT DISTINCT org::text, org::text FROM "public"."notes" WHERE org IS NOT NULL',
        ),
    ],
)
def test_a_simple_policy_is_understood(
    using: str, column: str, setting: str, tenants: str, source: psycopg.Connection
) -> None:
    found = told(source, using)
    assert found is not None
    assert found.tables == (("public.notes", column),)
    assert (found.claims_setting, found.role, found.anonymous_role) == (setting, "authenticated", "anon")
    assert found.tenants == tenants


@pytest.mark.parametrize(
    "usings",
    [
        ("true",),
        ("(is_mine(person))",),
        ("((person = auth.uid()) OR shared)",),
        ("(person = auth.uid())", "true"),
    ],
)
def test_what_is_not_understood_whole_is_not_proposed(
    usings: tuple[str, ...], source: psycopg.Connection
) -> None:
    assert told(source, *usings) is None


def test_a_restrictive_policy_is_not_understood(source: psycopg.Connection) -> None:
    assert told(source, "(person = auth.uid())", permissive=False) is None


def test_one_tenant_proves_nothing(source: psycopg.Connection) -> None:
    source.execute("DELETE FROM notes WHERE org = 10")
    assert told(source, "(person = auth.uid())") is None
