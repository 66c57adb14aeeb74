"""The suite as its users run it: a process of its own, in an environment that the test writes.

A test that asks for `sample` or `live`, for `log` or for `slack` has them in that environment.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from migrations import migrate
from restoring.programs import Programs
from restoring.sample import expectations_of_the_six, make
from restoring.server import Server, serving
from restoring.workplace import stop_orphan
from settings import HOME

_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_PATHS = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
# What only selftests install; a user's run does not load it either, and starts a third sooner.
_NOT_LOADED = ("-p", "no:pytest_postgresql", "-p", "no:pytest_httpserver")
PRODUCT = (
    *("checks", "expectations", "judging", "migrations", "reference", "reporting", "restoring"),
    *("pyproject.toml", "expectations.toml"),
    *("conftest.py", "settings.py", "database.py"),
)
SMALL = """
CREATE TABLE pets (name text PRIMARY KEY);
INSERT INTO pets VALUES ('Ada'), ('Bo');
ALTER TABLE pets ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pets USING (name = current_user);
"""
SMALL_EXPECTATIONS = "[database]\nmin_size_mb = 1\n[tables.pets]\nmin_rows = 2\n"
# Every row of this table takes a minute to restore: its CHECK naps, though not yet where it is made.
SLOW = """
CREATE FUNCTION nap(integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE TABLE pets (name integer CHECK (nap(name)));
INSERT INTO pets SELECT generate_series(1, 10);
CREATE OR REPLACE FUNCTION nap(integer) RETURNS boolean LANGUAGE sql
    AS 'SELECT pg_catalog.pg_sleep(60) IS NOT NULL';
"""


MAPPING = """
CREATE TABLE pets (name text);
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER far FOREIGN DATA WRAPPER wrapper;
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'u', password 'c4n4ry of a mapping');
"""


@dataclass(frozen=True)
class Finished:
    """What a run left: its exit code, what it printed, and its reports as they lie in its folder."""

    code: int
    out: str
    err: str
    report: dict[str, Any] | None

    @property
    def verification(self) -> dict[str, Any]:
        """The verification of the JSON report, whose numbers have to add up, whatever happened."""
        assert self.report is not None, self.out + self.err
        found: dict[str, Any] = self.report["verification"]
        jsonschema.validate(found, _schema())
        checks = [check for check in found["checks"] if check["severity"] != "info"]
        counted = [check for check in checks if not check["exempted"]]
        assert found["checks_passed"] + found["checks_failed"] == len(counted)
        assert found["checks_passed"] == sum(check["outcome"] == "passed" for check in counted)
        return found

    @property
    def outcomes(self) -> dict[str, str]:
        return {check["name"]: check["outcome"] for check in self.verification["checks"]}

    @property
    def messages(self) -> dict[str, str | None]:
        """What each check said."""
        return {check["name"]: check["message"] for check in self.verification["checks"]}

    @property
    def judged(self) -> bool:
        """Whether there is a verdict, or anything that a hurried reader could take for a good one."""
        verdict = bool(self.report and self.report.get("verification"))
        return verdict or self.code in (0, 1, 11) or "SUCCESS" in self.out


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((HOME / "reporting" / "verification.schema.json").read_text())
    return schema


@dataclass(frozen=True)
class Running:
    """A run that goes on."""

    process: subprocess.Popen[str]
    folder: Path

    def until(self, condition: Callable[[], object], seconds: float = 30) -> None:
        """Waits for a moment of the run."""
        end = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, "the run ended before: " + "".join(
                self.process.communicate()
            )
            assert time.monotonic() < end, "the moment did not come"
            time.sleep(0.005)

    def children(self) -> dict[int, str]:
        """The processes below this one, as their ids and command lines (Linux)."""
        found: dict[int, str] = {}
        parents = {self.process.pid}
        rows = [(pid, parent) for pid, parent in _processes() if pid != parent]
        while grown := [pid for pid, parent in rows if parent in parents and pid not in found]:
            found |= {pid: command_of(pid) for pid in grown}
            parents |= set(grown)
        return found

    def runs(self, words: str) -> bool:
        """Whether a child's command line holds these words."""
        return any(words in command for command in self.children().values())

    def end(self, signal_number: int) -> None:
        self.process.send_signal(signal_number)

    def finish(self, seconds: float = 90) -> Finished:
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"no end within {seconds} s:\n{out}{err}") from None
        report = self.folder / "report.json"
        content = json.loads(report.read_text()) if report.exists() else None
        return Finished(self.process.returncode, out, err, content)

    def kill(self) -> None:
        """Ends the run, and what it runs, as nothing that it can answer."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Product:
    """The product in its folder `home`; `folder` is its TMPDIR and takes its reports and its spool."""

    home: Path
    folder: Path
    python: str = sys.executable
    user: int | None = None
    variables: dict[str, str] = field(default_factory=dict)
    started: list[Running] = field(default_factory=list)

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    @property
    def junit(self) -> Path:
        return self.folder / "junit.xml"

    def leftovers(self) -> list[Path]:
        """The folders of servers that have not been taken away."""
        return list(self.folder.glob("backup-verify-*/r-*"))

    def run(self, *arguments: str | Path, seconds: float = 90, **variables: str) -> Finished:
        """A run from beginning to end; `variables` are added to the environment."""
        return self.start(*arguments, **variables).finish(seconds)

    def start(self, *arguments: str | Path, **variables: str) -> Running:
        report = f"--json-report-file={self.folder / 'report.json'}"
        command = ["-m", "pytest", "-p", "no:cacheprovider", *_NOT_LOADED, report]
        return self.start_python(*command, *arguments, **variables)

    def start_python(self, *arguments: str | Path, **variables: str) -> Running:
        process = subprocess.Popen(
            [self.python, *map(str, arguments)],
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            cwd=self.home,
            env=self._environment() | self.variables | variables,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            # a shell without job control has its background jobs ignore it, and so all that they start
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        self.started.append(Running(process, self.folder))
        return self.started[-1]

    def _environment(self) -> dict[str, str]:
        """Nothing of ours but where programs are, and what measures the coverage of the tests."""
        kept = {
            name: value for name, value in os.environ.items() if name.startswith(("COVERAGE_", *_PATHS))
        }
        here = str(self.folder)
        ours = {"HOME": here, "TMPDIR": here, "VERIFICATION_SPOOL": str(self.spool), "LC_ALL": "C.UTF-8"}
        return kept | ours

    def add_check(self, name: str, text: str) -> Path:
        """Adds a check file; only ever to a copy of the product."""
        assert self.home != HOME, "ask for the fixture `copy`"
        file = self.home / "checks" / name
        file.write_text(text)
        return file


@dataclass(frozen=True)
class Database:
    """A database of one test, and its superuser's DSN."""

    dsn: str

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@dataclass(frozen=True)
class Log(Database):
    """The database that takes the rows."""

    def rows(self) -> list[dict[str, Any]]:
        """The rows, the oldest first."""
        query = "SELECT * FROM public.backup_verification_log ORDER BY created_at"
        with psycopg.connect(self.dsn) as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query).fetchall()

    def row(self) -> dict[str, Any]:
        (row,) = self.rows()
        return row


