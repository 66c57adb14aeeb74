"""The exit code: the stronger reason wins."""

import pytest

from reporting.verdict import exit_code
from reporting.verification import Status


@pytest.mark.parametrize(
    ("status", "cannot_verify", "delivered", "fail_on_warning", "code"),
    [
        ("success", False, True, False, 0),
        ("success", False, True, True, 0),
        ("success", False, False, False, 11),
        ("warning", False, True, False, 0),
        ("warning", False, True, True, 1),
        ("warning", False, False, False, 11),
        ("warning", False, False, True, 1),
        ("failure", False, True, False, 1),
        ("failure", False, False, False, 1),
        ("failure", True, True, False, 10),
        ("failure", True, False, False, 10),
    ],
)
def test_each_ending_has_its_code(
    status: Status, cannot_verify: bool, delivered: bool, fail_on_warning: bool, code: int
) -> None:
    found = exit_code(
        status, cannot_verify=cannot_verify, delivered=delivered, fail_on_warning=fail_on_warning
    )
    assert found == code
