"""The bench: a server with a small rich database, real dumps of it, and the product run on them.

`Bench.source` gives a fresh copy of the database, changed by SQL; `dump`, `reference` and `place` make of it
what a backup job leaves behind; `verify` runs the product, `restore_naively` what people do without it.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from psycopg import sql

from reference.finding import beside
from reference.reference import document, write_document
from reference.taking import Wanted, take
from restoring.programs import Programs
from restoring.server import Server, serving
from restoring.stage import Stage, set_stage
from settings import HOME

HERE = Path(__file__).parent
TEMPLATE = "rich"
EXPECTATIONS = (HERE / "rich.toml").read_text(encoding="utf-8")
SIX = (
    "test_critical_tables_exist",
    "test_database_connectivity",
    "test_database_functions_exist",
    "test_database_size_reasonable",
    "test_rls_policies_active",
    "test_row_counts_reasonable",
)
OF_THE_REFERENCE = ("test_definitions_match", "test_contents_match")
NAIVE_SECONDS = 8.0
HUNG = -1
"""The exit code of a restore that did not end in NAIVE_SECONDS."""

Format = Literal["custom", "directory", "tar", "plain", "gzip", "cluster"]
_SUFFIXES: Mapping[Format, str] = {
    "custom": ".dump",
    "directory": ".dir",
    "tar": ".tar",
    "plain": ".sql",
    "gzip": ".sql.gz",
    "cluster": ".sql",
}
# What only selftests install: a user's run does not load it either, and starts sooner.
_NOT_LOADED = ("no:cacheprovider", "no:pytest_postgresql", "no:pytest_httpserver", "no:xdist")
_KEPT = ("COVERAGE_", "PATH", "PYTHONPATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Checked:
    """What one check came to: `passed`, `failed` or `not run`."""

    outcome: str
    message: str | None
    severity: str


@dataclass(frozen=True)
class Verified:
    """What a run of the product said; `status` is None where it gave no verdict."""

    exit_code: int
    status: str | None
    checks: Mapping[str, Checked]
    not_verified: Sequence[Mapping[str, str]]
    seconds: float
    output: str = field(repr=False, default="")
    verification: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """The names of the checks that failed."""
        return [name for name, check in self.checks.items() if check.outcome == "failed"]

    def status_by(self, names: Sequence[str]) -> str:
        """The status that these checks alone would have given, by the rule of the product."""
        bad = {check.severity for name, check in self.checks.items() if name in names and _is_bad(check)}
        return "failure" if "critical" in bad else "warning" if "warning" in bad else "success"

    @property
    def status_of_six(self) -> str:
        return self.status_by(SIX)

    @property
    def status_without_reference(self) -> str:
        return self.status_by([name for name in self.checks if name not in OF_THE_REFERENCE])


def _is_bad(check: Checked) -> bool:
    return check.outcome == "failed" or (check.outcome == "not run" and check.severity == "critical")


@dataclass
class Bench:
    """`server` holds the sources, `naive` takes what is restored by hand; both have the roles."""

    server: Server
    naive: Server
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _databases: list[str] = field(default_factory=list)
    _folders: list[Path] = field(default_factory=list)
    _references: dict[str, Path] = field(default_factory=dict)
    _healthy: dict[Format, Path] = field(default_factory=dict)
    _texts: dict[Format, bytes] = field(default_factory=dict)

    @cached_property
    def stage(self) -> Stage:
        """The roles that a restore makes, on the server of the sources."""
        return set_stage(self.server, "of_damage")

    @property
    def bin(self) -> Path:
        return self.server.programs.bin

    # What a backup job has before it.

    def source(self, statements: str = "", *, options: str = "") -> str:
        """The name of a new copy of the rich database, changed by SQL; `options` are CREATE DATABASE's."""
        name = f"source_{next(self._numbers)}"
        self._create(name, options or f"TEMPLATE {TEMPLATE}")
        self.execute(name, statements)
        return name

    def empty(self, statements: str = "", *, options: str = "") -> str:
        """The name of a new database that holds what this SQL makes, and nothing else."""
        return self.source(statements, options=f"TEMPLATE template0 {options}")

    def _create(self, name: str, options: str) -> None:
        statement = sql.SQL("CREATE DATABASE {} OWNER postgres ").format(sql.Identifier(name)).as_string()
        with self.server.connect("postgres") as admin:
            admin.execute((statement + options).encode())
        self._databases.append(name)

    def execute(self, database: str, statements: str) -> None:
        """Runs SQL as the superuser postgres; several statements are one transaction."""
        if statements.strip():
            with self.server.connect(database) as admin:
                admin.execute("SET ROLE postgres")
                admin.execute("SET search_path = public, pg_catalog")
                admin.execute(statements.encode())

    def value(self, database: str, query: str) -> Any:
        """The first value that a query answers."""
        with self.server.connect(database) as admin:
            return admin.execute(query.encode()).fetchall()[0][0]

    # What a backup job writes.

    def dump(self, database: str, *options: str, format: Format = "custom") -> Path:
        """What pg_dump, or pg_dumpall for a cluster, writes of a database with these options."""
        path = self.path(f"{database}{_SUFFIXES[format]}")
        if format == "cluster":
            self._run("pg_dumpall", *self._all_but(database), *options, f"--file={path}")
        elif format == "gzip":
            self._run("pg_dump", "--format=plain", "--compress=gzip", *options, f"--file={path}", database)
        else:
            self._run("pg_dump", f"--format={format}", *options, f"--file={path}", database)
        return path

    def _all_but(self, database: str) -> list[str]:
        with self.server.connect("postgres") as admin:
            names = [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]
        return [f"--exclude-database={name}" for name in names if name != database]

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.bin / program, *arguments]
        subprocess.run(command, env=self.environment(self.server), check=True, stderr=subprocess.PIPE)

    def run(self, program: str, *arguments: str | Path) -> bytes:
        """What a program of PostgreSQL's answers, with the way to the sources' server in its environment."""
        command = [self.bin / program, *arguments]
        environment = self.environment(self.server)
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout

    @staticmethod
    def environment(server: Server) -> dict[str, str]:
        """Leads PostgreSQL's programs to a server, as its superuser."""
        where = {"PGHOST": str(server.socket_folder), "PGUSER": server.admin, "PGPASSWORD": server.password}
        return os.environ | where | {"PGDATABASE": "postgres", "PGCONNECT_TIMEOUT": "10"}

    def healthy(self, format: Format = "custom") -> Path:
        """A copy of a healthy dump of the rich database, to be damaged."""
        if format not in self._healthy:
            self._healthy[format] = self.dump(TEMPLATE, format=format)
            self._folders.remove(self._healthy[format].parent)
        made = self._healthy[format]
        copy = self.path(made.name)
        shutil.copytree(made, copy) if made.is_dir() else shutil.copy2(made, copy)
        return copy

    def path(self, name: str) -> Path:
        """A path of this name in a new folder."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        folder.chmod(0o755)
        self._folders.append(folder)
        return folder / name

    def reference(self, database: str = TEMPLATE) -> Path:
        """The reference of a database; that of the rich one is taken once."""
        if database not in self._references:
            path = self.folder / f"{database}.reference.json"
            write_document(document(take(Wanted(self.server.dsn(database)), lambda line: None)), path)
            self._references[database] = path
        return self._references[database]

    def place(self, backup: Path, reference: Path | None) -> Path:
        """Puts a copy of a reference beside the backup, in whatever folder that is."""
        if reference is not None:
            shutil.copy2(reference, beside(backup))
        return backup

    # What is done with it.

    def verify(self, backup: Path, *options: str, expectations: str | None = None) -> Verified:
        """Runs the product on a backup, in a process of its own; the reference is found beside it."""
        expected, report = self.path("expectations.toml"), self.path("report.json")
        expected.write_text(EXPECTATIONS if expectations is None else expectations, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", *(part for name in _NOT_LOADED for part in ("-p", name))]
        command += ["checks/", f"--backup={backup}", f"--expectations={expected}", "--no-delivery"]
        command += [f"--json-report-file={report}", *options]
        begun = time.monotonic()
        done = subprocess.run(
            command, cwd=HOME, env=self._users(), stdin=subprocess.DEVNULL, capture_output=True, timeout=120
        )
        output = (done.stdout + done.stderr).decode(errors="replace")
        return _verified(done.returncode, report, time.monotonic() - begun, output)

    def _users(self) -> dict[str, str]:
        """Nothing of ours but where programs are, and what measures the coverage of the tests."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        return kept | {"HOME": str(self.folder), "TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8"}

    def restore_naively(self, backup: Path) -> int:
        """The exit code of pg_restore or psql, with default settings, where all roles are there."""
        name = f"naive_{next(self._numbers)}"
        with self._by_hand(name):
            return self._naively(backup, name)

    def restored_text(self, backup: Path) -> bytes:
        """What pg_dump says of what pg_restore or psql made of a backup."""
        name = f"naive_{next(self._numbers)}"
        with self._by_hand(name):
            self._naively(backup, name)
            command = [self.bin / "pg_dump", "--restrict-key=same", name]
            return subprocess.run(
                command, env=self.environment(self.naive), check=True, stdout=subprocess.PIPE
            ).stdout

    def healthy_text(self, format: Format) -> bytes:
        """The same of a healthy dump."""
        if format not in self._texts:
            self._texts[format] = self.restored_text(self.healthy(format))
        return self._texts[format]

    @contextmanager
    def _by_hand(self, name: str) -> Iterator[None]:
        before = self._databases_by_hand()
        with self.naive.connect("postgres") as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield
        finally:
            with self.naive.connect("template1") as admin:
                for made in self._databases_by_hand() - before:
                    statement = "DROP DATABASE {} WITH (FORCE)"
                    admin.execute(sql.SQL(statement).format(sql.Identifier(made)))

    def _databases_by_hand(self) -> set[str]:
        with self.naive.connect("template1") as admin:
            return {name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()}

    def _naively(self, backup: Path, database: str) -> int:
        try:
            return subprocess.run(
                self._command_of(backup, database),
                env=self.environment(self.naive),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=NAIVE_SECONDS,
            ).returncode
        except subprocess.TimeoutExpired:
            return HUNG

    def _command_of(self, backup: Path, database: str) -> list[str]:
        psql = f"{self.bin / 'psql'} -X -q -d {database}"
        if backup.name.endswith(".gz"):
            return ["sh", "-c", f"gzip -dc {backup} | {psql}"]
        if backup.suffix == ".sql":
            return [*psql.split(), "-f", str(backup)]
        return [str(self.bin / "pg_restore"), f"--dbname={database}", str(backup)]

    def clear(self) -> None:
        """Takes away what an entry made; what is healthy stays."""
        with self.server.connect("postgres") as admin:
            for name in self._databases:
                admin.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )
                self._references.pop(name, None)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self._databases.clear()
        self._folders.clear()


def _verified(code: int, report: Path, seconds: float, output: str) -> Verified:
    content = json.loads(report.read_text()) if report.exists() else {}
    found: dict[str, Any] = content.get("verification") or {}
    checks = {
        check["name"]: Checked(check["outcome"], check["message"], check["severity"])
        for check in found.get("checks", ())
    }
    return Verified(
        code, found.get("status"), checks, found.get("not_verified", ()), seconds, output, found
    )


@contextmanager
def set_up(programs: Programs) -> Iterator[Bench]:
    """A bench for a session: two servers with the roles, and the rich database on the first."""
    with (
        tempfile.TemporaryDirectory(prefix="d-") as name,
        serving(programs) as server,
        serving(programs) as naive,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        for each in (server, naive):
            with each.connect("postgres") as admin:
                admin.execute((HERE / "roles.sql").read_bytes())
        bench = Bench(server, naive, folder)
        bench._create(TEMPLATE, "TEMPLATE template0")
        bench.execute(TEMPLATE, (HERE / "rich.sql").read_text(encoding="utf-8"))
        bench._databases.clear()
        yield bench
