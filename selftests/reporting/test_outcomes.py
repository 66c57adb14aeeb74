"""Outcomes: never green without a call that passed."""

import json
from typing import Any

import pytest

from reporting.outcomes import PROPERTY, Outcomes, title_of

NODE = "checks/test_rls_policies_active.py::test_rls_policies_active"


def report(
    outcome: str, when: str = "call", said: dict[str, Any] | None = None, **more: Any
) -> pytest.TestReport:
    properties = [(PROPERTY, json.dumps({"severity": "warning"} | (said or {})))]
    return pytest.TestReport(
        NODE,
        ("checks/test_rls_policies_active.py", 1, "test_rls_policies_active"),
        {},
        outcome,  # type: ignore[arg-type]
        None,
        when,  # type: ignore[arg-type]
        user_properties=properties,
        duration=0.25,
        **more,
    )


def outcome_of(*reports: pytest.TestReport) -> tuple[str, str | None]:
    outcomes = Outcomes()
    outcomes.expect(NODE, "critical")
    for each in reports:
        outcomes.take(each)
    (result,) = outcomes.results()
    return result.outcome, result.message


WHOLE = [report("passed", "setup"), report("passed"), report("passed", "teardown")]


@pytest.mark.parametrize(
    ("reports", "outcome", "message"),
    [
        (WHOLE, "passed", None),
        ([], "not run", "it was never reached"),
        ([report("passed", "setup")], "not run", "it was never reached"),
        ([report("passed", "setup"), report("passed", "teardown")], "not run", "it was never reached"),
        ([report("failed", "setup", {"message": "no"})], "not run", "it could not begin: no"),
        ([report("skipped", "setup", {"message": "why"})], "not run", "why"),
        ([report("passed", "setup"), report("skipped", said={"message": "why"})], "not run", "why"),
        ([report("passed", "setup"), report("failed", said={"message": "bad"})], "failed", "bad"),
        ([*WHOLE[:2], report("failed", "teardown", {"message": "late"})], "failed", "late"),
        ([report("failed", said={"message": "bad"}), report("failed", "teardown")], "failed", "bad"),
        ([report("failed", said={"message": "part"}, context=1), *WHOLE], "failed", "part"),
        ([report("passed", context=1)], "not run", "it was never reached"),
        ([report("skipped", said={"message": "odd"}, wasxfail="reason")], "failed", "odd"),
        ([report("passed", wasxfail="reason")], "failed", "it failed"),
        ([report("rerun"), *WHOLE], "passed", None),
        ([report("rerun")], "not run", "it was never reached"),
        ([report("skipped", said={"message": "part"}, context=1), *WHOLE], "not run", "part"),
    ],
)
def test_each_way_through_a_check_has_its_outcome(
    reports: list[pytest.TestReport], outcome: str, message: str | None
) -> None:
    assert outcome_of(*reports) == (outcome, message)


def test_a_check_that_nobody_announced_is_critical_until_it_says_otherwise() -> None:
    outcomes = Outcomes()
    outcomes.expect(NODE)
    assert outcomes.results()[0].severity == "critical"
    outcomes.take(report("passed"))
    assert outcomes.results()[0].severity == "warning"


def test_a_check_can_be_announced_with_the_reason_why_it_will_not_run() -> None:
    outcomes = Outcomes()
    outcomes.expect(NODE, message="no check was found in the file")
    (result,) = outcomes.results()
    assert (result.severity, result.outcome) == ("critical", "not run")
    assert result.message == "no check was found in the file"


@pytest.mark.parametrize("recorded", ["no JSON", "5", '{"severity": "info"}'])
def test_what_a_check_records_by_the_same_name_changes_nothing(recorded: str) -> None:
    outcomes, passed = Outcomes(), report("passed")
    passed.user_properties.insert(0, (PROPERTY, recorded))
    outcomes.take(passed)
    assert outcomes.results()[0].severity == "warning"


def test_seconds_of_all_phases_and_details_are_kept() -> None:
    outcomes = Outcomes()
    for each in (report("passed", "setup"), report("passed", said={"details": {"rows": 3}})):
        outcomes.take(each)
    (result,) = outcomes.results()
    assert (result.seconds, result.details, result.name) == (0.5, {"rows": 3}, "test_rls_policies_active")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("test_rls_policies_active", "RLS Policies Active"),
        ("test_database_connectivity", "Database Connectivity"),
        ("test_queue_depth[a]", "Queue Depth"),
    ],
)
def test_a_title_is_made_of_the_name(name: str, title: str) -> None:
    assert title_of(name) == title
