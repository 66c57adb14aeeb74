"""One sentence of bounded length, whatever was found."""

import pytest

from judging.wording import sentence, tell


@pytest.mark.parametrize(
    ("count", "ending"), [(1, "f0"), (10, "f9"), (11, "f9; and 1 more"), (5000, "f9; and 4990 more")]
)
def test_the_first_are_told_and_the_others_counted(count: int, ending: str) -> None:
    words = sentence([f"f{number}" for number in range(count)])
    assert words.startswith("f0")
    assert words.endswith(ending)


def test_gaps_are_told_one_by_one() -> None:
    told: list[tuple[str, str]] = []
    tell(lambda what, why: told.append((what, why)), [("a", "b"), ("c", "d")])
    assert told == [("a", "b"), ("c", "d")]
