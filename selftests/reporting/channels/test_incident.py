"""What is said of an incident, and when: a run at a time, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reporting.channels.incident import Incident, Word, after, failing_of, next_word, recovered
from reporting.verification import Verification
from selftests.reporting.channels.made import UNTIL, check, failing, finding, success, verification

FEW = "public.users: 3 rows, expected at least 10"
NONE = "public.orders: 0 rows, expected at least 1"


def told(runs: Sequence[Verification], remind_every: int = 7) -> list[str]:
    """What each run gives occasion to; "-" for silence, "!" behind what is loud."""
    incident: Incident | None = None
    words: list[str] = []
    for number, run in enumerate(runs):
        word = next_word(incident, run, remind_every)
        incident = after(incident, run, word, f"{number}.0" if word else None)
        words.append(f"{word.occasion}{'!' * word.loud}" if word else "-")
    return words


def opened(run: Verification) -> Incident:
    incident = after(None, run, Word("opened"), "1.0")
    assert incident is not None
    return incident


def test_a_streak_is_opened_reminded_of_and_recovered_from_once() -> None:
    runs = [success(), *[failing(FEW, day=day) for day in range(1, 18)], success(18), success(19)]
    expected = [
        "-",
        "opened",
        *["-"] * 6,
        "reminder!",
        *["-"] * 6,
        "reminder!",
        "-",
        "-",
        "recovered!",
        "-",
    ]
    assert told(runs) == expected


@pytest.mark.parametrize(
    ("every", "expected"),
    [(1, ["reminder!", "reminder!"]), (2, ["-", "reminder!"]), (3, ["-", "-"])],
)
def test_the_n_th_silent_run_reminds(every: int, expected: list[str]) -> None:
    assert told([failing(FEW, day=day) for day in range(3)], every) == ["opened", *expected]


def test_a_second_incident_is_one_of_its_own() -> None:
    runs = [failing(FEW), success(1), failing(FEW, day=2), success(3)]
    assert told(runs) == ["opened", "recovered!", "opened", "recovered!"]


def test_what_got_worse_is_loud_and_what_got_better_is_not() -> None:
    runs = [failing(FEW, severity="warning"), failing(FEW, day=1), failing(FEW, day=2, severity="warning")]
    assert told(runs) == ["opened", "worse!", "changed"]


def test_a_check_that_fails_besides_is_loud_and_one_that_no_longer_does_is_not() -> None:
    one, other = check("test_rows", FEW), check("test_policies", "none")
    assert told([verification([one]), verification([one, other])]) == ["opened", "changed!"]
    assert told([verification([one, other]), verification([one])]) == ["opened", "changed"]


def test_a_change_begins_the_count_anew() -> None:
    runs = [failing(FEW), failing(FEW), failing(FEW, NONE), failing(FEW, NONE), failing(FEW, NONE)]
    assert told(runs, 2) == ["opened", "-", "changed", "-", "reminder!"]


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (FEW, "public.users: 4 rows, expected at least 10", True),
        ("size: 9.50MB", "size: 10MB", True),
        ("age of the backup: 50.00 hours", "age of the backup: 1,074.5 hours", True),
        ("nightly_20261123.dump is cut short", "nightly_20261124.dump is cut short", True),
        ("at 2026-01-28 05:00:00", "at 2026-02-01 04:00:00", True),
        ("sum a6f0c1d2e3f4a5b6c7d8", "sum 0011223344556677ffff", True),
        (FEW, NONE, False),
        ("public.users_1: missing", "public.users_2: missing", False),
        ("not there", None, False),
    ],
)
def test_only_what_differs_by_more_than_numbers_is_a_change(
    before: str, now: str | None, same: bool
) -> None:
    changed = failing(now) if now else failing()
    assert (failing_of(failing(before)) == failing_of(changed)) is same


def test_one_more_finding_of_a_kind_is_a_change() -> None:
    assert failing_of(failing("users_2025: gone")) != failing_of(failing("users_2025: gone", NONE))
    assert failing_of(failing("p 1 lost", "p 2 lost")) != failing_of(failing("p 1 lost"))


def test_the_order_of_findings_is_no_change() -> None:
    assert failing_of(failing(FEW, NONE)) == failing_of(failing(NONE, FEW))


def test_what_is_exempted_is_no_change() -> None:
    exempted = finding("public.logs: 0 rows", exempted=UNTIL)
    with_it = verification([check("test_row_counts", FEW, exempted)])
    assert failing_of(with_it) == failing_of(failing(FEW))


def test_a_check_that_was_not_run_is_another_finding() -> None:
    not_run = verification([check("test_row_counts", FEW, outcome="not run")])
    assert failing_of(not_run) != failing_of(failing(FEW))


def test_an_incident_that_nobody_has_in_mind_is_told_again() -> None:
    assert told([failing(FEW), failing(FEW, day=6), failing(FEW, day=12.1)]) == ["opened", "-", "reminder!"]


def test_what_changed_is_named() -> None:
    before = verification([check("test_a", FEW), check("test_b", FEW), check("test_c", FEW)])
    now = verification([check("test_b", NONE), check("test_c", FEW), check("test_d", FEW)], day=1)
    word = next_word(opened(before), now, 7)
    assert word is not None
    assert word.heading == (
        "Changed since the last message (run 2 without success since 2026-01-28T05:00:00Z): "
        "now failing: test_d; no longer: test_a; otherwise than before: test_b"
    )


def test_no_more_names_are_given_than_fit() -> None:
    now = verification([check(f"test_{number}", FEW) for number in range(8)])
    word = next_word(opened(failing(FEW)), now, 7)
    assert word is not None
    assert "now failing: test_0, test_1, test_2, test_3, test_4 and 3 more; no longer" in str(word.heading)


def test_a_run_without_a_check_is_an_incident_too() -> None:
    empty = replace(success(), checks=[])
    assert told([empty, empty, success(1)]) == ["opened", "-", "recovered!"]


def test_what_was_said_where_nobody_knows_is_said_again() -> None:
    run = failing(FEW)
    assert after(None, run, Word("opened"), None) is None


def test_a_reply_whose_place_is_unknown_leaves_the_thread() -> None:
    kept = after(opened(failing(FEW)), failing(NONE), Word("changed"), None)
    assert kept is not None
    assert (kept.thread, kept.runs, kept.quiet_runs) == ("1.0", 2, 0)


@pytest.mark.parametrize(("runs", "words"), [(1, "1 run"), (3, "3 runs")])
def test_the_recovery_says_how_long_it_took(runs: int, words: str) -> None:
    incident = replace(opened(failing(FEW)), runs=runs)
    assert recovered(incident, success(3)) == (
        "✅ BACKUP VERIFICATION RECOVERED\n\nStatus: SUCCESS\nChecks Passed: 1/1\n"
        f"Before: {words} without success since 2026-01-28T05:00:00Z\nTime: 2026-01-31T05:00:00Z"
    )
