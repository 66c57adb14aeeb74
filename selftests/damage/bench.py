"""The bench: a server with a small rich database, real dumps of it, and the product run on them.

`Bench.source` gives a fresh copy of the database, changed by SQL; `dump`, `reference` and `place` make of
it what a backup job leaves behind; `verify` runs the product, `by_hand` is what people do without it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
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
from selftests.damage.by_hand import ByHand, environment
from selftests.damage.verified import OF_THE_REFERENCE, Verified, read_verified
from settings import HOME

__all__ = ["EXPECTATIONS", "HERE", "OF_THE_REFERENCE", "TEMPLATE", "Bench", "Format", "Verified", "set_up"]

HERE = Path(__file__).parent
TEMPLATE = "rich"
EXPECTATIONS = (HERE / "rich.toml").read_text(encoding="utf-8")
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
_SECONDS = 300
_KEPT = ("COVERAGE_", "PATH", "PYTHONPATH", "LD_LIBRARY_PATH")


_DROP_ODD_ROLES = """
DO $$ DECLARE odd name; BEGIN
    FOR odd IN SELECT rolname FROM pg_catalog.pg_roles
        WHERE encode(textsend(rolname::text), 'escape') ~ '[\\\\][0-7]{3}'
    LOOP EXECUTE format('DROP ROLE %I', odd); END LOOP;
END $$
"""
"""Names that are not in ASCII are in the encoding of one database, and in the way of pg_dumpall."""


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

    @property
    def by_hand(self) -> ByHand:
        return ByHand(self.naive)

    @cached_property
    def stage(self) -> Stage:
        """The roles that a restore makes, on the server of the sources."""
        return set_stage(self.server, "of_damage")

    @property
    def bin(self) -> Path:
        return self.server.programs.bin

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

    def dump(self, database: str, *options: str, format: Format = "custom") -> Path:
        """What pg_dump, or pg_dumpall for a cluster, writes of a database with these options."""
        path = self.path(f"{database}{_SUFFIXES[format]}")
        if format == "cluster":
            self.run("pg_dumpall", *self._all_but(database), *options, f"--file={path}")
        elif format == "gzip":
            self.run("pg_dump", "--format=plain", "--compress=gzip", *options, f"--file={path}", database)
        else:
            self.run("pg_dump", f"--format={format}", *options, f"--file={path}", database)
        return path

    def _all_but(self, database: str) -> list[str]:
        with self.server.connect("postgres") as admin:
            names = [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]
        return [f"--exclude-database={name}" for name in names if name != database]

    def run(self, program: str, *arguments: str | Path) -> bytes:
        """What a program of PostgreSQL's answers, which finds its way to the sources' server."""
        command = [self.bin / program, *arguments]
        done = subprocess.run(
            command,
            env=environment(self.server),
            check=True,
            capture_output=True,
        )
        return done.stdout

    @staticmethod
    def environment(server: Server) -> dict[str, str]:
        """Leads PostgreSQL's programs to a server, as its superuser."""
        return environment(server)

    def healthy(self, format: Format = "custom") -> Path:
        """A copy of a healthy dump of the rich database, to be damaged."""
        if format not in self._healthy:
            self._healthy[format] = self.dump(TEMPLATE, format=format)
            self._folders.remove(self._healthy[format].parent)
        made = self._healthy[format]
        copy = self.path(made.name)
        shutil.copytree(made, copy) if made.is_dir() else shutil.copy2(made, copy)
        return copy

    def healthy_text(self, format: Format) -> bytes:
        """What pg_dump says of a healthy dump, restored by hand."""
        if format not in self._texts:
            self._texts[format] = self.by_hand.text(self.healthy(format))
        return self._texts[format]

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

    def verify(self, backup: Path, *options: str, expectations: str | None = None) -> Verified:
        """Runs the product on a backup, in a process of its own; the reference is found beside it."""
        expected, report = self.path("expectations.toml"), self.path("report.json")
        expected.write_text(EXPECTATIONS if expectations is None else expectations, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", *(part for name in _NOT_LOADED for part in ("-p", name))]
        command += ["checks/", f"--backup={backup}", f"--expectations={expected}", "--no-delivery"]
        command += [f"--json-report-file={report}", *options]
        begun = time.monotonic()
        done = subprocess.run(
            command,
            check=False,
            cwd=HOME,
            env=self._users(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
        output = (done.stdout + done.stderr).decode(errors="replace")
        return read_verified(done.returncode, report, time.monotonic() - begun, output)

    def _users(self) -> dict[str, str]:
        """Nothing of ours but where programs are, and what measures the coverage of the tests."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        return kept | {"HOME": str(self.folder), "TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8"}

    def clear(self) -> None:
        """Takes away what an entry made; what is healthy stays."""
        with self.server.connect("postgres") as admin:
            for name in self._databases:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                admin.execute(drop.format(sql.Identifier(name)))
                self._references.pop(name, None)
            admin.execute(_DROP_ODD_ROLES)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self._databases.clear()
        self._folders.clear()


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
