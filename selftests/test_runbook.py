"""The runbook's mirror: an entry for each kind of finding, and in each all that it promises."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from judging.findings import KINDS
from selftests.runbook.entries import LABELS, OPERATIONS, Entry, read_entries, sections
from settings import HOME, SETTINGS

TEXT = (HOME / "RUNBOOK.md").read_text(encoding="utf-8")
ENTRIES = read_entries(TEXT)
SECTIONS = sections(TEXT)
LEAST = 40

_LINK = re.compile(r"\]\((?:RUNBOOK\.md)?#([^)]+)\)")
_PLACEHOLDER = re.compile(r"`(\[[A-Z][A-Z -]+\])`")
_USED = re.compile(r"\$\{?([A-Za-z_]\w*)")
_ASSIGNED = re.compile(r"(?:^|[\s;])(?:([A-Za-z_]\w*)=|(?:for|read(?: -r)?) ([A-Za-z_]\w*))", re.MULTILINE)
_ROW = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.kind)


def first_cells(section: str) -> list[str]:
    """What the rows of a section's table begin with: one or more names in backquotes."""
    return [name for cell in _ROW.findall(SECTIONS[section]) for name in re.findall(r"`([^`]+)`", cell)]


def anchors() -> list[str]:
    """Where each heading is found, as GitHub makes anchors of titles in plain words."""
    titles = [title for title in SECTIONS if title] + [entry.kind for entry in ENTRIES]
    return [re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in titles]


def foreign_variables(commands: str) -> set[str]:
    """What commands ask of their surroundings besides the variables of the table."""
    own = {name for names in _ASSIGNED.findall(commands) for name in names}
    return set(_USED.findall(commands)) - own - set(first_cells("Variables"))


def test_each_kind_of_finding_has_its_entry_and_each_entry_its_kind_or_the_tag() -> None:
    assert {entry.kind for entry in ENTRIES if entry.tag is None} == set(KINDS)
    assert {entry.tag for entry in ENTRIES} <= {None, OPERATIONS}
    assert len(ENTRIES) >= LEAST


def test_entries_stand_under_the_check_that_reports_them() -> None:
    astray = {
        entry.kind: entry.section
        for entry in ENTRIES
        if KINDS.get(entry.kind, "").startswith("test_") and KINDS[entry.kind] != entry.section
    }
    usual = {kind: check for kind, check in KINDS.items() if check.endswith("_usual")}
    assert {kind for kind in astray if astray[kind] == "Against what is usual"} <= set(usual)
    assert {kind: where for kind, where in astray.items() if kind not in usual} == {}


@each_entry
def test_an_entry_says_everything_in_its_order(entry: Entry) -> None:
    assert entry.labels == LABELS
    assert [label for label, text in entry.parts.items() if not text] == []
    assert len(entry.blocks) == 1
    assert entry.expected


@each_entry
def test_commands_ask_for_nothing_that_the_reader_was_not_told_of(entry: Entry) -> None:
    assert foreign_variables(entry.commands) == set()
    assert re.findall(r"<[a-z][^>\n]*>", entry.commands) == []


def test_variables_are_settings_or_well_known() -> None:
    ours = {setting.variable for setting in SETTINGS if setting.variable}
    assert set(first_cells("Variables")) <= ours | {"RESTORED_URL", "TMPDIR"}


def test_the_quick_reference_names_every_entry_once_in_the_same_order() -> None:
    assert re.findall(r"^\| \[([^\]]+)\]\(#\1\) \|", SECTIONS["Quick reference"], re.MULTILINE) == [
        entry.kind for entry in ENTRIES
    ]
    empty = [row for row in SECTIONS["Quick reference"].splitlines() if re.search(r"\|\s*\|", row)]
    assert empty == []


def test_anchors_are_unique_and_links_lead_to_them() -> None:
    there = anchors()
    assert [anchor for anchor, count in Counter(there).items() if count > 1] == []
    assert set(_LINK.findall(TEXT)) - set(there) == set()


def test_whom_to_escalate_to_is_in_the_table() -> None:
    table = set(first_cells("Escalation"))
    assert set(_PLACEHOLDER.findall(SECTIONS["Escalation"])) == table
    assert set(_PLACEHOLDER.findall(TEXT.replace(SECTIONS["Escalation"], ""))) == table
    assert [entry.kind for entry in ENTRIES if not _PLACEHOLDER.search(entry.parts["Escalate"])] == []


def test_the_readme_leads_here() -> None:
    assert "(RUNBOOK.md" in (HOME / "README.md").read_text(encoding="utf-8")
