"""What is exempted is shown and does not count, until the end of its last day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Database, Log, Product, Slack

CHECK = "test_row_counts_reasonable"
FINDING = "public.agents: 48 rows, expected at least 1000"


@pytest.fixture
def expectations(product: Product, sample: Database) -> Path:
    """The six checks' expectations, one of which the sample does not meet."""
    file = Path(product.variables["VERIFICATION_EXPECTATIONS"])
    bound = "[tables.agents]\nmin_rows = "
    assert bound in file.read_text()
    file.write_text(file.read_text().replace(bound, f"{bound}1000 # not "))
    return file


def exempt(expectations: Path, what: str, days: int = 0) -> str:
    until = (datetime.now(UTC) + timedelta(days=days)).date()
    entry = f'\n[[exemptions]]\n{what}\nreason = "agents move"\nuntil = {until}\n'
    expectations.write_text(expectations.read_text() + entry)
    return until.isoformat()


def test_without_an_exemption_it_counts(
    product: Product, log: Log, slack: Slack, expectations: Path
) -> None:
    run = product.run("checks/", f"--junitxml={product.junit}")
    found = run.verification
    for words in (
        f'name="verification.id" value="{found["id"]}"',
        'name="verification.status" value="warning"',
    ):
        assert words in product.junit.read_text()
    (row_counts,) = [check for check in found["checks"] if check["name"] == CHECK]
    assert (run.code, found["status"], found["checks_failed"]) == (0, "warning", 1)
    assert row_counts["findings"] == [{"kind": "rows-below-least", "text": FINDING, "exempted": None}]
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    "what",
    ['finding = "rows-below-least"', f'check = "{CHECK}"\nobject = "public.agents"'],
    ids=["kind", "object"],
)
def test_an_exempted_finding_lets_its_check_pass_and_is_shown(
    product: Product, log: Log, slack: Slack, expectations: Path, what: str
) -> None:
    until = exempt(expectations, what)
    run = product.run("checks/", "--fail-on-warning")
    found = run.verification
    (row_counts,) = [check for check in found["checks"] if check["name"] == CHECK]
    assert (run.code, found["status"], found["checks_passed"]) == (0, "success", 6)
    assert row_counts["outcome"] == "passed"
    assert row_counts["findings"] == [
        {
            "kind": "rows-below-least",
            "text": FINDING,
            "exempted": {"reason": "agents move", "until": until},
        }
    ]
    assert FINDING in run.out
    assert f"until {until}" in run.out
    assert log.row()["verification_details"]["checks"] == found["checks"]
    assert slack.messages == []


def test_an_exempted_check_fails_and_counts_nowhere(
    product: Product, log: Log, slack: Slack, expectations: Path
) -> None:
    until = exempt(expectations, f'check = "{CHECK}"')
    run = product.run("checks/", "--fail-on-warning")
    assert run.code == 0
    found = run.verification
    assert (found["status"], found["checks_passed"], found["checks_failed"]) == ("success", 5, 0)
    assert run.outcomes[CHECK] == "failed"
    assert (run.messages[CHECK], log.row()["error_details"]) == (FINDING, None)
    assert f"until {until}" in run.out


@pytest.mark.parametrize(
    ("what", "days"),
    [
        ('finding = "rows-below-least"', -1),
        (f'check = "{CHECK}"', -1),
        ('finding = "rows-below-least"\nobject = "public.contacts"', 0),
        ('finding = "rows-above-most"', 0),
    ],
    ids=["finding, over", "check, over", "another object", "another kind"],
)
def test_what_is_over_or_means_something_else_covers_nothing(
    product: Product, expectations: Path, what: str, days: int
) -> None:
    exempt(expectations, what, days)
    run = product.run("checks/", "--no-delivery", "--fail-on-warning")
    assert (run.code, run.verification["status"], run.verification["checks_failed"]) == (1, "warning", 1)


def test_a_database_that_is_not_there_cannot_be_exempted_into_a_success(
    product: Product, expectations: Path
) -> None:
    for check in ("test_database_connectivity", "test_critical_tables_exist", "test_rls_policies_active"):
        exempt(expectations, f'check = "{check}"')
    product.variables["DATABASE_URL"] = "host=/nonexistent dbname=x user=u"
    run = product.run("checks/", "--no-delivery")
    assert (run.code, run.verification["status"]) == (1, "failure")
