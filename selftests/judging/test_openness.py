"""How far expressions open a table, each written as people write it and read from a real catalogue."""

import psycopg
import pytest

from judging.nodes import parse
from judging.openness import Openness, Reader
from judging.session import Names

EVERY_ROW = (
    "true",
    "1 = 1",
    "(true OR org = 1)",
    "NOT false",
    "id = id",
    "org = org",
    "id IS NOT NULL",
    "ctid IS NOT NULL",
    "id BETWEEN id AND id",
    "name LIKE '%'",
    "owner IS NOT DISTINCT FROM owner",
    "(1 = 1) = true",
    "(id IS NOT NULL) IS TRUE",
    "(id IS NULL) IS NOT TRUE",
    "'a'::text = 'a'",
    "published IS NOT NULL OR true",
    "NOT (auth.role() = 'service_role')",
    "CASE WHEN true THEN true ELSE false END",
    "7 IS NOT NULL",
)
BY_SESSION = (
    "auth.role() = 'anon'",
    "auth.role() = 'authenticated'",
    "(SELECT auth.role()) IN ('anon', 'authenticated')",
    "auth.role() = ANY ('{anon}'::text[])",
    "auth.role() <> 'anon'",
    "auth.jwt() ->> 'role' = 'authenticated'",
    "(current_setting('request.jwt.claims')::json ->> 'role') = 'anon'",
    "current_setting('role') = 'anon'",
    "current_user = 'authenticated'",
    "auth.uid() IS NOT NULL",
    "(SELECT auth.uid()) IS NOT NULL",
    "auth.uid() IS NULL",
    "auth.uid() = auth.uid()",
    "auth.jwt() -> 'app_metadata' ->> 'role' = 'admin'",
    "current_setting('app.tenant', true) = '1'",
    "current_setting('app.tenant', true) IS NULL OR org = 3",
    "random() < 2",
    "EXISTS (SELECT 1)",
    "EXISTS (SELECT FROM members WHERE user_id = auth.uid())",
    "EXISTS (SELECT FROM members WHERE user_id = auth.uid() AND org = org)",
    "EXISTS (SELECT FROM members AS m WHERE user_id = auth.uid() AND (m.org = notes.org OR true))",
    "EXISTS (SELECT FROM notes AS n WHERE n.owner = auth.uid())",
    "EXISTS (WITH w AS (SELECT * FROM members) SELECT FROM w WHERE w.user_id = auth.uid())",
    "auth.uid() IN (SELECT user_id FROM members)",
    "(SELECT role FROM members WHERE user_id = auth.uid() LIMIT 1) = 'admin'",
    "CASE WHEN auth.uid() > 0 THEN true ELSE owner = 1 END",
)
BY_FUNCTION = (
    "is_chief()",
    "(SELECT is_chief())",
    "is_chief() OR org = 1",
    "is_member(4)",
    "NOT is_chief()",
)
BY_ROW = (
    "owner = auth.uid()",
    "(SELECT auth.uid()) = owner",
    "owner = auth.uid() OR auth.role() = 'service_role'",
    "org IS NOT NULL",
    "notes IS NOT NULL",
    "whole(notes)",
    "published",
    "published IS UNKNOWN",
    "is_member(org)",
    "is_chief() AND org = 1",
    "auth.uid() IS NOT NULL AND owner = auth.uid()",
    "name ILIKE '%a%'",
    "org = current_setting('app.tenant')::int",
    "(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'org')::int = org",
    "org IN (SELECT org FROM members WHERE user_id = auth.uid())",
    "org = ANY (array(SELECT org FROM members WHERE user_id = auth.uid()))",
    "org = ANY (my_orgs())",
    "auth.uid() IN (SELECT user_id FROM members AS m WHERE m.org = notes.org)",
    "EXISTS (SELECT FROM members AS m WHERE m.user_id = auth.uid() AND m.org = notes.org)",
    "EXISTS (SELECT FROM (SELECT * FROM members AS m WHERE m.org = notes.org) AS q WHERE q.user_id = 1)",
    "EXISTS (SELECT FROM members AS m WHERE m.role = 'boss' AND m.user_id = 1 OR m.org = notes.org)",
    "EXISTS (SELECT WHERE notes.owner = auth.uid())",
    "CASE WHEN auth.role() = 'service_role' THEN true ELSE owner = auth.uid() END",
    "CASE WHEN published THEN false ELSE true END",
    "CASE org WHEN 1 THEN true ELSE false END",
    "coalesce(org = 1, false)",
)
NEVER = (
    "false",
    "NOT true",
    "NULL",
    "1 = 2",
    "id <> id",
    "id IS NULL",
    "auth.role() = 'service_role'",
    "auth.jwt() ->> 'role' = 'service_role'",
    "current_user = 'postgres'",
    "id IS DISTINCT FROM id",
    "org = 1 AND false",
)
CASES = [
    (expression, openness)
    for expressions, openness in (
        (EVERY_ROW, Openness.ALWAYS),
        (BY_SESSION, Openness.BY_SESSION),
        (BY_FUNCTION, Openness.BY_FUNCTION),
        (BY_ROW, Openness.BY_ROW),
        (NEVER, Openness.NEVER),
    )
    for expression in expressions
]
OPERATORS = "SELECT oid::text, oprname FROM pg_operator"
FUNCTIONS = """
SELECT p.oid::text, n.nspname || '.' || p.proname
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
"""


@pytest.mark.parametrize(("expression", "openness"), CASES)
def test_an_expression_opens_as_far_as_it_does(
    expression: str, openness: Openness, project: psycopg.Connection
) -> None:
    project.execute(f"CREATE POLICY p ON notes USING ({expression})".encode())
    tree = project.execute("SELECT polqual::text FROM pg_policy").fetchall()[0][0]
    names = Names(dict(project.execute(OPERATORS).fetchall()), dict(project.execute(FUNCTIONS).fetchall()))
    reader = Reader(names, frozenset({1}), frozenset({"anon", "authenticated"}))
    assert reader.openness(parse(tree)) == openness
