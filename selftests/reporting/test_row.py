"""The row: what becomes of a verification, and every way in which it cannot be written."""

import json
import socket
import time
import traceback
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from migrations import migrate
from reporting.redaction import Redactor
from reporting.row import RowNotWritten, row_of, write_row
from reporting.verification import BackupFacts, CheckResult, Target, Verification

ID = "6f1f0b5e-8f0c-4a4e-9d5e-0f6f4b1f6a01"
AT = datetime(2026, 1, 28, 5, tzinfo=UTC)
MB = 1024 * 1024
LARGEST = 2**31 - 1
CANARY = "c4n4ry"


def verification(**changes: Any) -> Verification:
    given: dict[str, Any] = {
        "id": ID,
        "verified_at": AT,
        "partial": False,
        "target": Target("backup", "/backups/today.dump"),
        "checks": [
            CheckResult("test_a", "A", "critical", "passed", details={"tables": {"a": 1}}),
            CheckResult("test_b", "B", "warning", "failed", "8 MB, expected at least 10 MB"),
        ],
        "backup": backup(),
    }
    return Verification(**{**given, **changes})


def backup(age_hours: float = 3.0, size_bytes: int = 12 * MB) -> BackupFacts:
    return BackupFacts("today.dump", "custom", AT, "header", age_hours, size_bytes)


def row(**changes: Any) -> dict[str, Any]:
    judged = verification(**changes)
    return row_of(judged.as_dict(), judged.error_details)


@pytest.fixture
def log_dsn(dsn: str) -> str:
    """The DSN of this test's database, the log's table in it."""
    migrate(dsn)
    return dsn


def written(connection: psycopg.Connection) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute("SELECT * FROM backup_verification_log").fetchall()


def refusal(dsn: str, seconds: float = 6) -> str:
    """The sentence with which a row is not written; neither it nor its traceback holds a secret."""
    with pytest.raises(RowNotWritten) as caught:
        write_row(dsn, row(), seconds=seconds)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)
    return str(caught.value)


def test_writes_every_column(postgresql: psycopg.Connection, log_dsn: str) -> None:
    judged = verification()
    write_row(log_dsn, row())
    (found,) = written(postgresql)
    assert abs((datetime.now(UTC) - found.pop("created_at")).total_seconds()) < 60
    assert str(found.pop("id")) == ID
    assert found == {
        "verified_at": AT,
        "backup_id": "today.dump",
        "backup_age_hours": 3,
        "backup_size_mb": 12,
        "status": "warning",
        "checks_passed": 1,
        "checks_failed": 1,
        "error_details": judged.error_details,
        "verification_details": judged.as_dict(),
    }


def test_a_row_kept_in_a_file_is_the_same_row(postgresql: psycopg.Connection, log_dsn: str) -> None:
    write_row(log_dsn, row())
    at_once = written(postgresql)
    postgresql.execute("DELETE FROM backup_verification_log")
    postgresql.commit()
    write_row(log_dsn, json.loads(json.dumps(row())))
    (later,) = written(postgresql)
    assert {**later, "created_at": None} == {**at_once[0], "created_at": None}


def test_success_has_no_error_details(postgresql: psycopg.Connection, log_dsn: str) -> None:
    write_row(log_dsn, row(checks=[CheckResult("test_a", "A", "critical", "passed")]))
    null = "SELECT status, error_details IS NULL FROM backup_verification_log"
    assert postgresql.execute(null).fetchone() == ("success", True)


def test_without_a_backup_its_columns_are_null(postgresql: psycopg.Connection, log_dsn: str) -> None:
    write_row(log_dsn, row(backup=None))
    (found,) = written(postgresql)
    assert found["backup_id"] is found["backup_age_hours"] is found["backup_size_mb"] is None


