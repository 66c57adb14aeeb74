"""Canaries in the place of every secret, and every output searched for them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from restoring.server import Server

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Database, Finished, Log, Product, Running, Slack

CANARY = "c4n4ry"
PASSWORD = f"{CANARY}@/: \"'<&%?#\\{CANARY}"
TOKEN = f"{CANARY}{CANARY}{CANARY}{CANARY}"

LEAKY = """
import logging, os
import pytest

DSN = os.environ.get("LEAK") or os.environ["DATABASE_URL"]
pytestmark = pytest.mark.critical

@pytest.fixture
def broken():
    raise RuntimeError(DSN)

@pytest.fixture
def broken_after():
    yield DSN
    raise RuntimeError(DSN)

def test_message(): raise RuntimeError("cannot reach " + DSN)
def test_assertion(): assert DSN == "", DSN
def test_compared(): assert DSN == "x"
def test_contained(): assert [{"dsn": DSN}] == []
def test_local():
    dsn, found = DSN, {"dsn": DSN, "url": [DSN]}
    raise RuntimeError("nothing said")
def test_output():
    print(DSN)
    logging.getLogger("mine").error("connecting to %s", DSN)
    assert 0
def test_passing_output(details):
    print(DSN)
    logging.getLogger("mine").warning(DSN)
    details["dsn"] = DSN
    details[DSN] = {"nested": [DSN]}
def test_fixture(broken): pass
def test_fixture_after(broken_after): pass
def test_skipped(): pytest.skip(DSN)
def test_failed(): pytest.fail(DSN)
@pytest.mark.skip(reason=DSN)
def test_skip_mark(): pass
def test_subtest(subtests):
    with subtests.test("one"): assert 0, DSN
def test_cause():
    try: raise ValueError(DSN)
    except ValueError as error: raise RuntimeError("second") from error
def test_group(): raise ExceptionGroup("several", [ValueError(DSN)])
def test_exit(): raise SystemExit(DSN)
def test_note():
    error = RuntimeError("noted"); error.add_note(DSN); raise error
"""
HEAD = """
import logging, os, unittest, warnings
import pytest

DSN = os.environ["DATABASE_URL"]
pytestmark = pytest.mark.critical

"""
CHANNELS = {
    "warning": "def test_own(): warnings.warn('deprecated: ' + DSN)",
    "xfail": "def test_own(): pytest.xfail(DSN)",
    "xfail mark": "@pytest.mark.xfail(reason=DSN)\ndef test_own(): assert 0",
    "subtest": "def test_own(subtests):\n    with subtests.test(DSN, dsn=DSN): assert 0",
    "property": "def test_own(record_property): record_property('dsn', DSN)",
    "property of the suite": "def test_own(record_testsuite_property): record_testsuite_property('x', DSN)",
    "live log": "def test_own(): logging.getLogger('mine').error(DSN)",
    "live traceback": """def test_own():
    try: raise RuntimeError(DSN)
    except RuntimeError: logging.getLogger('mine').exception("lost", stack_info=True)
""",
    "shortened": "class TestOwn(unittest.TestCase):\n    def test_own(self): self.assertEqual(DSN, '')",
}
OWN_PASSWORD = {
    "in a DSN": """def test_own(access, database, details):
    reach, password = access.reach, database.info.password
    details["reach"] = access.reach
    print(access.reach, access.reach.dsn)
    raise RuntimeError(access.reach.dsn)
""",
    "bare": """def test_own(database):
    print(database.info.password)
    raise RuntimeError(database.info.password)
""",
}
FAULTY = """
import os

def {hook}:
    raise OSError("lost " + os.environ["DATABASE_URL"])
