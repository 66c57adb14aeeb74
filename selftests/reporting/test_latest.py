"""The gate over a real log: exit codes, the line, the JSON, and no secret in any of them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

import migrations
from reporting.latest import main
from settings import HOME

CANARY = "c4n4ry-latest"

INSERT = """
INSERT INTO public.backup_verification_log
    (verified_at, status, checks_passed, checks_failed, backup_id, verification_details)
VALUES (%s, %s, 6, 1, 'nightly.dump', %s)
"""

Gate = Callable[..., tuple[int, str, str]]
Write = Callable[..., None]


@pytest.fixture
def log(dsn: str) -> str:
    migrations.migrate(dsn)
    return dsn


@pytest.fixture
def write(log: str) -> Write:
    def write(name: str | None, status: str = "success", hours: float = 1.0, database: str = "app") -> None:
        target = {"kind": "backup", "database": database, "location": "/backups/nightly.dump"}
        target |= {"name": name} if name else {}
        at = datetime.now(UTC) - timedelta(hours=hours)
        with psycopg.connect(log) as connection:
            connection.execute(INSERT, (at, status, json.dumps({"target": target, "checks": []})))

    return write


@pytest.fixture
def gate(log: str, capsys: pytest.CaptureFixture[str]) -> Gate:
    """Runs the gate; gives exit code, what was printed, and what was complained of."""

    def gate(*arguments: str, dsn: str = log) -> tuple[int, str, str]:
        code = main(arguments, {"VERIFICATION_LOG_URL": dsn})
        out, err = capsys.readouterr()
        assert CANARY not in out + err
        return code, out, err

    return gate


def test_the_latest_of_each_target_counts(gate: Gate, write: Write) -> None:
    write("nightly", "failure", hours=20)
    write("nightly", "success", hours=2)
    write("weekly", "success", hours=30)
    write("weekly", "warning", hours=25)
    write(None, "failure", hours=40)
    code, out, err = gate()
    assert (code, err) == (0, "")
    assert out.startswith("go: weekly: warning (6 passed, 1 failed), 25 h old (")
    assert "; nightly: success (6 passed, 1 failed), 2 h old (" in out
    assert out.count("\n") == 1
    assert gate("--fail-on-warning")[0] == 1
    assert gate("--fail-on-warning", "--target", "nightly")[0] == 0
    assert gate("--max-age", "24h")[0] == 10
    assert gate("--max-age", "24h", "--target", "nightly")[0] == 0
    assert gate("--target", "monthly")[:2] == (10, "no go: monthly: no verification in the log\n")


def test_a_failure_is_no_go(gate: Gate, write: Write) -> None:
    write("nightly", "success", hours=20)
    write("nightly", "failure", hours=2)
    code, out, _ = gate()
    assert code == 1
    assert out.startswith("no go: nightly: failure (6 passed, 1 failed), 2 h old (")


def test_a_log_with_nothing_in_it_is_no_go(gate: Gate) -> None:
    assert gate() == (10, "no go: the log holds no verification\n", "")


def test_a_clock_ahead_is_no_go(gate: Gate, write: Write) -> None:
    write("nightly", hours=-2)
    code, out, _ = gate()
    assert code == 10
    assert "2 h in the future: a clock is wrong" in out


def test_the_json_has_the_keys_that_are_promised(gate: Gate, write: Write) -> None:
    write("nightly", "warning", hours=2)
    code, out, err = gate("--json", "--max-age", "90m", "--target=nightly", "--target=none")
    told: dict[str, Any] = json.loads(out)
    assert (code, err, out.count("\n")) == (10, "", 1)
    nightly, none = sorted(told.pop("targets"), key=lambda target: str(target["status"]), reverse=True)
    line = told.pop("line")
    assert line.startswith("no go: ")
    assert told == {"version": 1, "exit_code": 10, "state": "missing", "max_age_seconds": 5400.0}
    assert nightly.pop("id")
    assert abs(nightly.pop("age_seconds") - 7200) < 60
    assert datetime.fromisoformat(nightly.pop("verified_at")).utcoffset() == timedelta(0)
    counts = {"checks_passed": 6, "checks_failed": 1, "exempted": 0}
    assert nightly == {
        "name": "nightly",
        "state": "stale",
        "status": "warning",
        "backup_id": "nightly.dump",
        **counts,
    }
    assert none == {
        "name": "none",
        "state": "missing",
        **dict.fromkeys(["status", "id", "verified_at", "age_seconds", "backup_id", *counts]),
    }


def test_a_log_without_its_table_is_no_go(gate: Gate, log: str) -> None:
    with psycopg.connect(log) as connection:
        connection.execute("DROP TABLE public.backup_verification_log CASCADE")
    code, out, err = gate()
    assert (code, out) == (10, "")
    assert err.startswith(
        "no go: the log cannot be read: the table public.backup_verification_log is missing in "
    )


def test_a_log_that_may_not_be_read_is_no_go(gate: Gate, log: str) -> None:
    code, out, err = gate(dsn=make_conninfo(log, options="-c role=pg_monitor"))
    assert (code, out) == (10, "")
    assert "no right to read public.backup_verification_log" in err


def test_a_log_that_is_not_there_is_no_go_for_pipelines_too(gate: Gate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, out, err = gate("--json", dsn=f"postgresql://me:{CANARY}@127.0.0.1:{port}/app")
    told = json.loads(out)
    assert (code, told["exit_code"], told["state"], told["targets"]) == (10, 10, "unreadable", [])
    assert err == told["line"] + "\n"
    assert "no server listens for database app on 127.0.0.1" in err


def test_a_log_that_is_locked_is_no_go_in_time(
    gate: Gate, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.latest.SECONDS", 1.5)
    with psycopg.connect(log) as connection:
        connection.execute("LOCK TABLE public.backup_verification_log IN ACCESS EXCLUSIVE MODE")
        begun = time.monotonic()
        code, _, err = gate()
    assert (code, time.monotonic() - begun < 3) == (10, True)
    assert "a lock on public.backup_verification_log was not to be had" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--max-age", "soon"], "expected a time such as 90m, 26h or 2d, found 'soon'"),
        (["--max-age", "0h"], "expected a time"),
        (["--max-age", "-1h"], "--max-age: expected one argument"),
        (["--max", "26h"], "unrecognized arguments: --max 26h"),
        ([f"postgresql://me:{CANARY}@host/app"], "unrecognized arguments: postgresql://me:***@host/app"),
        ([f"host=h password={CANARY}"], "unrecognized arguments: host=h password=***"),
        (["--json=1"], "--json"),
    ],
)
def test_a_mistake_on_the_command_line_is_said_without_secrets(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments, {"VERIFICATION_LOG_URL": "host=nowhere"})
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (4, "")
    assert said in err
    assert CANARY not in err


def test_a_log_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {"VERIFICATION_LOG_URL": " "}) == 4
    assert "VERIFICATION_LOG_URL" in capsys.readouterr().err


@pytest.mark.parametrize("text", [f"postgresql://me:{CANARY}@[/app", f"{CANARY}"])
def test_a_dsn_that_is_none_is_no_go(gate: Gate, text: str) -> None:
    code, out, err = gate(dsn=text)
    assert (code, out) == (10, "")
    assert "the DSN of the log database cannot be read" in err


def test_a_names_line_breaks_stay_out_of_the_line(gate: Gate, write: Write) -> None:
    write("a\n::error::b")
    assert gate()[1].count("\n") == 1


def test_it_is_a_program(log: str, write: Write) -> None:
    write("nightly")
    done = subprocess.run(
        [sys.executable, "-m", "reporting.latest", "--max-age", "26h"],
        env={"VERIFICATION_LOG_URL": log, "PATH": os.environ["PATH"]},
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("go: nightly: success")