@pytest.mark.parametrize(
    ("age_hours", "size_bytes", "expected"),
    [
        (25.4, 1, (25, 0)),
        (25.6, MB // 2 + 1, (26, 1)),
        (-0.7, 10 * MB - MB // 2 - 1, (-1, 9)),
        (0.0, 10 * MB, (0, 10)),
        (1e12, LARGEST * MB + MB, (LARGEST, LARGEST)),
        (-1e12, 2**80, (-LARGEST, LARGEST)),
    ],
)
def test_ages_and_sizes_are_whole_numbers_that_fit(
    age_hours: float,
    size_bytes: int,
    expected: tuple[int, int],
    postgresql: psycopg.Connection,
    log_dsn: str,
) -> None:
    write_row(log_dsn, row(backup=backup(age_hours, size_bytes)))
    columns = "SELECT backup_age_hours, backup_size_mb FROM backup_verification_log"
    assert postgresql.execute(columns).fetchone() == expected


def test_the_same_id_twice_is_one_row(postgresql: psycopg.Connection, log_dsn: str) -> None:
    write_row(log_dsn, row())
    write_row(log_dsn, row(checks=[]))
    (found,) = written(postgresql)
    assert found["status"] == "warning"


def test_what_the_redactor_cleaned_is_written(postgresql: psycopg.Connection, log_dsn: str) -> None:
    details = {"nul": "a\0b", "half": "\ud800", "nan": float("nan"), "rest": "é → 🚨 \\u0000"}
    judged = verification(checks=[CheckResult("t", "T", "warning", "failed", details=details)])
    cleaned: Any = Redactor.of().value(judged.as_dict())
    write_row(log_dsn, row_of(cleaned, judged.error_details))
    (found,) = written(postgresql)
    assert found["verification_details"] == cleaned
    assert cleaned["checks"][0]["details"]["rest"] == details["rest"]


def test_five_megabytes_of_details_are_written(postgresql: psycopg.Connection, log_dsn: str) -> None:
    details = {f"table {number}": "x" * 50 for number in range(75_000)}
    large = row(checks=[CheckResult("test_a", "A", "critical", "passed", details=details)])
    assert len(json.dumps(large)) > 5_000_000
    write_row(log_dsn, large)
    (found,) = written(postgresql)
    assert found["verification_details"] == large["verification_details"]


def test_a_missing_table_names_the_command(dsn: str) -> None:
    said = refusal(dsn)
    assert said.startswith("the table public.backup_verification_log is missing in database ")
    assert said.endswith(": run python -m migrations DSN")


@pytest.mark.parametrize(
    "change",
    [
        "DROP COLUMN backup_size_mb",
        "DROP CONSTRAINT backup_verification_log_pkey",
        "ALTER COLUMN error_details TYPE boolean USING NULL",
    ],
)
def test_another_table_of_that_name_is_told(
    change: str, postgresql: psycopg.Connection, log_dsn: str
) -> None:
    postgresql.execute(f"ALTER TABLE backup_verification_log {change}".encode())
    postgresql.commit()
    said = refusal(log_dsn)
    assert "is another table than ours" in said
    assert said.endswith("then run python -m migrations DSN")


def test_a_read_only_database_is_told(postgresql: psycopg.Connection, log_dsn: str) -> None:
    name = sql.Identifier(postgresql.info.dbname)
    statement = "ALTER DATABASE {} SET default_transaction_read_only = on"
    postgresql.execute(sql.SQL(statement).format(name))
    postgresql.commit()
    assert "is read-only: name the primary" in refusal(log_dsn)
    assert written(postgresql) == []


def test_a_locked_table_is_given_up(postgresql: psycopg.Connection, log_dsn: str) -> None:
    postgresql.execute("LOCK TABLE backup_verification_log IN ACCESS EXCLUSIVE MODE")
    begun = time.monotonic()
    assert "is locked by another session" in refusal(log_dsn, seconds=1.5)
    assert time.monotonic() - begun < 1.5


def test_a_missing_right_is_told(log_dsn: str) -> None:
    said = refusal(make_conninfo(log_dsn, options="-c role=pg_monitor"))
    assert said.startswith("no right to write to public.backup_verification_log in database ")
    assert said.endswith("connect as the owner of the table or as service_role")


@pytest.mark.parametrize("when", ["BEFORE INSERT", "AFTER INSERT"])
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("53100", "the disk of database "),
        ("XX001", ": XX001: because"),
    ],
)
def test_a_failure_of_the_server_is_told_even_at_commit(
    when: str, state: str, sentence: str, postgresql: psycopg.Connection, log_dsn: str
) -> None:
    constraint, deferred = ("CONSTRAINT", "INITIALLY DEFERRED") if "AFTER" in when else ("", "")
    postgresql.execute(
        f"""CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE 'because' USING ERRCODE = '{state}'; END $$;
        CREATE {constraint} TRIGGER fail {when} ON backup_verification_log {deferred}
            FOR EACH ROW EXECUTE FUNCTION fail()""".encode()
    )
    postgresql.commit()
    assert sentence in refusal(log_dsn)
    assert written(postgresql) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dbname": "nowhere", "password": None}, "there is no such database: database nowhere on "),
        ({"user": "nobody_here"}, "user or password were refused by database "),
        ({"host": "127.0.0.1", "port": "1"}, "no server listens for database "),
    ],
)
def test_no_connection_is_told(change: dict[str, Any], sentence: str, dsn: str) -> None:
    changed = make_conninfo(dsn, **{"password": CANARY, **change})
    assert refusal(changed).startswith(sentence)


def test_a_dsn_that_is_none_is_told_without_its_text() -> None:
    assert refusal(f"host=h {CANARY}").startswith("the DSN of the log database cannot be read: ")


def test_a_server_that_never_answers_is_given_up() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        begun = time.monotonic()
        said = refusal(f"host=127.0.0.1 port={listener.getsockname()[1]} password={CANARY}")
    assert said.startswith("no answer in time from the log database on 127.0.0.1:")
    assert time.monotonic() - begun < 6


def test_a_row_that_is_none_is_told(log_dsn: str) -> None:
    with pytest.raises(RowNotWritten, match="query parameter missing"):
        write_row(log_dsn, {"id": ID})
