"""What a schedule starts, in the environment that a schedule gives: next to nothing."""

import os
import shlex
import sys
from pathlib import Path

import pytest

from restoring.sample import EXPECTATIONS
from settings import HOME


@pytest.fixture
def bare_environment(short_tmp: Path) -> dict[str, str]:
    """Nothing of ours but where programs are, and what measures the coverage of the tests."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return kept | {"PATH": os.environ["PATH"], "TMPDIR": str(short_tmp)}


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """A file that gets a line for each start of `program`."""
    return tmp_path / "started"


@pytest.fixture
def program(tmp_path: Path, started: Path) -> Path:
    """Stands where the deployed `.venv/bin/pytest` would."""
    program = tmp_path / "pytest"
    python, record = shlex.quote(sys.executable), shlex.quote(str(started))
    program.write_text(f'#!/bin/sh\necho started >> {record}\nexec {python} -m pytest "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def environment_file(tmp_path: Path) -> Path:
    """/etc/backup-verification.env of somebody whose nightly backup is the sample."""
    sample = HOME / "restoring" / "sample" / "sample.dump"
    file = tmp_path / "backup-verification.env"
    file.write_text(f"BACKUP_LOCATION='{sample}'\nVERIFICATION_EXPECTATIONS='{EXPECTATIONS}'\n")
    return file
