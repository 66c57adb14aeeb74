"""Ways around row security, made in a real database and asked for as the check does."""

from pathlib import Path

import psycopg
import pytest

from expectations import Allowance, Expectations, Table
from judging.row_security import Judgement, judge_row_security, question
from settings import HOME

QUERY = (HOME / "checks" / "policies.sql").read_bytes()
OWN = "CREATE POLICY own ON notes TO authenticated USING (owner = auth.uid());"
VIEW = "CREATE VIEW shown AS SELECT * FROM notes;"
DEFINER = "CREATE FUNCTION told() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';"
TRIGGER = """
CREATE FUNCTION told() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
"""
APP = "CREATE ROLE app_of_test; GRANT SELECT ON notes TO app_of_test;"
PLAIN = "REVOKE ALL ON notes FROM anon, authenticated, service_role; DROP POLICY own ON notes;"


def judged(project: psycopg.Connection, *allowed: str) -> Judgement:
    allowances = tuple(Allowance(name, "meant") for name in allowed)
    expected = Expectations(Path("e.toml"), (Table("public", "notes"),), allowed=allowances)
    facts = project.execute(QUERY, question(expected, None)).fetchall()[0][0]
    return judge_row_security(expected, facts, None)


WAYS = [
    (VIEW + "GRANT SELECT ON shown TO authenticated", "public.shown", "view shows authenticated rows"),
    (VIEW + "GRANT SELECT (id) ON shown TO anon", "public.shown", "the view shows anon rows"),
    (VIEW + "GRANT SELECT ON shown TO PUBLIC", "public.shown", "the view shows PUBLIC"),
    (
        VIEW.replace("AS", "WITH (security_invoker) AS", 1)
        + "CREATE VIEW outer_one AS TABLE shown; GRANT SELECT ON outer_one TO anon",
        "public.outer_one",
        "the view shows anon rows of public.notes",
    ),
    (
        "CREATE MATERIALIZED VIEW kept AS TABLE notes; GRANT SELECT ON kept TO anon",
        "public.kept",
        "the materialised view shows anon",
    ),
    (DEFINER, "public.told()", "can be called by PUBLIC"),
    (
        DEFINER + "REVOKE EXECUTE ON FUNCTION told FROM PUBLIC; GRANT EXECUTE ON FUNCTION told TO anon",
        "public.told()",
        "can be called by anon",
    ),
    (
        DEFINER + "CREATE POLICY asking ON notes TO authenticated USING (org = told())",
        "public.told()",
        "can be called by PUBLIC",
    ),
    ("ALTER ROLE authenticated BYPASSRLS", "authenticated", "no policy holds for the role"),
    ("GRANT service_role TO anon", "anon", "the role may become service_role"),
    (
        "CREATE ROLE app_of_test LOGIN BYPASSRLS; GRANT SELECT ON notes TO app_of_test",
        "app_of_test",
        "no policy holds for the role",
    ),
    (
        "CREATE TABLE part () INHERITS (notes); GRANT SELECT ON part TO anon",
        "public.part",
        "is off on this",
    ),
    (PLAIN + APP + "CREATE POLICY p ON notes TO app_of_test USING (true)", "public.notes.p", "app_of_test"),
    (
        "CREATE POLICY p ON notes USING (true)",
        "public.notes.p",
        "every row to PUBLIC (SELECT, INSERT, UPDATE",
    ),
]


KINDS = {
    "past their policies": "view-past-row-security",
    "SECURITY DEFINER": "function-past-row-security",
    "the role": "role-past-row-security",
    "row security is off on this part": "row-security-off",
    "the policy opens every row": "policy-open",
}


@pytest.mark.parametrize(("made_by", "name", "found"), WAYS)
def test_a_way_around_is_named_unless_it_is_allowed(
    made_by: str, name: str, found: str, project: psycopg.Connection
) -> None:
    project.execute((OWN + made_by).encode())
    (finding,) = judged(project).findings
    assert finding.startswith(f"{name}: ")
    assert found in finding
    assert finding.endswith(")"), "the mend"
    assert finding.kind == next(kind for words, kind in KINDS.items() if words in finding)
    assert judged(project, name).findings == []
    assert judged(project, "public.another").findings == [finding]


@pytest.mark.parametrize(
    "made_by",
    [
        "SELECT 1",
        VIEW,
        VIEW.replace("AS", "WITH (security_invoker = on) AS", 1) + "GRANT SELECT ON shown TO anon",
        "CREATE VIEW other AS SELECT 1 AS i; GRANT SELECT ON other TO anon",
        "CREATE SCHEMA hidden; CREATE VIEW hidden.v AS TABLE notes; GRANT SELECT ON hidden.v TO anon",
        VIEW + "GRANT SELECT ON shown TO service_role",
        DEFINER
        + "REVOKE EXECUTE ON FUNCTION told FROM PUBLIC; GRANT EXECUTE ON FUNCTION told TO authenticated",
        DEFINER.replace("SECURITY DEFINER", ""),
        DEFINER + "CREATE POLICY asking ON notes USING (org = told())",
        "CREATE SCHEMA hidden; " + DEFINER.replace("told", "hidden.told"),
        TRIGGER,
        "CREATE ROLE app_of_test LOGIN; GRANT SELECT ON notes TO app_of_test",
        "CREATE ROLE app_of_test LOGIN BYPASSRLS",
        "CREATE POLICY p ON notes TO service_role USING (true)",
        "CREATE TABLE part () INHERITS (notes)",
        PLAIN + APP + "CREATE POLICY p ON notes TO app_of_test USING (owner = 1)",
        PLAIN + "CREATE ROLE app_of_test BYPASSRLS; CREATE POLICY p ON notes TO app_of_test USING (true)",
    ],
)
def test_what_is_no_way_around_raises_no_alarm(made_by: str, project: psycopg.Connection) -> None:
    project.execute((OWN + made_by).encode())
    assert judged(project).findings == []
