"""Each entry's commands, run as written on what has gone bad in that way, print what the entry says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from judging.findings import KINDS
from selftests.runbook import backups, failures, live, logged, on_disk
from selftests.runbook.case import Case
from selftests.runbook.entries import Entry, read_entries
from selftests.runbook.ground import RUNBOOK, Ground
from selftests.runbook.situation import Situation, Told

CASES = (*backups.CASES, *failures.CASES, *live.CASES, *logged.CASES)
NOT_PRODUCED = {
    "function-body-broken": "no server that the selftests find has plpgsql_check",
}
_ALIKE = "The same on a sound backup."
ENTRIES = {entry.kind: entry for entry in read_entries(RUNBOOK.read_text(encoding="utf-8"))}


@pytest.fixture(scope="session")
def healthy(whole_ground: Ground) -> Iterator[tuple[Situation, Told]]:
    """The sound sample, restored and kept."""
    situation = whole_ground.situation(whole_ground.dump("sample"), reference=whole_ground.reference())
    situation = replace(
        situation, variables=dict(situation.variables, VERIFICATION_LOG_URL=whole_ground.log())
    )
    told = whole_ground.verify(situation)
    whole_ground.keep()
    assert (told.code, told.kinds) == (0, set()), told.output
    yield _reachable(situation, told), told
    told.remove()


def _reachable(situation: Situation, told: Told) -> Situation:
    """With the variable by which the runbook reaches what was restored."""
    found = {"RESTORED_URL": told.restored_url} if told.restored_url else {}
    return replace(situation, variables={**situation.variables, **found})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_damage_is_reported_and_diagnosed_as_the_runbook_says(
    case: Case, ground: Ground, healthy: tuple[Situation, Told]
) -> None:
    situation = case.make(ground)
    if not ground.admits(situation):
        pytest.skip("only root can mount a disk")
    told = ground.verify(situation)
    assert set(case.kinds) <= told.kinds, told.output
    found = _reachable(situation, told)
    complaints = [diagnosed(ENTRIES[kind], ground, found, healthy[0]) for kind in case.kinds]
    assert not any(complaints), "\n\n".join(filter(None, complaints))


@pytest.mark.parametrize("case", on_disk.CASES, ids=str)
def test_damage_on_the_disk_is_reported_and_diagnosed_as_the_runbook_says(
    case: on_disk.Spoilt, ground: Ground, healthy: tuple[Situation, Told]
) -> None:
    sound, told = healthy
    spoilt = case.spoil(told)
    assert set(case.kinds) <= case.found(spoilt)
    situation = replace(sound, variables={**sound.variables, "RESTORED_URL": spoilt})
    complaints = [diagnosed(ENTRIES[kind], ground, situation, sound) for kind in case.kinds]
    assert not any(complaints), "\n\n".join(filter(None, complaints))


@pytest.mark.parametrize("slow", logged.SLOW, ids=str)
def test_slowness_is_reported_and_diagnosed_as_the_runbook_says(
    slow: logged.Slow, ground: Ground, healthy: tuple[Situation, Told]
) -> None:
    log, kinds = slow.made(ground)
    assert kinds == {slow.kind}
    situation = replace(
        healthy[0],
        variables={**healthy[0].variables, "VERIFICATION_LOG_URL": log, "VERIFICATION_TARGET": "nightly"},
    )
    complaint = diagnosed(ENTRIES[slow.kind], ground, situation, healthy[0])
    assert not complaint, complaint


def diagnosed(entry: Entry, ground: Ground, situation: Situation, sound: Situation) -> str:
    """What is not as the entry says; empty where all is."""
    printed = ground.shell(entry.commands, situation)
    lacking = [text for text in entry.expected if text not in printed]
    if lacking or not entry.expected:
        return f"{entry.kind}: lacks {lacking} in what its commands print:\n{printed}"
    if _ALIKE in entry.parts["Expect"]:
        return ""
    otherwise = ground.shell(entry.commands, sound)
    if all(text in otherwise for text in entry.expected):
        return f"{entry.kind}: its commands print the same on a sound backup:\n{otherwise}"
    return ""


def test_each_kind_is_produced_or_said_why_not() -> None:
    produced = [kind for case in CASES for kind in case.kinds]
    produced += [kind for case in on_disk.CASES for kind in case.kinds]
    produced += [slow.kind for slow in logged.SLOW]
    assert {*produced, *NOT_PRODUCED} == set(KINDS)
    assert not {*produced} & {*NOT_PRODUCED}
    assert len(NOT_PRODUCED) < 5


@pytest.mark.parametrize("kind", NOT_PRODUCED)
def test_commands_for_what_cannot_be_produced_run(
    kind: str, ground: Ground, healthy: tuple[Situation, Told]
) -> None:
    printed = ground.shell(ENTRIES[kind].commands, healthy[0])
    assert "command not found" not in printed
    assert "unbound variable" not in printed
    assert "syntax error" not in printed
