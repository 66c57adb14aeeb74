"""The commands of each entry of the operations, run where that went wrong, print what it says."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from selftests.runbook.entries import OPERATIONS, read_entries
from selftests.runbook.ground import RUNBOOK, Ground
from selftests.runbook.situations import SITUATIONS

ENTRIES = {
    entry.kind: entry
    for entry in read_entries(RUNBOOK.read_text(encoding="utf-8"))
    if entry.tag == OPERATIONS
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_goes_wrong_around_verifications_is_diagnosed_as_the_runbook_says(
    name: str, ground: Ground, httpserver: HTTPServer
) -> None:
    situation = SITUATIONS[name](ground, httpserver)
    entry = ENTRIES[name]
    printed = ground.shell(entry.commands, situation)
    assert entry.expected
    assert [text for text in entry.expected if text not in printed] == [], printed


def test_each_entry_of_the_operations_has_its_situation() -> None:
    assert sorted(ENTRIES) == sorted(SITUATIONS)
