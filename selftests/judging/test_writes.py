"""Writes for another tenant."""

import psycopg
import pytest

from expectations import Tenancy
from judging.acting import Person
from judging.ownership import places_of
from judging.writes import Aim, Outcomes, attempt_writes

SEEING = "CREATE POLICY seeing ON notes FOR SELECT TO authenticated USING (owner = auth.uid());"
CHANGING = "CREATE POLICY changing ON notes FOR UPDATE TO authenticated "
GRUMPY = """
CREATE FUNCTION grumpy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE TRIGGER grumpy BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION grumpy();
"""


def attempted(project: psycopg.Connection, made_by: str) -> Outcomes:
    project.execute((SEEING + made_by).encode())
    (place,) = places_of(project, Tenancy("", {"public.notes": "org"}))
    person = Person("tenant 1", "authenticated", "request.jwt.claims", '{"sub": 1}')
    return attempt_writes(project, project, Aim(person, "tenant 2", place, "10", "20", {"10": 5, "20": 5}))


@pytest.mark.parametrize(
    ("made_by", "findings"),
    [
        ("", []),
        (CHANGING + "USING (owner = auth.uid()) WITH CHECK (org = 10)", []),
        (CHANGING + "USING (true) WITH CHECK (org = 10)", ["tenant 1 can UPDATE rows of others"]),
        (
            CHANGING + "USING (owner = auth.uid()) WITH CHECK (true)",
            ["tenant 1 can UPDATE its rows so that they are tenant 2's"],
        ),
        (
            "CREATE POLICY adding ON notes FOR INSERT WITH CHECK (org > 0)",
            ["tenant 1 can INSERT rows for tenant 2"],
        ),
    ],
)
def test_what_can_be_written_is_found(
    made_by: str, findings: list[str], project: psycopg.Connection
) -> None:
    outcomes = attempted(project, made_by)
    assert (outcomes.findings, outcomes.untold) == (findings, [])


def test_what_is_stopped_by_something_else_is_untold(project: psycopg.Connection) -> None:
    outcomes = attempted(project, GRUMPY + "REVOKE UPDATE ON notes FROM authenticated")
    assert outcomes.untold == ["authenticated was not granted UPDATE", "INSERT: RaiseException (P0001)"]
    assert (outcomes.findings, outcomes.refused) == ([], ["DELETE"])
