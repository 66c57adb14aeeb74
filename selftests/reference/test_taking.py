"""Taking a reference, by the command itself: what it says is what the dump holds, and no secret."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from reference.__main__ import main
from reference.contents import Asked, read_contents
from reference.reference import ReferenceError, read_reference
from reference.signature import make_key, verify
from reference.taking import Wanted, take
from restoring.server import Server
from selftests.endtoend.pooler import pooling

TABLES = """
CREATE TABLE accounts (id int PRIMARY KEY, balance bigint, note text);
INSERT INTO accounts SELECT i, 100, md5(i::text) FROM generate_series(1, 3000) AS i;
CREATE TABLE transfers (
    id bigint GENERATED ALWAYS AS IDENTITY, a int, b int, amount numeric, at timestamptz
);
"""
CHANGE = """
WITH moved AS (SELECT (random() * 2999)::int + 1 AS a, (random() * 2999)::int + 1 AS b)
, taken AS (UPDATE accounts SET balance = balance - 1, note = note || 'x' FROM moved WHERE id = a)
INSERT INTO transfers (a, b, amount, at) SELECT a, b, 1.50, now() FROM moved;
DELETE FROM transfers WHERE id % 7 = 0
"""

Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def source(dsn: str) -> str:
    """The DSN of a database with two tables, which others may change."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(TABLES.encode())
    return dsn


@pytest.fixture
def pg_dump(server: Server, source: str) -> list[str]:
    return [str(server.programs.bin / "pg_dump"), "-Fc", "-d", source]


