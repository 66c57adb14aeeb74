"""The check of connectivity: every way not to be reached, and that the rest is not run at once then."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from settings import HOME

if TYPE_CHECKING:
    from selftests.checks.conftest import Judge, Judged, Verify

CHECK = "test_database_connectivity"
CHECKS = HOME / "checks"
USUAL = {file.stem for file in CHECKS.glob("test_*_usual.py")}
OTHERS = {file.stem for file in CHECKS.glob("test_*.py")} - {CHECK, "test_tenants_isolated"} - USUAL

SHARED = "CREATE TABLE pets AS SELECT 1 AS i; CREATE TABLE owners ()"
PETS = "[database]\nanswer_seconds = 2\n[tables.pets]\n"
UNREACHABLE = "the database cannot be reached: "


def late(dsn: str, seconds: float, answers: int = 100) -> tuple[socket.socket, str]:
    """A listener that passes on what is said after so long, and no answer beyond these; and its DSN."""
    parts = conninfo_to_dict(dsn)
    listener = socket.create_server(("127.0.0.1", 0))
    there = f"{parts['host']}/.s.PGSQL.{parts['port']}"
    threading.Thread(target=_pass_on, args=(listener, there, seconds, answers), daemon=True).start()
    port = listener.getsockname()[1]
    changed = make_conninfo(dsn, host="127.0.0.1", port=port, sslmode="disable", gssencmode="disable")
    return listener, changed.replace("connect_timeout=10", "")


def _pass_on(listener: socket.socket, there: str, seconds: float, answers: int) -> None:
    """Hangs up when nothing was asked for 15 s, so that a test which waits for ever fails instead."""
    with suppress(OSError), listener.accept()[0] as client, socket.socket(socket.AF_UNIX) as server:
        client.settimeout(15)
        time.sleep(seconds)
        server.connect(there)
        threading.Thread(target=_copy, args=(server, client, answers), daemon=True).start()
        _copy(client, server)


def _copy(source: socket.socket, target: socket.socket, answers: int = 100) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if answers > 0:
                target.sendall(data)
            answers -= data[-6:-1] == b"Z\0\0\0\5"
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def mute() -> Iterator[str]:
    """The DSN of a server that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"host=127.0.0.1 port={listener.getsockname()[1]} user=u password=p dbname=d"


NOT_RUN = (
    ("not run", "the database cannot be looked at"),
    ("not run", "no backup has been restored"),
)


def assert_nothing_else_ran(judged: Judged, message: str, kind: str = "database-unreachable") -> None:
    """Connectivity failed with this message and kind, and every other check was not run, at once."""
    (first, *others) = judged.checks.values()
    assert (first.name, first.outcome, first.severity) == (CHECK, "failed", "critical")
    assert message in str(first.message)
    assert [each.kind for each in first.findings] == [kind]
    assert {check.name for check in others} >= OTHERS
    for check in others:
        assert (check.outcome, check.message) in NOT_RUN
        assert check.seconds < 1
    assert judged.verification["checks_passed"] == 0
    assert judged.verification["checks_failed"] == 1 + len(
        [each for each in others if each.severity != "info"]
    )
    assert judged.verification["status"] == "failure"


def test_what_is_recorded_of_a_database_that_answers(
    admin: psycopg.Connection, dsn: str, judge: Judge
) -> None:
    admin.execute(SHARED)
    check = judge(PETS)
    assert (check.outcome, check.severity, check.message) == ("passed", "critical", None)
    details = dict(check.details)
    assert 0 < details.pop("milliseconds_to_connect") < 2000
    version = admin.info.parameter_status("server_version")
    expected = {
        "database": conninfo_to_dict(dsn)["dbname"],
        "server_version": version,
        "in_recovery": False,
    }
    assert details == expected


def test_a_row_can_be_asked_for_where_there_is_none(shared: str, judge: Judge) -> None:
    assert judge("[tables.owners]\n", at=shared).outcome == "passed"


