"""Calls a real check with a real database, and with what a restore would have told of it."""

from __future__ import annotations

import importlib.util
import inspect
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from database import Access, Reach
from expectations import Expectations, read_expectations
from reporting.finding import finding
from reporting.verification import BackupFacts
from restoring.facts import RestoredFacts
from restoring.server import Server
from restoring.stage import Stage, set_stage
from settings import HOME

CHECKS = HOME / "checks" / "restored"
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@dataclass
class Looked:
    """What a check said: None where it passed, its details, and what it could not look at."""

    message: str | None
    details: dict[str, Any] = field(default_factory=dict)
    unverified: list[tuple[str, str]] = field(default_factory=list)


Look = Callable[..., Looked]
"""Takes the text of the expectations, and changes to the facts of the backup and of the restore."""


@pytest.fixture(scope="session")
def stage(server: Server) -> Stage:
    """The roles that a restore makes, on the shared server."""
    return set_stage(server, secrets.token_hex(4))


@pytest.fixture
def facts(postgresql: psycopg.Connection, stage: Stage) -> RestoredFacts:
    """Those of a restore of which nothing is to be told."""
    name = postgresql.info.dbname
    roles = (stage.server.admin, stage.loader, stage.reader, stage.actor)
    return RestoredFacts(
        1.0, False, (), roles, stage.probes, (), (), stage.server.dsn(name, stage.actor)
    )


@pytest.fixture
def access(facts: RestoredFacts, stage: Stage, postgresql: psycopg.Connection) -> Iterator[Access]:
    """The check's way to this test's database, as the role that reads all and owns nothing."""
    database = postgresql.info.dbname
    stage.admit_reader(database)
    stage.provide_probes(database)
    access = Access(Reach(stage.server.dsn(database, stage.reader), restored=True), 10)
    yield access
    access.close()


@pytest.fixture
def look(access: Access, facts: RestoredFacts, tmp_path: Path, request: pytest.FixtureRequest) -> Look:
    """Runs the check that the test module is the twin of, by its CHECK."""
    check = check_named(request.module.CHECK)
    names = inspect.signature(check).parameters

    def look(
        text: str = "[tables.t]\n", backup: BackupFacts | None = None, **changes: Any
    ) -> Looked:
        looked = Looked(None)
        changed = replace(facts, **changes)
        access.renew()
        assert access.problem is None
        with access.acting(changed.acting_dsn) as acting, access.limited():
            given = {
                "database": access.connection,
                "acting": acting,
                "restored": changed,
                "expectations": expected(text, tmp_path),
                "backup": backup or taken(1),
                "details": looked.details,
                "unverified": lambda what, why: looked.unverified.append((what, why)),
            }
            try:
                check(**{name: given[name] for name in names})
            except AssertionError as error:
                looked.message = finding(error)
        return looked

    return look


def check_named(name: str) -> Callable[..., None]:
    """The test of a check's file, as pytest would find it."""
    spec = importlib.util.spec_from_file_location(name, CHECKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., None] = getattr(module, name)
    return found


def expected(text: str, folder: Path) -> Expectations:
    path = folder / "expected.toml"
    path.write_text(text, encoding="utf-8")
    return read_expectations(path)


def taken(hours_ago: float, by: str = "header") -> BackupFacts:
    """A backup that is so old at NOW."""
    moment = NOW - timedelta(hours=hours_ago)
    return BackupFacts("id", "custom", moment, by, hours_ago, 1)  # type: ignore[arg-type]


@pytest.fixture
def backup_of() -> Callable[..., BackupFacts]:
    return taken


@pytest.fixture
def admin(postgresql: psycopg.Connection) -> psycopg.Connection:
    """The superuser's connection to this test's own database; what it does is there at once."""
    postgresql.autocommit = True
    return postgresql
