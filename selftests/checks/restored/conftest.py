"""Calls a real check with a real database, and with what a restore would have told of it."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from database import Access, Reach
from expectations import Expectations, read_expectations
from judging.findings import Finding
from reference.opening import Compared
from reporting.earlier import Earlier
from reporting.finding import finding
from reporting.verification import BackupFacts
from restoring.facts import RestoredFacts
from restoring.probes import provide_probes
from restoring.server import Server
from restoring.stage import Stage, set_stage
from settings import HOME

CHECKS = HOME / "checks" / "restored"
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@dataclass
class Looked:
    """What a check said: None where it passed, what it could not look at, and its findings' kinds."""

    message: str | None
    details: dict[str, Any] = field(default_factory=dict)
    unverified: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def take(self, findings: Iterable[str]) -> list[str]:
        """All of them count; each has to be of a kind."""
        found = list(findings)
        assert all(isinstance(each, Finding) for each in found)
        self.kinds += [each.kind for each in found if isinstance(each, Finding)]
        return found


Connections = Callable[..., contextlib.AbstractContextManager[dict[str, Any]]]
"""Takes the names of a check's parameters."""
Taken = Callable[..., BackupFacts]
"""Takes how many hours before NOW, and by what."""
Look = Callable[..., Looked]
"""Takes the text of the expectations, and changes to the facts of the backup and of the restore."""


@pytest.fixture(scope="session")
def stage(server: Server) -> Stage:
    """The roles that a restore makes, on the shared server."""
    return set_stage(server, secrets.token_hex(4))


@pytest.fixture
def facts(stage: Stage) -> RestoredFacts:
    """Those of a restore of which nothing is to be told."""
    roles = (stage.server.admin, stage.loader, stage.reader, stage.actor)
    return RestoredFacts(1.0, False, (), roles, stage.probes, (), (), "")


@pytest.fixture
def access(stage: Stage, postgresql: psycopg.Connection) -> Iterator[Access]:
    """The check's way to this test's database, as the role that reads all and owns nothing."""
    database = postgresql.info.dbname
    stage.admit_reader(database)
    access = Access(Reach(stage.server.dsn(database, stage.reader), restored=True), 10)
    yield access
    access.close()


@pytest.fixture
def connections(request: pytest.FixtureRequest, stage: Stage) -> Connections:
    """The connections that a check of these parameters asks for; without one, no database is made."""

    @contextlib.contextmanager
    def connections(names: Collection[str]) -> Iterator[dict[str, psycopg.Connection | None]]:
        if not {"database", "acting"} & set(names):
            yield {}
            return
        access: Access = request.getfixturevalue("access")
        access.renew()
        assert access.problem is None
        with (
            access.acting(stage.server.dsn(access.database or "", stage.actor)) as acting,
            access.limited(),
        ):
            yield {"database": access.connection, "acting": acting}

    return connections


@pytest.fixture
def look(
    connections: Connections, facts: RestoredFacts, tmp_path: Path, request: pytest.FixtureRequest
) -> Look:
    """Runs the check that the test module is the twin of, by its CHECK."""
    check = check_named(request.module.CHECK)
    names = inspect.signature(check).parameters

    def look(
        text: str = "[tables.t]\n",
        backup: BackupFacts | None = None,
        reference: Compared | None = None,
        earlier: Earlier | None = None,
        **changes: Any,
    ) -> Looked:
        looked = Looked(None)
        with connections(names) as connected:
            given = connected | {
                "restored": replace(facts, **changes),
                "expectations": expected(text, tmp_path),
                "backup": backup or taken(1),
                "reference": reference,
                "earlier": earlier,
                "details": looked.details,
                "unverified": lambda what, why: looked.unverified.append((what, why)),
                "what_counts": looked.take,
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


@pytest.fixture(name="taken")
def _taken() -> Taken:
    return taken


@pytest.fixture
def admin(postgresql: psycopg.Connection) -> psycopg.Connection:
    """The superuser's connection to this test's own database; what it does is there at once."""
    postgresql.autocommit = True
    return postgresql


@pytest.fixture
def probes(stage: Stage, postgresql: psycopg.Connection) -> None:
    """What looks at this test's database from inside, as after a restore."""
    provide_probes(stage, postgresql.info.dbname)