def test_only_the_first_table_is_asked(shared: str, judge: Judge) -> None:
    assert judge("[tables.pets]\n[tables.visits]\n", at=shared).outcome == "passed"
    check = judge("[tables.visits]\n[tables.pets]\n", at=shared)
    assert (check.outcome, check.message) == ("failed", 'relation "public.visits" does not exist')


def test_the_rest_runs_where_only_the_first_table_is_missing(shared: str, verify: Verify) -> None:
    judged = verify("[tables.visits]\n[tables.pets]\n", CHECKS, "--database-url", shared)
    assert judged.code == 1
    assert judged.checks[CHECK].outcome == "failed"
    assert {check.outcome for check in judged.checks.values()} <= {"passed", "failed"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"password": "not-the-word"}, 'password authentication failed for user "'),
        ({"user": "nobody_here"}, 'password authentication failed for user "nobody_here"'),
        ({"dbname": "nowhere"}, 'database "nowhere" does not exist'),
        ({"port": "1"}, "No such file or directory"),
        ({"host": "127.0.0.1", "port": "1"}, "Connection refused"),
        ({"host": "nowhere.invalid"}, "nowhere.invalid"),
    ],
)
def test_what_cannot_be_reached_says_why(
    change: dict[str, str], message: str, shared: str, verify: Verify
) -> None:
    begun = time.monotonic()
    judged = verify(PETS, CHECKS, "--database-url", make_conninfo(shared, **change))
    assert time.monotonic() - begun < 15
    assert judged.code == 1
    assert_nothing_else_ran(judged, message)
    assert str(judged.checks[CHECK].message).startswith(UNREACHABLE)
    assert "not-the-word" not in judged.printed
    assert "(0 passed, 6 failed)" in judged.printed


def test_a_server_that_never_speaks_is_given_up(mute: str, verify: Verify) -> None:
    begun = time.monotonic()
    judged = verify(PETS, CHECKS, "--database-url", mute)
    assert 2 <= time.monotonic() - begun < 10
    assert judged.code == 1
    assert_nothing_else_ran(judged, UNREACHABLE + "connection timeout expired")


@pytest.mark.parametrize(("seconds", "outcome"), [(1, "passed"), (3, "failed")])
def test_the_answer_has_to_come_in_time(seconds: float, outcome: str, shared: str, judge: Judge) -> None:
    listener, by_listener = late(shared, seconds)
    with closing(listener):
        check = judge(PETS, at=by_listener)
    assert check.outcome == outcome
    if outcome == "passed":
        assert check.details["milliseconds_to_connect"] >= seconds * 1000
    else:
        assert check.message == UNREACHABLE + "connection timeout expired"
        assert check.details["milliseconds_to_connect"] is None


def test_a_server_that_connects_and_then_falls_silent_is_given_up(shared: str, verify: Verify) -> None:
    """As a pooler does whose servers are all taken: the connection stands, and no statement is answered."""
    listener, by_listener = late(shared, 0, answers=1)
    begun = time.monotonic()
    with closing(listener):
        judged = verify(PETS, CHECKS, "--database-url", by_listener)
    assert time.monotonic() - begun < 10
    assert judged.code == 1
    assert_nothing_else_ran(judged, UNREACHABLE + "no answer within 2 s")


