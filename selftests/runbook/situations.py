"""What goes wrong around the verifications: a situation for each entry of the runbook's operations."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from pytest_httpserver import HTTPServer

from reference.reference import write_document
from reference.signature import make_key, sign
from reporting import spool
from reporting.row import row_of
from selftests.runbook import failures, live, logged
from selftests.runbook.backups import expecting
from selftests.runbook.ground import Ground
from selftests.runbook.situation import Situation

Making = Callable[[Ground, HTTPServer], Situation]

_CLOSED = "postgresql://log@127.0.0.1:1/log"
_RAISING = """

def pytest_collection_modifyitems() -> None:
    raise RuntimeError("a plugin that was updated")
"""
_ROW = {
    "id": "5f3c2a10-0000-4000-8000-000000000001",
    "verified_at": "2026-11-20T05:00:00+00:00",
    "status": "success",
    "checks_passed": 6,
    "checks_failed": 0,
    "backup": None,
}


def _log(statements: str = "") -> Making:
    """A log of one success, changed by SQL."""

    def make(ground: Ground, _: HTTPServer) -> Situation:
        log = ground.log_of_a_success()
        with psycopg.connect(log) as connection:
            connection.execute(statements.encode() or b"SELECT")
        return Situation({"VERIFICATION_LOG_URL": log})

    return make


def _log_made_by(statements: str) -> Making:
    """A database that is to be the log, with what somebody else has made there."""
    return lambda ground, _: Situation(
        {"VERIFICATION_LOG_URL": ground.host.dsn(ground.database(statements, template="template0"))}
    )


def _log_of_others(ground: Ground, _: HTTPServer) -> Situation:
    ground.make_role("looker")
    return Situation({"VERIFICATION_LOG_URL": make_conninfo(ground.log(), user="looker")})


def _spooled(ground: Ground, log: str) -> Situation:
    folder = ground.path("spool")
    spool.keep(folder, row_of(_ROW, None))
    return Situation({"VERIFICATION_LOG_URL": log, "VERIFICATION_SPOOL": str(folder)})


def _case(make: Callable[[Ground], Situation]) -> Making:
    """The same as for a finding, with a log that is well."""

    def made(ground: Ground, _: HTTPServer) -> Situation:
        situation = make(ground)
        return replace(situation, variables={"VERIFICATION_LOG_URL": ground.log(), **situation.variables})

    return made


def _product(change: Callable[[Path], object]) -> Making:
    """A copy of the product that somebody has changed."""

    def make(ground: Ground, _: HTTPServer) -> Situation:
        home = ground.path("product")
        live.copy_product(home)
        change(home)
        return Situation({}, home=home)

    return make


def _append(home: Path) -> None:
    with (home / "conftest.py").open("a") as file:
        file.write(_RAISING)


def _without_checks(home: Path) -> None:
    shutil.rmtree(home / "checks")
    (home / "checks").mkdir()


def _as_long_as_it_takes(ground: Ground) -> Situation:
    situation = failures.slow(ground)
    return replace(situation, variables={**situation.variables, "RESTORE_TIMEOUT": "4h"})


def _mistyped(ground: Ground) -> Situation:
    expected = expecting(("min_size_mb", "minimum_size_mb"))
    return ground.situation(ground.dump("sample"), expectations=expected)


def _answering(variable: str, text: str, status: int, **others: str) -> Making:
    """A service that answers so to whatever it is sent."""

    def make(ground: Ground, server: HTTPServer) -> Situation:
        server.clear_all_handlers()
        for path in ("/hook", "/hook/start"):
            server.expect_request(path).respond_with_data(text, status)
        log = {"VERIFICATION_LOG_URL": ground.log()}
        return Situation({variable: server.url_for("/hook"), **others, **log})

    return make


def _kept(ground: Ground, _: HTTPServer) -> Situation:
    situation = ground.situation(ground.dump("sample"))
    ground.verify(situation)
    return situation


def _signed_by_another(ground: Ground, _: HTTPServer) -> Situation:
    old, new = ground.path("old"), ground.path("new")
    make_key(old)
    public = make_key(new)
    document = json.loads(ground.reference().read_text(encoding="utf-8"))
    reference = ground.path("nightly.dump.reference.json")
    write_document(sign(document, old), reference)
    return Situation({"BACKUP_REFERENCE": str(reference), "REFERENCE_KEY": str(public)})


def _exempting(ground: Ground, _: HTTPServer) -> Situation:
    day = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=3)
    entry = f'[[exemptions]]\nfinding = "size-above-most"\nreason = "an import"\nuntil = {day}\n'
    return ground.situation(ground.dump("sample"), expectations=expecting(more=entry))


def _other_password(ground: Ground, _: HTTPServer) -> Situation:
    log = make_conninfo(ground.log(), password="of yesterday")
    return Situation({"VERIFICATION_LOG_URL": log, "DATABASE_URL": ground.host.dsn("sample")})


def _of_a_newer_server(ground: Ground, _: HTTPServer) -> Situation:
    backup = ground.dump("sample")
    version = b"%d.%d" % ground.host.programs.version
    backup.write_bytes(backup.read_bytes().replace(version, b"19.1"[: len(version)], 1))
    return ground.situation(backup)


_METRICS = {"VERIFICATION_METRICS_FILE": "/nowhere/node_exporter/verification.prom"}

SITUATIONS: Mapping[str, Making] = {
    "verification-stale": _log(
        "UPDATE public.backup_verification_log SET verified_at = verified_at - interval '3 days'"
    ),
    "verification-missing": _log(),
    "exit-code-1": _case(lambda ground: ground.situation(ground.write("nightly.dump", ""))),
    "exit-code-2": _case(_as_long_as_it_takes),
    "exit-code-3": _product(_append),
    "exit-code-4": _case(_mistyped),
    "exit-code-5": _product(_without_checks),
    "exit-code-10": _case(failures.no_programs),
    "exit-code-11": lambda ground, _: _spooled(ground, _CLOSED),
    "row-not-written": lambda ground, _: _spooled(ground, ground.log()),
    "log-table-missing": _log_made_by(""),
    "log-table-foreign": _log_made_by("CREATE TABLE public.backup_verification_log (id integer)"),
    "log-not-permitted": _log_of_others,
    "log-out-of-date": _log("DROP FUNCTION public.get_latest_backup_verification()"),
    "message-refused": _answering("SLACK_WEBHOOK_URL", "no_service", 404),
    "heartbeat-missing": _answering("HEARTBEAT_URL", "not found", 404, HEARTBEAT_KIND="healthchecks"),
    "metrics-missing": lambda ground, _: Situation(_METRICS),
    "page-not-updated": _log(),
    "server-left-behind": _kept,
    "temporary-folder-too-small": _log(),
    "restore-limit-near": _log(),
    "reference-not-taken": _case(live.unreadable),
    "reference-key-rotated": _signed_by_another,
    "expectations-out-of-tune": lambda ground, _: Situation(
        {"VERIFICATION_LOG_URL": logged.log_of_forty_days(ground)}
    ),
    "exemption-ending": _exempting,
    "secret-rotated": _other_password,
    "postgresql-upgraded": _of_a_newer_server,
    "alarm-drill": _answering("SLACK_WEBHOOK_URL", "ok", 200),
}
"""By the names of the entries."""