@dataclass(frozen=True)
class Slack:
    """A webhook that is really asked, and what it was sent."""

    server: HTTPServer
    path: str = "/services/T00000000/B00000000/tokentokentokentoken0000"

    @property
    def url(self) -> str:
        return self.server.url_for(self.path)

    def answer(self, body: str, status: int) -> None:
        self.server.clear_all_handlers()
        self.server.expect_request(self.path, method="POST").respond_with_data(body, status)

    @contextlib.contextmanager
    def holding(self) -> Iterator[threading.Event]:
        """Lets each sender wait for its answer; the event tells that one waits."""
        asked, over = threading.Event(), threading.Event()

        def hold(_: Request) -> Response:
            asked.set()
            over.wait(60)
            return Response("ok")

        self.server.clear_all_handlers()
        self.server.expect_request(self.path, method="POST").respond_with_handler(hold)
        try:
            yield asked
        finally:
            over.set()

    @property
    def messages(self) -> list[str]:
        return [_text(request) for request, _ in self.server.log]


def _text(request: Request) -> str:
    text: str = json.loads(request.get_data())["text"]
    return text


@pytest.fixture(scope="session")
def host(programs: Programs) -> Iterator[Server]:
    """A server of these tests' own: the roles of the sample would stay behind on a shared one."""
    with serving(programs) as running:
        make.build(running, "sample")
        yield running


@pytest.fixture(scope="session")
def archives(host: Server) -> Iterator[Path]:
    """A folder of real backups, small, slow and mapping, as .dump and .sql; small.toml expects small."""
    with folder_for_others() as folder:
        for name, content in (("small", SMALL), ("slow", SLOW), ("mapping", MAPPING)):
            _create(host, name)
            Database(host.dsn(name)).execute(content)
            (folder / f"{name}.dump").write_bytes(make.dump(host, name, "--format=custom"))
            (folder / f"{name}.sql").write_bytes(make.dump(host, name))
        (folder / "small.toml").write_text(SMALL_EXPECTATIONS)
        for file in folder.iterdir():
            file.chmod(0o644)
        yield folder


