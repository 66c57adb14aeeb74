"""The crontab's command, started as cron would: what it mails, and what it tries again."""

import fcntl
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import migrations
from settings import HOME

LINES = (HOME / "deploy" / "crontab").read_text(encoding="utf-8").splitlines()
VARIABLES = dict(line.split("=", 1) for line in LINES if re.match(r"[A-Z_]+=", line))
(COMMAND,) = (line.split(None, 5)[5] for line in LINES if re.match(r"[\d*]", line))
LONGEST = 998
"""Characters that the common crons read of a command."""

Run = Callable[[], "subprocess.CompletedProcess[str]"]
needs_flock = pytest.mark.skipif(shutil.which("flock") is None, reason="flock is a program of Linux")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


@pytest.fixture
def run(bare_environment: dict[str, str], state: Path, program: Path, environment_file: Path) -> Run:
    """Starts the command with the crontab's variables, of which only places and pauses differ."""
    places = {
        "PROGRAM": str(HOME),
        "ENVIRONMENT": str(environment_file),
        "STATE": str(state),
        "PYTEST": str(program),
        "VERIFICATION_SPOOL": str(state / "spool"),
        "PYTHON": sys.executable,
        "PAUSES": "0",
    }
    assert places.keys() <= VARIABLES.keys()
    environment = bare_environment | VARIABLES | places
    command = [VARIABLES["SHELL"], "-c", COMMAND]
    return lambda: subprocess.run(
        command, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False
    )


def add(file: Path, line: str) -> None:
    file.write_text(file.read_text() + line + "\n")


def test_every_line_is_one_that_cron_knows() -> None:
    forms = (r"", r"#.*", r"[A-Z_]+=\S.*", r"([\d*/,-]+ ){5}\S.*")
    assert [line for line in LINES if not any(re.fullmatch(form, line) for form in forms)] == []
    assert {"SHELL", "MAILTO", "CRON_TZ"} <= VARIABLES.keys()


def test_cron_reads_the_whole_command() -> None:
    # A percent sign ends the command: cron takes it for a new line.
    assert "%" not in COMMAND
    assert len(COMMAND) < LONGEST
    subprocess.run([VARIABLES["SHELL"], "-n", "-c", COMMAND], check=True)


@needs_flock
def test_success_mails_nothing_and_makes_the_pages(
    run: Run, state: Path, started: Path, environment_file: Path, dsn: str
) -> None:
    migrations.migrate(dsn)
    add(environment_file, f'VERIFICATION_LOG_URL="{dsn}"')
    done = run()
    log = (state / "last.log").read_text()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), log
    assert "SUCCESS" in log
    assert (state / "report.json").exists()
    assert "sample" in (state / "site" / "index.html").read_text()
    assert started.read_text().count("started") == 1


@needs_flock
def test_a_bad_backup_is_mailed_at_once(
    run: Run, environment_file: Path, tmp_path: Path, started: Path
) -> None:
    (tmp_path / "empty.dump").touch()
    add(environment_file, f"BACKUP_LOCATION='{tmp_path / 'empty.dump'}'")
    done = run()
    assert done.returncode == 1
    assert "FAILURE" in done.stdout
    assert done.stdout.endswith("exit code 1\n")
    assert started.read_text().count("started") == 1


@needs_flock
def test_what_could_not_be_verified_is_tried_again(run: Run, environment_file: Path, started: Path) -> None:
    add(environment_file, "PG_BIN=/nowhere")
    done = run()
    assert done.returncode == 10
    assert done.stdout.endswith("exit code 10\n")
    assert started.read_text().count("started") == 2


@needs_flock
@pytest.mark.parametrize("lost", ["", None], ids=["empty", "gone"])
def test_a_lost_environment_is_no_success(run: Run, environment_file: Path, lost: str | None) -> None:
    environment_file.write_text("") if lost == "" else environment_file.unlink()
    done = run()
    assert done.returncode not in (0, 10)
    assert done.stdout + done.stderr


@needs_flock
def test_a_run_does_not_overlap_the_one_before(run: Run, state: Path, started: Path) -> None:
    with (state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run()
    assert (done.returncode, done.stdout) == (1, "the run before is still going on\n")
    assert not started.exists()
