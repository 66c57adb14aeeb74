"""Runs with a reference, with an earlier success, and with neither: what each one proves and says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reference.signature import make_key
from restoring.server import Server
from settings import HOME

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Log, Product

COMPARING = {"test_definitions_match", "test_contents_match"}


@pytest.fixture(scope="session")
def referenced(host: Server, archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a backup of `small`, its signed reference, and the public key."""
    folder = tmp_path_factory.mktemp("referenced")
    make_key(folder / "key")
    shutil.copy(archives / "small.toml", folder)
    command: list[str | Path] = [sys.executable, "-m", "reference", "--sign-key", folder / "key", "--"]
    command += [host.programs.bin / "pg_dump", "--format=custom", "--file", folder / "small.dump"]
    subprocess.run(
        [*command, host.dsn("small")], env={"DATABASE_URL": host.dsn("small")}, cwd=HOME, check=True
    )
    return folder


@pytest.fixture
def small(referenced: Path, product: Product) -> Path:
    """The same in a folder of the test's own."""
    folder = product.folder / "backups"
    shutil.copytree(referenced, folder)
    return folder


def arguments(folder: Path) -> list[str]:
    return ["checks/", f"--backup={folder}/small.dump", f"--expectations={folder}/small.toml"]


def test_a_reference_beside_the_backup_is_found_and_proves_it(product: Product, small: Path) -> None:
    run = product.run(*arguments(small), f"--reference-key={small}/key.pub", "--no-delivery")
    assert run.code == 0, run.out
    assert {run.outcomes[name] for name in COMPARING} == {"passed"}
    assert "a signed reference of " in run.out
    assert "no reference was found" not in run.out


@pytest.mark.parametrize("spread", [[], ["-n2"]], ids=["alone", "spread"])
def test_a_row_more_in_the_reference_is_a_failure(product: Product, small: Path, spread: list[str]) -> None:
    file = small / "small.dump.reference.json"
    document = json.loads(file.read_text())
    document["tables"]["public.pets"]["rows"] += 1
    file.write_text(json.dumps(document))
    run = product.run(*arguments(small), "--no-delivery", *spread)
    assert run.code == 1
    assert run.outcomes["test_definitions_match"] == "passed"
    assert run.messages["test_contents_match"] == (
        "contents that differ: public.pets: 2 rows, expected 3 (1 missing)"
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace('"rows": 2', '"rows": 3'), "was altered after it was signed"),
        (lambda text: text[: len(text) // 2], "is not JSON: cut short, or another file"),
        (lambda text: json.dumps(json.loads(text) | {"signature": None}), "is not signed"),
    ],
    ids=["altered", "cut", "unsigned"],
)
def test_a_reference_that_cannot_be_trusted_fails_critically(
    product: Product, small: Path, change: Callable[[str], str], sentence: str
) -> None:
    file = small / "small.dump.reference.json"
    file.write_text(change(file.read_text()))
    run = product.run(*arguments(small), f"--reference-key={small}/key.pub", "--no-delivery")
    assert run.code == 1
    assert {run.outcomes[name] for name in COMPARING} == {"not run"}
    assert all(sentence in str(run.messages[name]) for name in COMPARING)


def test_a_reference_that_was_taken_away_fails_where_a_key_is_named(product: Product, small: Path) -> None:
    (small / "small.dump.reference.json").unlink()
    run = product.run(*arguments(small), f"--reference-key={small}/key.pub", "--no-delivery")
    assert run.code == 1
    assert {run.outcomes[name] for name in COMPARING} == {"not run"}


def test_a_reference_that_was_named_and_is_not_there_fails(product: Product, small: Path) -> None:
    run = product.run(*arguments(small), "--no-delivery", BACKUP_REFERENCE=str(small / "none.json"))
    assert run.code == 1
    assert "name it by --reference" in str(run.messages["test_contents_match"])


def test_a_live_source_is_compared_with_and_its_dsn_told_nowhere(
    product: Product, small: Path, host: Server
) -> None:
    run = product.run(*arguments(small), "--no-delivery", BACKUP_REFERENCE=host.dsn("small"))
    assert run.code == 0, run.out
    assert "the live source of " in run.out
    assert "the live source has moved on" in run.out
    assert host.password not in run.out + run.err + json.dumps(run.report)


def test_without_a_reference_the_last_success_serves(product: Product, small: Path, log: Log) -> None:
    (small / "small.dump.reference.json").unlink()
    first = product.run(*arguments(small), VERIFICATION_LOG_URL=log.dsn)
    assert (first.code, first.verification["status"]) == (0, "success"), first.out
    assert not COMPARING & first.outcomes.keys()
    assert "test_like_last_success" not in first.outcomes
    said = [item["what"] for item in first.verification["not_verified"]]
    assert "that definitions and contents are those of the source" in said
    assert "changes since the last success" in said
    second = product.run(*arguments(small), VERIFICATION_LOG_URL=log.dsn)
    assert (second.code, second.outcomes["test_like_last_success"]) == (0, "passed")
    assert "changes since the last success" not in second.out


def test_a_live_run_knows_no_restored_checks(product: Product, small: Path, host: Server) -> None:
    text = f"--expectations={small}/small.toml"
    run = product.run("checks/", text, "--no-delivery", DATABASE_URL=host.dsn("small"))
    assert run.code == 0, run.out
    assert len(run.outcomes) == 6
