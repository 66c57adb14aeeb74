"""The check of the size: either bound at the exact byte, and what an empty database weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from expectations import MEGABYTE
from settings import HOME

if TYPE_CHECKING:
    from selftests.checks.conftest import Judge, Verify


CHECK = "test_database_size_reasonable"

SIZE = "SELECT pg_database_size(current_database())"


def size_of(dsn: str) -> int:
    """The size in bytes, once a new session has written what new sessions write."""
    psycopg.connect(dsn).close()
    with psycopg.connect(dsn) as connection:
        return int(connection.execute(SIZE).fetchall()[0][0])


def expecting(**bounds: float) -> str:
    lines = "".join(f"{name} = {value!r}\n" for name, value in bounds.items())
    return f"[database]\n{lines}[tables.pets]\n"


@pytest.mark.parametrize(("more", "outcome"), [(-1, "passed"), (0, "passed"), (1, "failed")])
def test_the_least_is_exact_to_the_byte(more: int, outcome: str, dsn: str, judge: Judge) -> None:
    size = size_of(dsn)
    least = (size + more) / MEGABYTE
    check = judge(expecting(min_size_mb=least))
    assert (check.outcome, check.severity) == (outcome, "warning")
    if outcome == "failed":
        assert check.message == f"database size: {size / MEGABYTE:.2f} MB, expected at least {least} MB"
        assert [each.kind for each in check.findings] == ["size-below-least"]
    assert check.details["size_mb"] == round(size / MEGABYTE, 2)


@pytest.mark.parametrize(("more", "outcome"), [(-1, "failed"), (0, "passed"), (1, "passed")])
def test_the_most_is_exact_to_the_byte(more: int, outcome: str, dsn: str, judge: Judge) -> None:
    size = size_of(dsn)
    most = (size + more) / MEGABYTE
    check = judge(expecting(min_size_mb=0, max_size_mb=most))
    assert check.outcome == outcome
    if outcome == "failed":
        assert check.message == f"database size: {size / MEGABYTE:.2f} MB, expected 0 to {most} MB"
        assert [each.kind for each in check.findings] == ["size-above-most"]


def test_least_and_most_may_be_the_same(dsn: str, judge: Judge) -> None:
    exact = size_of(dsn) / MEGABYTE
    assert judge(expecting(min_size_mb=exact, max_size_mb=exact)).outcome == "passed"


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"min_size_mb": 5_000_000}, "at least 5000000 MB"),
        ({"min_size_mb": 100.5, "max_size_mb": 5_000_000}, "100.5 to 5000000 MB"),
    ],
)
def test_bounds_are_told_as_they_were_given(
    bounds: dict[str, float], expected: str, dsn: str, judge: Judge
) -> None:
    check = judge(expecting(**bounds))
    size = size_of(dsn) / MEGABYTE
    assert check.message == f"database size: {size:.2f} MB, expected {expected}"


def test_an_empty_database_is_smaller_than_10_mb(dsn: str, judge: Judge) -> None:
    check = judge(expecting())
    size = check.details["size_mb"]
    assert 6 < size < 10
    assert check.message == f"database size: {size:.2f} MB, expected at least 10 MB"
    assert abs(check.details["size_without_empty_mb"]) < 0.5


def test_without_what_an_empty_one_weighs(admin: psycopg.Connection, judge: Judge) -> None:
    before = judge(expecting()).details["size_without_empty_mb"]
    admin.execute("CREATE TABLE pets AS SELECT repeat('x', 1000) FROM generate_series(1, 7000)")
    (added,) = admin.execute("SELECT pg_table_size('pets')").fetchall()[0]
    check = judge(expecting())
    assert (check.outcome, check.message) == ("passed", None)
    assert check.details["size_without_empty_mb"] - before == pytest.approx(added / MEGABYTE, abs=0.3)


def test_unknown_where_the_empty_one_may_not_be_weighed(
    admin: psycopg.Connection, reader_dsn: str, judge: Judge
) -> None:
    assert judge(expecting(), at=reader_dsn).details["size_without_empty_mb"] is not None
    admin.execute("REVOKE CONNECT ON DATABASE template0 FROM PUBLIC")
    try:
        check = judge(expecting(), at=reader_dsn)
    finally:
        admin.execute("GRANT CONNECT ON DATABASE template0 TO PUBLIC")
    assert check.details["size_without_empty_mb"] is None
    assert check.message == f"database size: {check.details['size_mb']:.2f} MB, expected at least 10 MB"


@pytest.mark.parametrize(("option", "code"), [((), 0), (("--fail-on-warning",), 1)])
def test_a_warning_fails_a_run_only_where_it_is_to(
    option: tuple[str, ...], code: int, dsn: str, verify: Verify
) -> None:
    judged = verify(expecting(), HOME / "checks" / f"{CHECK}.py", "--database-url", dsn, *option)
    assert (judged.code, judged.verification["status"]) == (code, "warning")