@pytest.fixture
def product() -> Iterator[Product]:
    """The product where it is, with a folder of the test's own."""
    with _ended(HOME) as product:
        yield product


@pytest.fixture
def copy(product: Product) -> Product:
    """The same product, from now on run from a copy to which a test may add checks."""
    product.home = product.folder / "product"
    copy_product(product.home)
    return product


@pytest.fixture(scope="session")
def tools() -> Iterator[tuple[str, dict[str, str]]]:
    """A Python that an ordinary user can run, and the variables that lead it to what is installed."""
    base, installed = Path(sys.base_prefix), Path(sysconfig.get_path("purelib"))
    with folder_for_others() as folder:
        if not _open_to_others(base):
            _link(Path(sysconfig.get_path("stdlib")), folder / "base/lib" / _PYTHON)
            _link(base / "bin", folder / "base/bin")
            for library in (base / "lib").glob("libpython*"):
                shutil.copy(library, folder / "base/lib", follow_symlinks=False)
            base = folder / "base"
        if not _open_to_others(installed):
            _link(installed, folder / "installed")
            installed = folder / "installed"
        variables = {"PYTHONPATH": str(installed), "LD_LIBRARY_PATH": str(base / "lib")}
        yield str(base / "bin" / _PYTHON), variables


@pytest.fixture
def ordinary(request: pytest.FixtureRequest, product: Product) -> Product:
    """The product as an ordinary user runs it, which a test run's own user may be already."""
    if os.geteuid() != 0:
        return product
    product.python, product.variables = request.getfixturevalue("tools")
    product.user = pwd.getpwnam("nobody").pw_uid
    os.chown(product.folder, product.user, -1)
    if not _open_to_others(HOME):
        product.home = product.folder / "product"
        copy_product(product.home)
    return product


@pytest.fixture
def sample(product: Product, host: Server) -> Database:
    """The sample as a live database, named to the product as the one to verify; not to be changed."""
    return _named(product, host, "sample")


@pytest.fixture
def live(product: Product, host: Server) -> Iterator[Database]:
    """A database like the sample that the test may change."""
    name = f"live_{secrets.token_hex(4)}"
    _create(host, name, "sample")
    yield _named(product, host, name)
    with host.connect("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _named(product: Product, host: Server, database: str) -> Database:
    dsn = host.dsn(database)
    expectations = product.folder / "six.toml"
    expectations.write_text(expectations_of_the_six())
    expectations.chmod(0o644)
    product.variables |= {"DATABASE_URL": dsn, "VERIFICATION_EXPECTATIONS": str(expectations)}
    return Database(dsn)


@pytest.fixture
def log(product: Product, dsn: str) -> Log:
    """A database with the log table, named to the product as the one for its rows."""
    migrate(dsn)
    product.variables["VERIFICATION_LOG_URL"] = dsn
    return Log(dsn)


@pytest.fixture
def slack(product: Product, httpserver: HTTPServer) -> Slack:
    """A webhook that takes every message, named to the product."""
    slack = Slack(httpserver)
    slack.answer("ok", 200)
    product.variables["SLACK_WEBHOOK_URL"] = slack.url
    return slack


@contextlib.contextmanager
def folder_for_others() -> Iterator[Path]:
    """A folder with a short name that another user can look into, as the server's has to be."""
    folder = Path(tempfile.mkdtemp(prefix="e-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _ended(home: Path) -> Iterator[Product]:
    with folder_for_others() as folder:
        product = Product(home, folder)
        try:
            yield product
        finally:
            for running in product.started:
                if running.process.poll() is None:
                    running.kill()
                    running.process.communicate()
            for leftover in product.leftovers():
                stop_orphan(leftover / "data")


def copy_product(home: Path) -> None:
    """What makes the product, and nothing else."""
    home.mkdir()
    for name in PRODUCT:
        source = HOME / name
        if source.is_dir():
            shutil.copytree(source, home / name)
        else:
            shutil.copy2(source, home / name)


def _open_to_others(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _link(source: Path, target: Path) -> None:
    """The same files once more, in a folder that others can reach."""

    def link_or_copy(file: str, other: str) -> None:
        try:
            os.link(file, other)
        except OSError:
            shutil.copy2(file, other)

    ignored = shutil.ignore_patterns("__pycache__", "test", "site-packages")
    shutil.copytree(source, target, copy_function=link_or_copy, symlinks=True, ignore=ignored)


def _create(server: Server, name: str, template: str = "template0") -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with server.connect("postgres") as admin:
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _processes() -> Iterator[tuple[int, int]]:
    """Each process and its parent."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""
