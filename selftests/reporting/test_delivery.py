"""Delivery: row and message go their own ways, and what does not arrive is kept and told."""

import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from pytest_httpserver import HTTPServer

import migrations
from reporting.delivered import Delivered
from reporting.delivery import Destinations, deliver_message, deliver_row
from reporting.redaction import Redactor
from reporting.verification import CheckResult, Outcome, Target, Verification

NOW = datetime(2026, 1, 28, 5, tzinfo=UTC)
PLAIN = Redactor.of()


def deliver(verified: Verification, to: Destinations, redactor: Redactor) -> Delivered:
    """Row and message, as a run delivers them."""
    result = Delivered()
    deliver_row(verified, to, redactor, result)
    deliver_message(verified, to, redactor, result)
    return result


def verification(outcome: Outcome = "failed", number: int = 1) -> Verification:
    check = CheckResult("test_a", "A", "critical", outcome, None if outcome == "passed" else "why")
    identity = f"00000000-0000-0000-0000-{number:012d}"
    return Verification(identity, NOW, False, Target("backup", "/a.dump"), [check])


def rows(connection: psycopg.Connection) -> list[tuple[str, str]]:
    connection.rollback()
    return connection.execute(
        "SELECT id::text, status FROM public.backup_verification_log ORDER BY id"
    ).fetchall()


def test_row_and_message_arrive(
    dsn: str, postgresql: psycopg.Connection, httpserver: HTTPServer, tmp_path: Path
) -> None:
    migrations.migrate(dsn)
    httpserver.expect_oneshot_request("/hook", method="POST").respond_with_data("ok")
    to = Destinations(dsn, "the log", tmp_path / "spool", httpserver.url_for("/hook"))
    delivered = deliver(verification(), to, PLAIN)
    assert delivered.complete
    assert rows(postgresql) == [("00000000-0000-0000-0000-000000000001", "failure")]
    assert len(httpserver.log) == 1
    assert delivered.lines[-1] == "message: sent to Slack"


def test_a_success_sends_nothing(dsn: str, httpserver: HTTPServer, tmp_path: Path) -> None:
    migrations.migrate(dsn)
    to = Destinations(dsn, "the log", tmp_path, httpserver.url_for("/hook"))
    assert deliver(verification("passed"), to, PLAIN).complete
    assert httpserver.log == []


def test_a_missing_table_spools_the_row_and_the_message_still_goes(
    dsn: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_oneshot_request("/hook").respond_with_data("ok")
    to = Destinations(dsn, "the log", tmp_path, httpserver.url_for("/hook"))
    delivered = deliver(verification(), to, PLAIN)
    assert not delivered.complete
    assert len(list(tmp_path.glob("*.json"))) == 1
    assert "python -m migrations" in delivered.lines[0]
    assert delivered.lines[-1] == "message: sent to Slack"


def test_the_next_run_delivers_what_was_spooled_once(
    dsn: str, postgresql: psycopg.Connection, tmp_path: Path
) -> None:
    to = Destinations(dsn, "the log", tmp_path)
    deliver(verification(number=1), to, PLAIN)
    migrations.migrate(dsn)
    assert deliver(verification(number=2), to, PLAIN).complete
    assert deliver(verification(number=3), to, PLAIN).complete
    assert len(rows(postgresql)) == 3
    assert list(tmp_path.glob("*.json")) == []


def test_a_refused_message_leaves_the_row_and_is_printed(
    dsn: str, postgresql: psycopg.Connection, httpserver: HTTPServer, tmp_path: Path
) -> None:
    migrations.migrate(dsn)
    httpserver.expect_request("/hook").respond_with_data("no_service", status=404)
    to = Destinations(dsn, "the log", tmp_path, httpserver.url_for("/hook"))
    delivered = deliver(verification(), to, PLAIN)
    assert not delivered.complete
    assert len(rows(postgresql)) == 1
    assert "    🚨 BACKUP VERIFICATION FAILED" in delivered.lines
    assert any("no_service" in line for line in delivered.lines)
    assert httpserver.url_for("/hook") not in "\n".join(delivered.lines)


def test_a_spool_that_cannot_be_written_is_told(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    delivered = deliver(verification(), Destinations(dsn, "the log", tmp_path / "file" / "x"), PLAIN)
    assert not delivered.complete
    assert "neither written" in delivered.lines[0]
    assert "name a folder by --spool" in delivered.lines[0]


def test_nothing_configured_is_no_failure_and_prints_the_message() -> None:
    delivered = deliver(verification(), Destinations(), PLAIN)
    assert delivered.complete
    assert delivered.lines[0].startswith("row: not logged, since no log is named")
    assert "    🚨 BACKUP VERIFICATION FAILED" in delivered.lines


def test_what_is_spooled_is_the_row_itself(dsn: str, tmp_path: Path) -> None:
    deliver(verification(), Destinations(dsn, "the log", tmp_path), PLAIN)
    (kept,) = tmp_path.glob("*.json")
    row = json.loads(kept.read_text())
    assert (row["id"], row["status"]) == (verification().id, "failure")
    assert row["verification_details"]["checks"][0]["message"] == "why"


@pytest.mark.parametrize("password", ["backup", "pass", "success", "failure", "critical"])
def test_a_password_that_is_one_of_our_words_spoils_no_row(
    dsn: str, postgresql: psycopg.Connection, tmp_path: Path, password: str
) -> None:
    migrations.migrate(dsn)
    assert deliver(verification(), Destinations(dsn, "the log", tmp_path), Redactor.of(password)).complete
    assert rows(postgresql) == [("00000000-0000-0000-0000-000000000001", "failure")]
