"""test_definitions_match: what is defined otherwise than in the source is found, named and shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from judging.definitions import finding
from reference.definitions import Definition, Ours, read_definitions
from reference.differences import Difference
from reference.opening import Compared
from reference.reference import Reference
from restoring.facts import RestoredFacts

CHECK = "test_definitions_match"

SCHEMA = """
CREATE TABLE t (id int PRIMARY KEY, owner text NOT NULL DEFAULT 'nobody');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t FOR SELECT USING (owner = current_user);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v WITH (security_invoker) AS SELECT id FROM t;
GRANT SELECT (id) ON t TO PUBLIC;
"""


@pytest.fixture
def compared(postgresql: psycopg.Connection, facts: RestoredFacts) -> Compared:
    """A reference of this test's own database, as it is before the test changes it."""
    postgresql.execute(SCHEMA)
    postgresql.commit()
    ours = Ours(frozenset(facts.roles), frozenset([facts.schema]), "(nobody)")
    definitions = read_definitions(postgresql, ours)
    postgresql.rollback()
    return Compared(Reference("2026-07-01T00:00:00+00:00", "18", "d", "0", definitions, {}), False, False)


@pytest.fixture
def after(
    postgresql: psycopg.Connection, look: Callable[..., Any], compared: Compared
) -> Callable[..., Any]:
    """Looks after a change of the database."""

    def after(change: str, text: str = "[tables.t]\n", **changes: Any) -> Any:
        postgresql.execute(change.encode())
        postgresql.commit()
        return look(text, reference=compared, **changes)

    return after


def test_the_same_definitions_pass(after: Callable[..., Any]) -> None:
    looked = after("SELECT 1")
    assert looked.message is None
    assert looked.details["definitions"] > 10
    assert looked.details["differences"] == {}


@pytest.mark.parametrize(
    ("change", "told", "kind"),
    [
        (
            "ALTER TABLE t DISABLE ROW LEVEL SECURITY",
            "missing: row security public.t: ENABLED",
            "row-security-changed",
        ),
        ("DROP POLICY own ON t", "missing: policy public.t.own", "policy-lost"),
        ("ALTER POLICY own ON t USING (true)", "changed: policy public.t.own", "policy-changed"),
        ("CREATE POLICY more ON t USING (true)", "extra: policy public.t.more", "policy-changed"),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
            "changed: function public.f()",
            "function-changed",
        ),
        ("ALTER FUNCTION f() SECURITY DEFINER", "changed: function public.f()", "function-changed"),
        ("ALTER VIEW v RESET (security_invoker)", "changed: view public.v", "definition-changed"),
        ("ALTER TABLE t ALTER owner DROP NOT NULL", "changed: column public.t.owner", "column-changed"),
        ("ALTER TABLE t DROP CONSTRAINT t_pkey", "missing: constraint public.t.t_pkey", "constraint-lost"),
        ("CREATE TABLE more (id int)", "extra: table public.more", "definition-added"),
        ("DROP VIEW v", "missing: view public.v", "definition-missing"),
        ("GRANT SELECT ON t TO PUBLIC", "extra: grant table public.t to PUBLIC: SELECT", "grant-changed"),
        (
            "REVOKE SELECT (id) ON t FROM PUBLIC",
            "missing: grant column public.t.id to PUBLIC",
            "grant-lost",
        ),
        ("ALTER VIEW v OWNER TO pg_monitor", "changed: owner view public.v", "owner-changed"),
    ],
)
def test_one_change_is_found_and_named(
    after: Callable[..., Any], change: str, told: str, kind: str
) -> None:
    looked = after(change)
    assert looked.message.startswith("definitions that differ: ")
    assert told in " ".join(looked.details["diff"])
    assert told in looked.message
    assert kind in looked.kinds


def test_roles_of_a_whole_cluster_have_a_kind_of_their_own() -> None:
    assert finding(Difference("role", "app", "missing", "LOGIN", None)).kind == "role-changed"


def test_the_dangerous_come_first(after: Callable[..., Any]) -> None:
    looked = after(
        "DROP POLICY own ON t; COMMENT ON TABLE t IS 'x'; ALTER TABLE t ALTER owner DROP DEFAULT"
    )
    kinds = [line.split(":")[0] for line in looked.details["diff"] if not line.startswith(" ")]
    assert kinds == ["policy", "column", "comment"]


def test_a_declared_exclusion_is_not_verified_and_not_found(after: Callable[..., Any]) -> None:
    text = "[tables.t]\n[[backup.excluded]]\nobject = 'public.v'\nreason = 'made anew'\n"
    looked = after("DROP VIEW v", text)
    assert looked.message is None
    assert [why for _, why in looked.unverified] == ["excluded by the expectations: made anew"]


def test_what_the_server_alone_holds_is_not_verified(
    after: Callable[..., Any], postgresql: psycopg.Connection, compared: Compared
) -> None:
    name = postgresql.info.dbname
    looked = after(f"ALTER DATABASE {name} SET work_mem = '8MB'")
    assert looked.message is None
    assert [why for _, why in looked.unverified] == ["a backup of one database does not carry it"]


def test_an_empty_reference_proves_nothing(look: Callable[..., Any], compared: Compared) -> None:
    empty = replace(compared, reference=replace(compared.reference, definitions=[]))
    assert look(reference=empty).message == "definitions of the reference: 0, expected at least 1"


def test_what_the_backup_never_held_is_missing(look: Callable[..., Any], compared: Compared) -> None:
    more = [*compared.reference.definitions, Definition("event trigger", "guard", "ON ddl_command_end")]
    looked = look(reference=replace(compared, reference=replace(compared.reference, definitions=more)))
    assert "missing: event trigger guard" in looked.message


def test_what_never_runs_here_is_not_verified(look: Callable[..., Any], compared: Compared) -> None:
    more = [*compared.reference.definitions, Definition("event trigger", "guard", "ON ddl_command_end")]
    expected = replace(compared, reference=replace(compared.reference, definitions=more))
    looked = look(reference=expected, left_out=(("EVENT TRIGGER guard", "it needs a superuser"),))
    assert looked.message is None
    assert [why for _, why in looked.unverified] == ["it needs a superuser"]