@pytest.fixture
def run(source: str) -> Iterator[Run]:
    """Starts the command with the source's DSN in the environment."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str | Path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "reference", *map(str, arguments)]
        environment = {**os.environ, "DATABASE_URL": source}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command,
            stdout=pipe,
            stderr=pipe,
            text=True,
            errors="replace",
            env=environment,
            # a shell without job control has its background jobs ignore it
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@contextmanager
def writer(dsn: str) -> Iterator[list[int]]:
    """Changes the source as fast as it can; the list has an element for each change."""
    over, done = threading.Event(), [0]

    def write() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            while not over.is_set():
                connection.execute(CHANGE)
                done.append(len(done))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(done) < 5:
            time.sleep(0.001)
        yield done
    finally:
        over.set()
        thread.join()


@contextmanager
def restored(server: Server, dump: Path) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE taken_again TEMPLATE template0")
        try:
            target = make_conninfo(server.dsn("taken_again"))
            subprocess.run([server.programs.bin / "pg_restore", "-d", target, dump], check=True)
            with psycopg.connect(target) as connection:
                yield connection
        finally:
            admin.execute("DROP DATABASE taken_again WITH (FORCE)")


def refused(wanted: Wanted) -> str:
    with pytest.raises(ReferenceError) as caught:
        take(wanted, lambda line: None)
    return str(caught.value)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_reference_is_what_the_dump_holds_however_busy_the_source(
    turn: int, server: Server, source: str, pg_dump: list[str], run: Run, tmp_path: Path
) -> None:
    dump = tmp_path / "backup.dump"
    with writer(source) as changes:
        before = len(changes)
        process = run("--", *pg_dump, "-f", dump)
        _, said = process.communicate(timeout=60)
        assert len(changes) > before
    assert process.returncode == 0, said
    assert server.password not in said
    reference = read_reference(tmp_path / "backup.dump.reference.json")
    with restored(server, dump) as connection:
        found = read_contents([connection], Asked(60))
        ((position,),) = connection.execute("SELECT last_value FROM transfers_id_seq").fetchall()
    assert found.tables == reference.tables
    assert (found.probe, found.large_objects) == (reference.probe, reference.large_objects)
    assert reference.tables["public.transfers"].rows > 0
    assert reference.sequences["public.transfers_id_seq"].last_value <= position
    assert reference.skipped == []


def test_a_dump_to_standard_output_is_whole_and_the_reference_signed(
    server: Server, source: str, pg_dump: list[str], run: Run, tmp_path: Path
) -> None:
    make_key(tmp_path / "key")
    options = ["--output", tmp_path / "made", "--sign-key", tmp_path / "key", "--jobs", "1"]
    options += ["--newest", "public.accounts.balance", "--skip-contents", "*.transfers"]
    process = run(*options, "--", *pg_dump, "-t", "accounts")
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert out.startswith("PGDMP")
    assert "pg_dump was told -t accounts" in said
    assert "not looked at: public.transfers (its contents were left out, as asked)" in said
    verify((tmp_path / "made").read_bytes(), tmp_path / "key.pub")
    reference = read_reference(tmp_path / "made")
    assert reference.tables["public.accounts"].rows == 3000
    assert reference.newest == {"public.accounts.balance": "100"}
    assert {made.kind for made in reference.definitions} >= {"table", "column"}
    assert server.password not in (tmp_path / "made").read_text() + said


def test_no_reference_of_a_dump_that_failed(pg_dump: list[str], run: Run, tmp_path: Path) -> None:
    process = run("--", *pg_dump, "-f", tmp_path / "dump", "-t", "nowhere")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "no matching tables were found" in said
    assert said.splitlines()[-1] == "pg_dump ended with 1: no reference is written"
    assert not (tmp_path / "dump.reference.json").exists()


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """Where a dump is written that nobody reads: pg_dump waits."""
    os.mkfifo(tmp_path / "dump")
    return tmp_path / "dump"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_pg_dump_too(
    number: signal.Signals, full: Path, pg_dump: list[str], run: Run
) -> None:
    process = run("--", *pg_dump, "-Z0", "-f", full)
    with full.open("rb") as dump:
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
        dump.read()  # to its end, which comes when nobody writes any more
    assert (process.returncode, said.splitlines()[-1]) == (1, "stopped: no reference was written")
    assert [file.name for file in full.parent.iterdir()] == ["dump"]


def test_a_dump_that_does_not_end_is_ended(source: str, full: Path, pg_dump: list[str]) -> None:
    wanted = Wanted(source, (*pg_dump, "-f", str(full)), seconds=1)
    assert refused(wanted) == "pg_dump had not ended at the time limit: no reference is written"


def test_a_dump_of_another_database_is_refused(
    server: Server, source: str, pg_dump: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """Its snapshot is not known there."""
    dump = (*pg_dump[:-1], server.dsn("postgres"), "-f", os.devnull)
    assert "pg_dump ended with 1" in refused(Wanted(source, dump))
    assert "snapshot" in capfd.readouterr().err


def test_a_pooler_that_lends_for_a_transaction_is_refused_for_pg_dump_only(
    source: str, pg_dump: list[str]
) -> None:
    with pooling(source, "transaction", size=3) as pooler:
        pooled = make_conninfo(source, host="127.0.0.1", port=pooler.port, sslmode="disable")
        assert "a session pooler (Supabase: port 5432)" in refused(Wanted(pooled, tuple(pg_dump)))
        taken = take(Wanted(pooled), lambda line: None)
    assert taken.tables == take(Wanted(source), lambda line: None).tables


def test_a_source_is_left_as_it_was(source: str) -> None:
    state = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
    others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'backup-verification'"
    with psycopg.connect(source, autocommit=True) as connection:
        before = connection.execute(state).fetchall()
        take(Wanted(source), lambda line: None)
        end = time.monotonic() + 10
        while connection.execute(others).fetchall() != [(0,)] and time.monotonic() < end:
            time.sleep(0.01)
        assert connection.execute(others).fetchall() == [(0,)]
        assert connection.execute(state).fetchall() == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "--output FILE is needed"),
        (["--", "pg_dump", "-Fc"], "--output FILE is needed"),
        (["--output", "x", "--database-url", "host=x bad"], "the DSN cannot be read"),
        (["--output", "x", "--jobs", "0"], "expected a whole number, 1 or more"),
        (["--output", "x", "--newest", "a.b"], "expected schema.table.column"),
        (["--out", "x"], "unrecognized arguments"),
    ],
)
def test_usage_errors_say_what_is_expected(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments, {"DATABASE_URL": "host=/nowhere"})
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_source_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--output", "x"], {"DATABASE_URL": ""})
    assert "--database-url DSN (DATABASE_URL) is needed" in capsys.readouterr().err


def test_a_source_out_of_reach_is_another_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"DATABASE_URL": f"host={tmp_path} password=hidden"}
    assert main(["--output", str(tmp_path / "made")], said) == 10
    shown = capsys.readouterr().err
    assert "the source cannot be reached" in shown
    assert "hidden" not in shown
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_key_or_no_folder_is_said(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"DATABASE_URL": source}
    assert main(["--output", str(tmp_path / "made"), "--sign-key", str(tmp_path / "no")], said) == 1
    assert main(["--output", str(tmp_path / "no" / "made")], said) == 1
    shown = capsys.readouterr().err
    assert "the private key" in shown
    assert "was not written" in shown


def test_the_command_makes_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--make-key", str(tmp_path / "key")], {}) == 0
    assert {file.name for file in tmp_path.iterdir()} == {"key", "key.pub"}
    assert main(["--make-key", str(tmp_path / "key")], {}) == 1
    assert "no key was made" in capsys.readouterr().err


@pytest.mark.parametrize("by_variable", [True, False])
def test_first_expectations_are_proposed(
    source: str, by_variable: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--propose"] if by_variable else ["--propose", source]
    assert main(arguments, {"DATABASE_URL": source} if by_variable else {}) == 0
    assert "[tables.accounts]" in capsys.readouterr().out.replace('"public.accounts"', "accounts")


@pytest.mark.parametrize(
    ("dsn", "code"), [("postgresql://u:canary@localhost:1/x", 10), ("canary-word", 2), ("", 2)]
)
def test_what_cannot_be_proposed_for_is_said_without_a_secret(
    dsn: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        ended: object = main(["--propose", dsn], {})
    except SystemExit as usage:
        ended = usage.code
    printed = capsys.readouterr()
    assert ended == code
    assert "canary" not in printed.out + printed.err
