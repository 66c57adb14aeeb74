"""python -m reporting.tune over a real log: TOML that our own reader accepts, and every exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

import migrations
from expectations import read_expectations
from reporting.tune import main
from settings import HOME

CANARY = "c4n4ry-tune"
INSERT = """
INSERT INTO public.backup_verification_log (verified_at, status, verification_details) VALUES (%s, %s, %s)
"""
ODD = 'od"d\n\\.tab\tle'

Write = Callable[..., None]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def write(dsn: str) -> Write:
    migrations.migrate(dsn)

    def write(days: int, name: str = "shop", status: str = "success") -> None:
        with psycopg.connect(dsn) as connection:
            for ago in range(days):
                at = datetime.now(UTC) - timedelta(days=ago)
                connection.execute(INSERT, (at, status, json.dumps(document(name, at, 1_000 - ago))))

    return write


@pytest.fixture
def run(dsn: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, log: str | None = None) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(arguments, {"VERIFICATION_LOG_URL": dsn if log is None else log})
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def document(name: str, at: datetime, rows: int) -> dict[str, Any]:
    details = {"rows": {"public.pets": rows, ODD: 0, "public.big": 5}, "estimated": ["public.big"]}
    return {
        "target": {"kind": "backup", "database": "app", "name": name},
        "backup": {"age_hours": 3.0, "taken_at": (at - timedelta(hours=3)).isoformat(), "size_bytes": 9},
        "seconds": {"restore": 100.0},
        "checks": [
            {"name": "test_row_counts_reasonable", "outcome": "passed", "details": details},
            {"name": "test_database_size_reasonable", "outcome": "passed", "details": {"size_mb": 50.5}},
        ],
    }


def test_what_is_proposed_is_understood(write: Write, run: Run, tmp_path: Path) -> None:
    write(10)
    code, text, error = run()
    assert (code, error) == (0, "")
    file = tmp_path / "proposed.toml"
    file.write_text(text, encoding="utf-8")
    read = read_expectations(file)
    bounds = {table.full_name: (table.min_rows, table.max_rows) for table in read.tables}
    assert bounds == {ODD: (0, 10), "public.pets": (891, 2180)}
    assert (read.min_size_mb, read.max_size_mb) == (40, 101)
    assert (read.max_age_hours, read.max_restore_minutes) == (15, 5)
    assert "# From 10 successful verifications of 'shop'." in text
    assert "# 10 days: 991 to 1000 rows, median 995.5, median deviation 2.5; a tenth below" in text


@pytest.mark.parametrize(("days", "code"), [(0, 10), (6, 10), (7, 0)])
def test_seven_days_are_needed(days: int, code: int, write: Write, run: Run) -> None:
    write(days)
    found, text, error = run()
    assert found == code
    words = f"{days} days with row counts of a success, expected at least 7"
    assert (words in error, bool(text)) == (code == 10, code == 0)


def test_failures_and_older_runs_do_not_count(write: Write, run: Run) -> None:
    write(10, status="failure")
    assert run()[0] == 10
    write(10, status="warning")
    assert run()[0] == 0
    assert run("--days", "5")[0] == 10


def test_one_of_several_targets_is_to_be_named(write: Write, run: Run) -> None:
    write(8)
    write(8, "other")
    assert run()[::2] == (4, "the log holds several targets, name one by --target: other, shop\n")
    assert "'other'" in run("--target", "other")[1]
    assert run("--target", "none")[0] == 10


def test_usage(run: Run) -> None:
    assert run(log="")[0] == 4
    for arguments in (["--days", "0"], ["--days", "x"], ["--nonsense"]):
        with pytest.raises(SystemExit) as stopped:
            run(*arguments)
        assert stopped.value.code == 4


def test_a_log_that_cannot_be_read_is_one_sentence_without_a_secret(tmp_path: Path) -> None:
    log = f"postgresql://u:{CANARY}@/none?host={tmp_path}"
    command = [sys.executable, "-m", "reporting.tune"]
    environment = os.environ | {"VERIFICATION_LOG_URL": log}
    done = subprocess.run(
        command, cwd=HOME, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 10
    assert (done.stdout, len(done.stderr.splitlines())) == ("", 1)
    assert done.stderr.startswith("nothing can be proposed: no server listens for")
    assert CANARY not in done.stderr


def test_a_log_without_its_table_says_what_to_do(run: Run) -> None:
    code, _, error = run()
    assert code == 10
    assert "run python -m migrations" in error
