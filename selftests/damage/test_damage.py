"""Every way a backup goes bad is noticed, by the check that is meant to notice it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from selftests.damage import storage
from selftests.damage.bench import Bench
from selftests.damage.catalogue import ENTRIES
from selftests.damage.entry import ANY, Entry
from selftests.damage.judged import judge
from selftests.damage.scoreboard import MARKDOWN, Row, Score, markdown, score_of, text, write
from selftests.damage.verified import OF_THE_REFERENCE
from settings import HOME

Record = Callable[[Row], None]
SCORE = HOME / "selftests" / "damage" / MARKDOWN
ENDINGS = {f"{entry.family}: {entry.name}" for entry in ENTRIES} | {str(entry) for entry in storage.ENTRIES}
ROW = Row("rows", "one row lost", "test_contents_match", True, False, 0, False, "nobody can know")


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_damage_to_a_backup_is_noticed(entry: Entry, bench: Bench, record: Record) -> None:
    judged = judge(entry, bench)
    record(judged.row)
    assert judged.noticed or judged.row.harmless, judged.words
    assert judged.as_said_without_reference or judged.row.harmless, judged.words


@pytest.mark.parametrize("entry", storage.ENTRIES, ids=str)
def test_damage_on_the_disk_is_noticed(entry: storage.OnDisk, bench: Bench, record: Record) -> None:
    noticed = storage.looked_at(entry, bench, entry.noticed_by) is not None
    known = noticed and entry.noticed_by == storage.CHECK
    why = "" if known else storage.UNKNOWABLE
    record(Row("on disk", entry.name, entry.noticed_by, noticed, known, None, None, why))
    assert noticed, entry.story


@pytest.mark.parametrize("check", [storage.CHECK, "test_contents_match"])
def test_a_sound_database_on_the_disk_is_not(check: str, bench: Bench) -> None:
    assert storage.looked_at(None, bench, check) is None


def test_without_a_reference_all_other_outcomes_are_the_same(bench: Bench) -> None:
    """So that one run tells both scores."""
    source = bench.source(
        "DROP POLICY own ON public.visits; DELETE FROM public.visits WHERE patient_id = 5"
    )
    backup = bench.dump(source)
    without = bench.verify(backup)
    with_one = bench.verify(bench.place(backup, bench.reference()))
    assert set(with_one.failed) >= set(OF_THE_REFERENCE)
    others = {name: check for name, check in with_one.checks.items() if name not in OF_THE_REFERENCE}
    assert {name: check.outcome for name, check in others.items()} == {
        name: check.outcome for name, check in without.checks.items()
    }
    assert without.status == with_one.status_without_reference


def test_a_healthy_backup_of_the_same_source_is_green(bench: Bench) -> None:
    """Whatever an entry fails for is the damage's doing."""
    verified = bench.verify(bench.place(bench.healthy(), bench.reference()))
    assert (verified.exit_code, verified.status, verified.failed) == (0, "success", [])
    assert bench.by_hand.exit_code(bench.healthy()) == 0


def test_the_catalogue_names_each_damage_once() -> None:
    names = Counter(str(entry) for entry in [*ENTRIES, *storage.ENTRIES])
    assert [name for name, count in names.items() if count > 1] == []
    assert sum(names.values()) > 100


def test_each_entry_names_a_check_or_why_none_can_know() -> None:
    checks = {file.stem for file in (HOME / "checks").rglob("test_*.py")} | {ANY}
    named = {entry.noticed_by for entry in ENTRIES} | {entry.without_reference or ANY for entry in ENTRIES}
    assert named <= checks
    assert all(entry.without_reference or entry.unknowable for entry in ENTRIES)


def test_the_score_counts_harmful_damage() -> None:
    harmless = Row("flipped", "a bit", ANY, False, False, 0, False, harmless=True)
    on_disk = Row("on disk", "a page", storage.CHECK, True, True, None, None)
    assert score_of([ROW, harmless, on_disk]) == Score(2, 2, 1, 0, 0, 1)
    assert "noticed with a reference: 2 of 2; without one: 1 of 2" in text([ROW, harmless, on_disk])[-2]


def test_the_table_says_why_nobody_can_know() -> None:
    assert "| rows: one row lost | `test_contents_match` | ✓ | ✗ | 0 | ✗ |" in markdown([ROW])
    assert "- nobody can know" in markdown([ROW])


def test_the_table_is_written_as_json_and_markdown(tmp_path: Path) -> None:
    files = write([ROW], tmp_path / "made")
    assert [file.name for file in files] == ["score.json", "SCORE.md"]
    content = json.loads(files[0].read_text(encoding="utf-8"))
    assert content["score"]["of"] == 1
    assert Row.read(content["rows"][0]) == ROW
    assert files[1].read_text(encoding="utf-8") == markdown([ROW])


def test_the_checked_in_table_is_of_this_catalogue() -> None:
    lines = SCORE.read_text(encoding="utf-8").splitlines()
    shown = {
        line.split(" | ")[0].removeprefix("| ").replace("\\|", "|") for line in lines if " | `" in line
    }
    assert shown <= ENDINGS
    lucky = {str(entry) for entry in ENTRIES if entry.luck}
    assert ENDINGS - lucky <= shown


def test_the_readme_gives_the_numbers_of_the_checked_in_table() -> None:
    of_table = _numbers(SCORE.read_text(encoding="utf-8"))
    assert of_table == _numbers((HOME / "README.md").read_text(encoding="utf-8"))


def _numbers(words: str) -> list[str]:
    words = " ".join(words.split())
    found = re.search(
        r"(\d+) kinds of damage; noticed with a reference: (\d+) of \d+; without one: (\d+) of \d+ "
        r"- noticed by the six checks alone: (\d+); by the exit code of pg_restore or psql: (\d+)",
        words,
    )
    assert found is not None, "the numbers are not there"
    return list(found.groups())
