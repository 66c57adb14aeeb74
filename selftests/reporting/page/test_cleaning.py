"""Secrets that somebody got into the log do not get out of it onto a page."""

import pytest

from reporting.page.cleaning import cleaner
from reporting.redaction import DEEPEST, MASK, Redactor

CANARY = "c4n4ry-0f-th3-l0g"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor.of(f"postgresql://log:{CANARY}@db.example.test/log")


def test_known_secrets_and_forms_go_from_values_keys_and_depths(redactor: Redactor) -> None:
    value = {f"a {CANARY}": [{"b": f"x {CANARY} y"}], "url": "https://user:s3cr3t!@example.test/"}
    cleaned = cleaner(redactor)(value)
    assert CANARY not in repr(cleaned)
    assert "s3cr3t!" not in repr(cleaned)
    assert MASK in repr(cleaned)


@pytest.mark.parametrize("value", [None, True, 5, 1.5, "plain", [], {"a": [1, {"b": None}]}])
def test_what_holds_no_secret_stays(value: object) -> None:
    assert cleaner(Redactor())(value) == value


def test_what_goes_on_without_end_ends() -> None:
    value: list[object] = []
    for _ in range(DEEPEST + 5):
        value = [value]
    cleaned = cleaner(Redactor())(value)
    assert repr(cleaned).count("[") == DEEPEST
