"""Runs a real check file as its users do, and gives back what the run said of it."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from reporting.verification import CheckResult, FindingResult
from restoring.server import Server
from settings import HOME

CHECKS = HOME / "checks"


@dataclass(frozen=True)
class Judged:
    """How a run ended: its exit code, all that it printed, and the verification of its JSON report."""

    code: int
    printed: str
    verification: dict[str, Any]

    @property
    def checks(self) -> dict[str, CheckResult]:
        return {check["name"]: _result(check) for check in self.verification["checks"]}


def _result(check: dict[str, Any]) -> CheckResult:
    findings = [FindingResult(**each) for each in check.get("findings", [])]
    return replace(CheckResult(**check), findings=findings)


Verify = Callable[..., Judged]
"""Takes the text of the expectations and pytest's arguments."""
Judge = Callable[..., CheckResult]
"""Takes the text of the expectations, and `at`, a DSN, unless it is that of the test's own database."""


@pytest.fixture
def verify(pytester: pytest.Pytester, server: Server) -> Verify:
    """A run in this process, which delivers nothing; no run may tell the server's password."""
    expectations = pytester.path / "expected.toml"

    def run(text: str, *arguments: str | Path) -> Judged:
        expectations.write_text(text, encoding="utf-8")
        fixed = ("-p", "no:cacheprovider", "--no-delivery", "--expectations", expectations)
        result = pytester.runpytest_inprocess(*fixed, *arguments)
        printed = result.stdout.str() + result.stderr.str()
        report = (pytester.path / ".report.json").read_text(encoding="utf-8")
        assert server.password not in printed + report
        return Judged(int(result.ret), printed, json.loads(report)["verification"])

    return run


@pytest.fixture
def judge(verify: Verify, request: pytest.FixtureRequest) -> Judge:
    """Runs the one check that the test module is the twin of, by its CHECK, as a part of the suite."""
    name = request.module.CHECK

    def run(text: str, at: str | None = None) -> CheckResult:
        place = at or request.getfixturevalue("dsn")
        judged = verify(text, CHECKS / f"{name}.py", "--database-url", place)
        assert "PARTIAL" in judged.printed
        assert judged.verification["partial"] is True
        (check,) = judged.checks.values()
        assert check.name == name
        assert judged.code == int(check.severity == "critical" and check.outcome != "passed")
        return check

    return run


@pytest.fixture(scope="module")
def shared(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """The DSN of one database for a whole module, made by its SHARED, that no test may change."""
    name = f"shared_{secrets.token_hex(4)}"
    with server.connect("postgres") as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        with psycopg.connect(server.dsn(name)) as connection:
            connection.execute(request.module.SHARED)
        yield server.dsn(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def admin(postgresql: psycopg.Connection) -> psycopg.Connection:
    """The superuser's connection to this test's own database; what it does is there at once."""
    postgresql.autocommit = True
    return postgresql


@pytest.fixture
def reader(server: Server, admin: psycopg.Connection) -> Iterator[str]:
    """The name of a role that may log in, and that nothing has been granted to."""
    name = f"reader_{secrets.token_hex(4)}"
    server.create_login(name)
    yield name
    for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
        admin.execute(sql.SQL(statement).format(sql.Identifier(name)))


@pytest.fixture
def reader_dsn(server: Server, admin: psycopg.Connection, reader: str) -> str:
    return server.dsn(admin.info.dbname, reader)


@pytest.fixture
def locked(dsn: str) -> Iterator[Callable[[str], None]]:
    """Locks a table as ALTER TABLE would, in another session, until the test is over."""
    with psycopg.connect(dsn) as other:

        def lock(table: str) -> None:
            other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())

        yield lock
        other.rollback()


@pytest.fixture
def dump(pg_bin: Path, dsn: str, tmp_path: Path) -> Callable[..., Path]:
    """Writes a backup of this test's database, by pg_dump with these options."""

    def write(*options: str) -> Path:
        file = tmp_path / "backup"
        subprocess.run([pg_bin / "pg_dump", *options, "-f", file, "-d", dsn], check=True, timeout=60)
        return file

    return write
