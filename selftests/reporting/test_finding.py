"""A finding is one line, taken from where it says most."""

import psycopg
import pytest

from reporting.finding import finding, speaks_for_itself


def raised(action: object) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        action()  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize(
    ("error", "line", "enough"),
    [
        (AssertionError("rows: 3, expected 4\nassert 3 == 4"), "rows: 3, expected 4", True),
        (AssertionError("assert 3 == 4\n + where"), "assert 3 == 4", False),
        (AssertionError(), "AssertionError", False),
        (ValueError("odd\nvalue"), "ValueError: odd", False),
        (psycopg.OperationalError("connection refused\nmore"), "connection refused", True),
        (KeyError(), "KeyError:", False),
    ],
)
def test_the_first_line_is_the_finding(error: BaseException, line: str, enough: bool) -> None:
    assert finding(error) == line
    assert speaks_for_itself(error) is enough


def test_a_skip_gives_its_reason() -> None:
    assert finding(raised(lambda: pytest.skip("no such thing"))) == "no such thing"


def test_a_failure_gives_its_reason() -> None:
    error = raised(lambda: pytest.fail("not as it should be"))
    assert (finding(error), speaks_for_itself(error)) == ("not as it should be", True)


def test_a_servers_complaint_comes_without_its_context(postgresql: psycopg.Connection) -> None:
    error = raised(lambda: postgresql.execute("SELECT * FROM missing"))
    assert finding(error) == 'relation "missing" does not exist'


def test_a_wall_of_text_is_cut() -> None:
    found = finding(AssertionError("x" * 100_000))
    assert len(found) == 2000
    assert found.endswith("…")
