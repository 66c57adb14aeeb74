"""The pg_dump command: read as pg_dump reads it, refused where no reference of it could be exact."""

import os
import signal
import sys
from pathlib import Path

import pytest

from reference.dumping import (
    check_command,
    environment_for,
    in_snapshot,
    output_of,
    partial_options,
    running,
)
from reference.reference import ReferenceError


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("pg_dump -f x.dump shop", "x.dump"),
        ("pg_dump -fx.dump shop", "x.dump"),
        ("pg_dump -Fc -vf x.dump -d shop", "x.dump"),
        ("pg_dump --file=x.dump", "x.dump"),
        ("pg_dump --file x.dump", "x.dump"),
        ("pg_dump -f a -f b", "b"),
        ("pg_dump -n -f shop", None),
        ("pg_dump -Fc shop", None),
        ("pg_dump -- -f x", None),
    ],
)
def test_where_the_dump_goes(command: str, path: str | None) -> None:
    assert output_of(command.split()) == (Path(path) if path else None)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("pg_dump -Fc -Z 9 -j 2 -v --clean --if-exists --create -h table -U name shop", []),
        ("pg_dump -t a -na shop", ["-t a", "-n a"]),
        ("pg_dump --table=a --exclude-table-data=b", ["--table=a", "--exclude-table-data=b"]),
        ("pg_dump --table a --file b", ["--table"]),
        ("pg_dump -Fcs -a", ["-a"]),
        ("pg_dump -vsO --no-privileges", ["-s", "-O", "--no-privileges"]),
        ("pg_dump --schema-only --section=data", ["--schema-only", "--section=data"]),
        ("pg_dump --enable-row-security --filter=x", ["--enable-row-security", "--filter=x"]),
    ],
)
def test_what_makes_a_dump_partial_is_named(command: str, options: list[str]) -> None:
    assert partial_options(command.split()) == options


def test_the_snapshot_comes_before_all_that_the_user_says() -> None:
    assert in_snapshot(["pg_dump", "--", "shop"], "7-1") == ["pg_dump", "--snapshot=7-1", "--", "shop"]


@pytest.mark.parametrize("command", ["pg_dump", "/usr/bin/pg_dump -s", "pg_dump.exe -S super --no-sync"])
def test_a_pg_dump_is_let_through(command: str) -> None:
    check_command(command.split())


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("pg_dumpall -f x", "each database in a snapshot of its own"),
        ("sh -c pg_dump", "after -- comes the pg_dump to run, found sh"),
        ("pg_dump --snapshot=1", "leave it out"),
        ("pg_dump --snapshot 1", "leave it out"),
        ("pg_dump --snap=1", "leave it out"),
    ],
)
def test_another_command_is_refused(command: str, sentence: str) -> None:
    with pytest.raises(ReferenceError, match=sentence):
        check_command(command.split())


def test_what_ends_the_context_ends_the_program() -> None:
    with running([sys.executable, "-c", "import time; time.sleep(60)"], os.environ) as process:
        assert process.poll() is None
    assert process.returncode == -signal.SIGTERM


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(ReferenceError, match=r"pg_dump cannot be run: No such"),
        running([f"{tmp_path}/pg_dump"], {}),
    ):
        pass


@pytest.mark.parametrize("command", ["pg_dump -Fc -f x", "pg_dump -Fc app", "pg_dump -Z 9 --file=x"])
def test_a_command_that_does_not_say_where_is_led_to_the_source(command: str) -> None:
    dsn = "postgresql://u:canary@h:1/d?sslmode=require"
    led = environment_for(command.split(), dsn, {"PATH": "/bin", "PGHOST": "other"})
    expected = {"PGHOST": "h", "PGPORT": "1", "PGUSER": "u", "PGPASSWORD": "canary", "PGDATABASE": "d"}
    assert led == {"PATH": "/bin", "PGSSLMODE": "require"} | expected


@pytest.mark.parametrize(
    "command",
    [
        "pg_dump -h other",
        "pg_dump -Uyou",
        "pg_dump --dbname=x",
        "pg_dump host=other",
        "pg_dump postgres://x",
    ],
)
def test_the_password_goes_nowhere_but_to_the_source(command: str) -> None:
    assert environment_for(command.split(), "postgresql://u:canary@h/d", {"A": "b"}) == {"A": "b"}