"""
WARNS = "import pytest\n\n@pytest.mark.warning\ndef test_own(): assert 0\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")


@dataclass
class Wired:
    """A product that is given nothing but canaries, and all that comes out of it."""

    product: Product
    sample: Database
    log: Log
    slack: Slack

    def run(self, *arguments: str | Path, **variables: str) -> Finished:
        """A run whose every output is searched; the user's own command line is not ours."""
        junit = f"--junitxml={self.product.junit}"
        running = self.product.start("checks/", junit, *arguments, **variables)
        with commands_of(running) as commands:
            run = running.finish()
        leaks = self.leaks(run, commands)
        assert not leaks, leaks
        return run

    def leaks(self, run: Finished, commands: set[str]) -> str:
        """Where a canary is to be seen, and what stands around it."""
        outputs = {"stdout": run.out, "stderr": run.err, "processes": "\n".join(commands)}
        outputs |= {"Slack": "\n".join(self.slack.messages), "rows": self._rows()}
        outputs |= {str(file): file.read_text(errors="replace") for file in self._files()}
        return "\n".join(f"in {name}:\n{around(text)}" for name, text in outputs.items() if CANARY in text)

    def _files(self) -> Iterator[Path]:
        yield from (file for file in self.product.folder.iterdir() if file.suffix in (".json", ".xml"))
        yield from self.product.spool.glob("*")

    def _rows(self) -> str:
        try:
            return json.dumps(self.log.rows(), default=str)
        except psycopg.errors.UndefinedTable:
            return ""


def around(text: str) -> str:
    """A canary with what stands around it, each line once."""
    lines = (line for line in text.splitlines() if CANARY in line)
    return "\n".join(dict.fromkeys(line[max(line.find(CANARY) - 90, 0) :][:160] for line in lines))


@contextmanager
def commands_of(running: Running) -> Iterator[set[str]]:
    """Every command line that is seen below a run, looked for every few milliseconds."""
    commands: set[str] = set()

    def look() -> None:
        while running.process.poll() is None:
            commands.update(running.children().values())
            time.sleep(0.02)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield commands
    thread.join(timeout=10)


def as_url(dsn: str) -> str:
    parts = conninfo_to_dict(dsn)
    user, password, host = (quote(str(parts[name]), safe="") for name in ("user", "password", "host"))
    return f"postgresql://{user}:{password}@/{parts['dbname']}?host={host}&port={parts['port']}"


@pytest.fixture
def wired(copy: Product, host: Server, server: Server, sample: Database, log: Log, slack: Slack) -> Wired:
    """Roles whose password is a canary, one for each server, and a webhook with one in its path."""
    for each in (host, server):
        with each.connect("postgres") as admin:
            admin.execute("DROP ROLE IF EXISTS canary")
            create = sql.SQL("CREATE ROLE canary SUPERUSER LOGIN PASSWORD {}")
            admin.execute(create.format(sql.Literal(PASSWORD)))
    hook = replace(slack, path=f"/services/T00000000/B00000000/{TOKEN}")
    hook.answer("ok", 200)
    copy.variables |= {
        "DATABASE_URL": as_url(as_canary(sample.dsn)),
        "VERIFICATION_LOG_URL": as_canary(log.dsn),
        "SLACK_WEBHOOK_URL": hook.url,
        "PGPASSWORD": f"{CANARY} of the environment",
    }
    return Wired(copy, sample, log, hook)


def as_canary(dsn: str) -> str:
    return make_conninfo(dsn, user="canary", password=PASSWORD)


def test_success(wired: Wired) -> None:
    run = wired.run("-vv")
    assert (run.code, wired.log.row()["status"]) == (0, "success")


def test_success_with_options_and_the_password_of_the_environment(wired: Wired) -> None:
    parts = conninfo_to_dict(wired.sample.dsn)
    bare = f"host={parts['host']} port={parts['port']} user=canary dbname={parts['dbname']}"
    run = wired.run("--database-url", bare, "-n2", PGPASSWORD=PASSWORD)
    assert run.code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["-vv", "--showlocals", "--tb=long", "-rA", "--durations=0", "--setup-show"],
        ["--tb=native", "--showlocals", "--full-trace", "-o", "junit_logging=all"],
        ["--tb=short", "-n2", "-s"],
    ],
    ids=["long", "native", "spread"],
)
def test_checks_that_tell_all_they_know(wired: Wired, arguments: list[str]) -> None:
    wired.product.add_check("test_leaky.py", LEAKY)
    run = wired.run(*arguments)
    assert (run.code, wired.log.row()["status"]) == (1, "failure")
    assert len(wired.slack.messages) == 1


def test_a_spooled_row(wired: Wired) -> None:
    wired.product.add_check("test_leaky.py", LEAKY)
    wired.log.execute("DROP TABLE public.backup_verification_log CASCADE")
    run = wired.run("--no-header", "-q")
    assert (run.code, len(list(wired.product.spool.iterdir()))) == (1, 1)


