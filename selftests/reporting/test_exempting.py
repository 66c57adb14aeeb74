"""Exemptions cover what they name, until the end of their last day, and nothing besides."""

from datetime import date
from pathlib import Path

import pytest

from expectations import Exemption, read_expectations
from judging.findings import Finding
from reporting.exempting import counting, exempted_as_a_whole, weighed
from reporting.verification import CheckResult, Exempted, FindingResult, Outcome

LAST = date(2026, 12, 31)
AFTER = date(2027, 1, 1)
CHECK = "test_row_counts_reasonable"
LOGS = Finding("rows-above-most", "public.webhook_logs: 12 rows, expected at most 10")
ORDERS = Finding("rows-below-least", "public.orders: 0 rows, expected at least 1")


def exemption(**words: str) -> Exemption:
    return Exemption("known", LAST, **words)


def covered(exempted: Exemption, day: date = LAST, check: str = CHECK) -> list[str]:
    found = weighed([LOGS, ORDERS], check, [exempted], day)
    return [result.text for result in found if result.exempted]


@pytest.mark.parametrize(
    ("exempted", "texts"),
    [
        (exemption(finding="rows-above-most"), [LOGS]),
        (exemption(finding="rows-above-most", object="public.webhook_logs"), [LOGS]),
        (exemption(finding="rows-above-most", object="webhook_logs"), []),
        (exemption(finding="rows-above-most", object="public.webhook_log"), []),
        (exemption(finding="rows-above-most", object="public.orders"), []),
        (exemption(check=CHECK, object="public.orders"), [ORDERS]),
        (exemption(check="test_other", object="public.orders"), []),
        (exemption(check=CHECK), []),
    ],
)
def test_what_is_named_is_covered(exempted: Exemption, texts: list[str]) -> None:
    assert covered(exempted) == texts


def test_the_last_day_still_counts_and_the_next_does_not() -> None:
    exempted = exemption(finding="rows-above-most")
    assert (covered(exempted, LAST), covered(exempted, AFTER)) == ([LOGS], [])


def test_a_schema_s_table_is_not_its_policy() -> None:
    policy = Finding("policy-lost", "policy public.plans.Everybody sees: gone")
    plans, whole = exemption(finding="policy-lost", object="public.plans"), exemption(finding="policy-lost")
    assert not weighed([policy], "test_definitions_match", [plans], LAST)[0].exempted
    assert weighed([policy], "test_definitions_match", [whole], LAST)[0].exempted == Exempted(
        "known", "2026-12-31"
    )


def test_parameters_are_no_part_of_a_check_s_name() -> None:
    assert covered(exemption(check=CHECK, object="public.orders"), check=f"{CHECK}[app]") == [ORDERS]


def test_what_is_not_exempted_counts() -> None:
    found = weighed([LOGS, ORDERS], CHECK, [exemption(finding="rows-above-most")], LAST)
    assert [result.kind for result in counting(found)] == ["rows-below-least"]


def test_a_text_without_a_kind_is_one_of_a_check_of_the_user_s_own() -> None:
    assert weighed(["odd"], CHECK, [], LAST)[0].kind == "check-failed"


@pytest.mark.parametrize(
    ("outcome", "day", "whole"),
    [("failed", LAST, True), ("failed", AFTER, False), ("not run", LAST, False), ("passed", LAST, False)],
)
def test_a_check_is_exempted_only_while_it_fails(outcome: Outcome, day: date, whole: bool) -> None:
    result = CheckResult(f"{CHECK}[app]", "Row Counts", "warning", outcome)
    found = exempted_as_a_whole(result, [exemption(check=CHECK)], day)
    assert (found.exempted is not None) is whole
    assert found.outcome == outcome


def test_an_exemption_of_an_object_leaves_its_check_counting() -> None:
    result = CheckResult(CHECK, "Row Counts", "warning", "failed")
    assert exempted_as_a_whole(result, [exemption(check=CHECK, object="public.x")], LAST) is result


def test_the_file_s_exemptions_are_read(tmp_path: Path) -> None:
    file = tmp_path / "expectations.toml"
    file.write_text(
        '[tables.t]\n[[exemptions]]\nfinding = "rows-above-most"\nreason = "known"\nuntil = 2026-12-31\n'
    )
    assert read_expectations(file).exemptions == (exemption(finding="rows-above-most"),)


@pytest.mark.parametrize(
    ("kind", "text", "name", "covers"),
    [
        (
            "view-past-row-security",
            "public.all_data: the view shows anon rows of public.plans",
            "public.plans",
            False,
        ),
        ("orphaned-rows", "public.a a_fk: 40 rows point to no row of public.b", "public.b", False),
        ("rows-below-least", "public.a-archive: 0 rows, expected at least 1", "public.a", False),
        ("rows-below-least", "public.a b: 0 rows, expected at least 1", "public.a", False),
        ("rows-below-least", "public.a: 0 rows, expected at least 1", "rows", False),
        ("policy-lost", 'missing: policy public.a."Own rows"', 'public.a."Own rows"', True),
        ("grant-changed", "changed: grant on public.a to anon: - SELECT", "anon", True),
        ("listed-table-missing", "not arrived: TABLE t00 in s", "s.t00", True),
        ("restore-lost-rows", 'COPY contacts: relation "x" does not exist', "contacts", True),
    ],
)
def test_an_object_is_what_the_finding_is_about(kind: str, text: str, name: str, covers: bool) -> None:
    found = weighed([Finding(kind, text)], "test_x", [exemption(finding=kind, object=name)], LAST)
    assert bool(found[0].exempted) is covers


def test_an_error_is_not_exempted_with_its_check() -> None:
    raised = FindingResult("check-raised", "division by zero")
    result = CheckResult(CHECK, "Row Counts", "critical", "failed", findings=[raised])
    assert exempted_as_a_whole(result, [exemption(check=CHECK)], LAST).exempted is None


def test_a_finding_is_one_line_whatever_its_names_hold() -> None:
    assert Finding("rows-lost", "public.a\n::error::x\x1b[2J: gone") == "public.a�::error::x�[2J: gone"