@pytest.mark.parametrize(
    ("grant", "message"),
    [
        ("", "permission denied for schema closed"),
        ("GRANT SELECT ON closed.pets TO {}", "permission denied for schema closed"),
        ("GRANT USAGE ON SCHEMA closed TO {}", "permission denied for table pets"),
        ("GRANT USAGE ON SCHEMA closed TO {0}; GRANT INSERT ON closed.pets TO {0}", "permission denied"),
        ("GRANT USAGE ON SCHEMA closed TO {0}; GRANT SELECT ON closed.pets TO {0}", None),
    ],
)
def test_the_role_has_to_be_let_in(
    grant: str, message: str | None, admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    admin.execute("CREATE SCHEMA closed; CREATE TABLE closed.pets ()")
    admin.execute(grant.format(reader).encode())
    check = judge('[tables."closed.pets"]\n', at=reader_dsn)
    assert check.outcome == ("failed" if message else "passed")
    assert message is None or message in str(check.message)


def test_rows_that_row_security_would_hide_are_not_asked_for(
    admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    admin.execute(
        f"{SHARED}; ALTER TABLE pets ENABLE ROW LEVEL SECURITY; GRANT SELECT ON pets TO {reader}".encode()
    )
    check = judge(PETS, at=reader_dsn)
    expected = 'query would be affected by row-level security policy for table "pets"'
    assert (check.outcome, check.message) == ("failed", expected)
    admin.execute(f"ALTER ROLE {reader} BYPASSRLS".encode())
    assert judge(PETS, at=reader_dsn).outcome == "passed"


def test_a_locked_table_is_given_up_soon(
    admin: psycopg.Connection, locked: Callable[[str], None], judge: Judge
) -> None:
    admin.execute(SHARED)
    locked("pets")
    check = judge(PETS)
    assert (check.outcome, check.message) == ("failed", "canceling statement due to lock timeout")
    assert 2 <= check.seconds < 8


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (None, "backup-missing"),
        ("", "backup-empty"),
        ("<!DOCTYPE html><html>403 Forbidden</html>", "backup-not-a-backup"),
    ],
)
def test_a_backup_that_cannot_be_restored(
    content: str | None, kind: str, tmp_path: Path, verify: Verify
) -> None:
    backup = tmp_path / "backup"
    if content is not None:
        backup.write_text(content)
    judged = verify(PETS, CHECKS, "--backup", backup)
    assert judged.code == 1
    assert_nothing_else_ran(judged, "the restore failed: ", kind)
    assert judged.checks[CHECK].details["milliseconds_to_connect"] is None


def test_a_machine_that_cannot_restore(
    admin: psycopg.Connection, dump: Callable[..., Path], tmp_path: Path, verify: Verify
) -> None:
    judged = verify(PETS, CHECKS, "--backup", dump("-Fc"), "--pg-bin", tmp_path)
    assert judged.code == 10
    assert_nothing_else_ran(judged, "could not verify: ", "programs-missing")


def test_a_backup_that_lost_something_fails_and_is_looked_at(
    admin: psycopg.Connection, dump: Callable[..., Path], verify: Verify
) -> None:
    admin.execute(f"{SHARED}; ALTER TABLE pets ENABLE ROW LEVEL SECURITY")
    backup = dump("-Fp")
    backup.write_text(backup.read_text().replace("TABLE public.pets ENABLE", "TABLE public.pats ENABLE"))
    judged = verify(PETS, CHECKS, "--backup", backup)
    assert judged.code == 1
    assert judged.checks[CHECK].outcome == "failed"
    assert 'relation "public.pats" does not exist' in str(judged.checks[CHECK].message)
    assert [each.kind for each in judged.checks[CHECK].findings] == ["restore-lost-protection"]
    assert judged.checks["test_critical_tables_exist"].outcome == "passed"
    assert judged.checks["test_row_counts_reasonable"].details["rows"] == {"public.pets": 1}
    assert judged.checks["test_rls_policies_active"].outcome == "failed"


@pytest.mark.parametrize(("table", "code"), [("pets", 0), ("visits", 1)])
def test_from_the_command_line(table: str, code: int, shared: str, tmp_path: Path) -> None:
    """In a process of its own: a part of the suite says so, delivers nothing, and has its exit code."""
    expectations = tmp_path / "expected.toml"
    expectations.write_text(f"[tables.{table}]\n")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        CHECKS / f"{CHECK}.py",
    ]
    command += ["--expectations", expectations, "--spool", tmp_path / "spool"]
    command += ["--json-report-file", tmp_path / "report.json"]
    environment = os.environ | {"DATABASE_URL": shared}
    done = subprocess.run(
        command, cwd=HOME, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "PARTIAL" in done.stdout
    assert "nothing logged and nothing sent, since this is a part of the suite" in done.stdout
    assert not (tmp_path / "spool").exists()