@pytest.mark.parametrize("text", CHANNELS.values(), ids=CHANNELS)
def test_a_channel_of_its_own(wired: Wired, text: str) -> None:
    wired.product.add_check("test_own.py", HEAD + text)
    run = wired.run("-vv", "-rA", "-o", "log_cli=true", "--durations=0", "--durations-min=0")
    assert run.code in (0, 1)
    assert len(wired.log.row()["verification_details"]["checks"]) == 7


@pytest.mark.parametrize(("spread", "code"), [("-n0", 4), ("-n2", 3)])
def test_the_id_of_a_parameter(wired: Wired, spread: str, code: int) -> None:
    """A check named after a secret is refused in one sentence."""
    text = "@pytest.mark.parametrize('dsn', [1], ids=[DSN])\ndef test_own(dsn): assert 0"
    wired.product.add_check("test_own.py", HEAD + text)
    run = wired.run("-vv", "-rA", "--durations=0", "--durations-min=0", spread)
    assert run.code == code
    assert "checks/test_own.py: test_own has a parameter whose id holds a secret" in run.out + run.err


def test_a_collection_error(wired: Wired) -> None:
    wired.product.add_check("test_own.py", "import os\nraise RuntimeError(os.environ['DATABASE_URL'])\n")
    assert wired.run("--tb=long", "--showlocals").code == 2


@pytest.mark.parametrize(
    "hook",
    [
        "pytest_collection()",
        "pytest_runtest_protocol()",
        "pytest_runtest_logreport()",
    ],
)
def test_an_internal_error(wired: Wired, hook: str) -> None:
    (wired.product.home / "faulty.py").write_text(FAULTY.format(hook=hook))
    assert wired.run("-p", "faulty", "--showlocals").code not in (0, 11)


@pytest.mark.parametrize("spread", ["-n0", "-n2"])
def test_a_fault_at_the_end_of_the_session(wired: Wired, spread: str) -> None:
    """The verdict stands in the log and in the summary, and the exit code is no success."""
    (wired.product.home / "faulty.py").write_text(FAULTY.format(hook="pytest_sessionfinish()"))
    run = wired.run("-p", "faulty", spread)
    assert (run.code, wired.log.row()["status"]) == (3, "success")
    assert "OSError: lost postgresql://canary:***@" in run.err
    assert "== backup verification ==" in run.out


@pytest.mark.parametrize(
    "named",
    [
        f"postgresql://canary:{CANARY}%20wrong@/postgres?host={{host}}",
        f"host=no-such-host.invalid user=u password='{CANARY} \\' {CANARY}' dbname=d",
        f"postgresql://u:{CANARY}@127.0.0.1:1/d?sslpassword={CANARY}",
    ],
    ids=["wrong password", "unknown host", "nobody listens"],
)
def test_a_connection_that_fails(wired: Wired, host: Server, named: str) -> None:
    named = named.replace("{host}", quote(str(host.socket_folder), safe=""))
    wired.product.add_check("test_leaky.py", LEAKY)
    run = wired.run("--showlocals", "-vv", DATABASE_URL=named)
    assert (run.code, wired.log.row()["status"], len(wired.slack.messages)) == (1, "failure", 1)


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://u:{CANARY}@{CANARY}/{CANARY}:x@host/d",
        f"postgresql://u:{CANARY}%zz{CANARY}@host/d",
        f"host=h password='{CANARY}",
        f"{CANARY}",
        f"host=h pasword={CANARY}",
    ],
)
def test_a_malformed_dsn(wired: Wired, text: str) -> None:
    assert wired.run(DATABASE_URL=text).code in (1, 4)


def test_a_malformed_dsn_of_the_log(wired: Wired) -> None:
    assert wired.run(VERIFICATION_LOG_URL=f"host=h password='{CANARY}").code == 4
    assert wired.run(VERIFICATION_LOG_URL=f"postgresql://u:{CANARY}@{CANARY}/{CANARY}:x@host/d").code == 11


