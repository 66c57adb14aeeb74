"""The judgement on row security as a whole."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from expectations import Allowance, Expectations, Table
from judging.row_security import judge_row_security, question
from restoring.facts import RestoredFacts

TABLES = (Table("public", "notes"), Table("public", "kinds", row_security=False, reason="the same for all"))
EXPECTED = Expectations(Path("e.toml"), TABLES, allowed=(Allowance("public.shown", "a shop window"),))
TREE = "{CONST :consttype 16 :constisnull false :constvalue 1 [ %d 0 0 0 0 0 0 0 ]}"
KEYS = ("operators", "functions", "grants", "views", "partitions", "definers", "bypassing")


def facts(let_in: int) -> dict[str, Any]:
    policy = {"table": "public.notes", "name": "p", "command": "r", "permissive": True, "roles": ["anon"]}
    table = {"name": "public.notes", "enabled": True, "forced": False, "not_null": []}
    policies = [policy | {"using": TREE % let_in, "check": None}]
    return {"tables": [table], "policies": policies} | dict.fromkeys(KEYS)


def restored(*, carries_roles: bool) -> RestoredFacts:
    return RestoredFacts(1.0, carries_roles, (), ("our_reader",), "s", (), (), "host=/s")


def test_our_own_roles_are_trusted_and_exempt_tables_not_asked_for() -> None:
    names, schemas, tables, roles, bypassing, platform = question(EXPECTED, restored(carries_roles=True))
    assert (names, schemas, tables) == (["public.notes"], ["public"], ["notes"])
    assert {"our_reader", "service_role"} <= set(roles)
    assert {"auth", "storage"} <= set(platform)
    assert bypassing == []
    assert "our_reader" not in question(EXPECTED, None)[3]


@pytest.mark.parametrize(
    ("said", "bypasses"), [("SUPERUSER LOGIN", True), ("BYPASSRLS NOLOGIN", True), ("LOGIN", False)]
)
def test_a_role_is_what_the_backup_says_whatever_it_was_given_here(said: str, bypasses: bool) -> None:
    told = replace(restored(carries_roles=True), declared_roles={"app": said})
    assert question(EXPECTED, told)[4] == (["app"] if bypasses else [])


def test_what_is_recorded_and_found() -> None:
    judgement = judge_row_security(EXPECTED, facts(1), None)
    assert [finding.split(":")[0] for finding in judgement.findings] == ["public.notes.p"]
    assert judgement.details == {
        "policies": {"public.notes": ["p"]},
        "exempt": {"public.kinds": "the same for all"},
        "allowed": {"public.shown": "a shop window"},
    }
    assert judge_row_security(EXPECTED, facts(0), None).findings == []


def test_attributes_that_a_backup_does_not_tell_are_not_verified() -> None:
    whats = [
        [what for what, _ in judge_row_security(EXPECTED, facts(0), back).unverified]
        for back in (None, restored(carries_roles=True), restored(carries_roles=False))
    ]
    assert whats == [[], [], ["roles that no policy holds for"]]