def test_a_log_and_a_webhook_that_refuse(wired: Wired) -> None:
    wired.product.add_check("test_own.py", WARNS)
    wired.slack.answer(f"no_service for {wired.slack.path}", 404)
    wrong = make_conninfo(as_canary(wired.log.dsn), password=f"{CANARY} wrong")
    run = wired.run("-vv", VERIFICATION_LOG_URL=wrong)
    assert (run.code, len(list(wired.product.spool.iterdir()))) == (11, 1)
    assert "404" in run.out


@pytest.mark.parametrize("url", [f"htp://hooks.slack.com/services/T/B/{TOKEN}", f"http://[{TOKEN}/x"])
def test_a_malformed_webhook(wired: Wired, url: str) -> None:
    wired.product.add_check("test_own.py", WARNS)
    assert wired.run(SLACK_WEBHOOK_URL=url).code == 11


@pytest.mark.parametrize("name", ["mapping.dump", "mapping.sql"])
def test_a_password_within_a_statement_that_fails(wired: Wired, archives: Path, name: str) -> None:
    content = (archives / name).read_bytes()
    backup = wired.product.folder / "backup"
    backup.write_bytes(content.replace(b"SERVER far OPTIONS", b"SERVER off OPTIONS"))
    assert backup.read_bytes() != content
    run = wired.run("--backup", backup, "-vv")
    assert (run.code, len(wired.slack.messages)) == (1, 1)
    assert 'server "off" does not exist' in wired.slack.messages[0]


def test_password_hashes_of_a_cluster(wired: Wired, host: Server) -> None:
    backup = wired.product.folder / "all.sql"
    excluded = [f"--exclude-database={name}" for name in ("sample", "slow", "live_*", "mapping")]
    connection = ["--host", str(host.socket_folder), "--username", host.admin]
    dumped = subprocess.run(
        [str(host.programs.bin / "pg_dumpall"), *connection, *excluded],
        env={"PGPASSWORD": host.password},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    # A hash is a secret of its own form: a canary in it is found again like any other.
    backup.write_bytes(dumped.replace(b"SCRAM-SHA-256$4096:", b"SCRAM-SHA-256$4096:" + CANARY.encode()))
    assert CANARY.encode() in backup.read_bytes()
    wired.product.add_check("test_leaky.py", LEAKY)
    hashed = f"ALTER ROLE canary PASSWORD 'SCRAM-SHA-256$4096:{CANARY}{CANARY}==$x:y='"
    run = wired.run("--backup", backup, "-vv", LEAK=hashed)
    assert run.code == 1


@pytest.mark.parametrize(
    ("text", "spread"),
    [(OWN_PASSWORD["in a DSN"], "-n0"), (OWN_PASSWORD["bare"], "-n0"), (OWN_PASSWORD["bare"], "-n2")],
    ids=["in a DSN", "bare", "bare, spread"],
)
def test_the_throw_away_servers_own_password(wired: Wired, archives: Path, text: str, spread: str) -> None:
    wired.product.add_check("test_own.py", f"import pytest\n\n@pytest.mark.critical\n{text}")
    arguments = ("--backup", archives / "small.dump", "--expectations", archives / "small.toml")
    options = (f"--junitxml={wired.product.junit}", "--keep-restored", "-vv", "--showlocals", spread)
    running = wired.product.start("checks/", *options, *arguments)
    with commands_of(running) as commands:
        run = running.finish()
    (folder,) = wired.product.leftovers()
    password = (folder / "connect.pgpass").read_text().strip().rpartition(":")[2]
    assert len(password) > 20
    outputs = [run.out, run.err, *commands, *wired.slack.messages, str(wired.log.rows())]
    outputs += [file.read_text() for file in (wired.product.folder / "report.json", wired.product.junit)]
    assert [around_word(text, password) for text in outputs if password in text] == []
    assert run.code == 1


def around_word(text: str, word: str) -> str:
    at = text.find(word)
    return text[max(at - 100, 0) : at + 60]


def test_the_migrations_command(wired: Wired) -> None:
    wrong = make_conninfo(as_canary(wired.log.dsn), password=f"{CANARY} wrong")
    for dsn in (wrong, f"postgresql://u:{CANARY}@{CANARY}/{CANARY}:x@host/d"):
        run = wired.product.start_python("-m", "migrations", VERIFICATION_LOG_URL=dsn).finish()
        assert run.code in (1, 2)
        assert CANARY not in run.out + run.err
