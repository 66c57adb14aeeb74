"""The log read as documents: the oldest first, and without what serves one run alone."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

import migrations
from reporting.history.reading import LogUnreadable, read_documents

Write = Callable[..., None]
NOW = datetime.now(UTC).replace(microsecond=0)
INSERT = """
INSERT INTO public.backup_verification_log (verified_at, status, verification_details) VALUES (%s, %s, %s)
"""


@pytest.fixture
def log(dsn: str) -> str:
    migrations.migrate(dsn)
    return dsn


@pytest.fixture
def write(log: str) -> Write:
    def write(days_ago: int, status: str, document: Any) -> None:
        with psycopg.connect(log) as connection:
            connection.execute(INSERT, (NOW - timedelta(days=days_ago), status, json.dumps(document)))

    return write


def document(name: str | None, **details: Any) -> dict[str, Any]:
    target = {"kind": "backup", "database": "app"} | ({"name": name} if name else {})
    return {"target": target, "checks": [{"name": "test_a", "details": details}], "partial": False}


def test_the_oldest_comes_first_with_its_own_row_s_facts(log: str, write: Write) -> None:
    write(1, "failure", document("shop"))
    write(3, "success", document("shop"))
    found = read_documents(log)
    assert [each["status"] for each in found] == ["success", "failure"]
    assert datetime.fromisoformat(found[0]["verified_at"]) == NOW - timedelta(days=3)
    assert len(found[0]["id"]) == 36


def test_a_target_and_a_time_can_be_asked_for(log: str, write: Write) -> None:
    write(1, "success", document("shop"))
    write(2, "success", document("bank"))
    write(30, "success", document("shop"))
    assert [each["target"]["name"] for each in read_documents(log, target="shop")] == ["shop", "shop"]
    assert [each["target"]["name"] for each in read_documents(log, days=7)] == ["bank", "shop"]


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("/backups/nightly-2026-01-28.dump", "nightly"),
        ("database app on db.example.com:5432", "app@db.example.com"),
        (None, "backup"),
    ],
)
def test_a_row_without_a_name_goes_by_its_location(
    log: str, write: Write, location: str | None, name: str
) -> None:
    unnamed = document(None)
    unnamed["target"]["location"] = location
    write(1, "failure", unnamed)
    write(2, "success", document("other"))
    assert [each["target"]["name"] for each in read_documents(log, target=name)] == [name]


def test_only_what_serves_months_of_runs_is_read_of_the_details(log: str, write: Write) -> None:
    write(1, "success", document("shop", rows={"public.t": 4}, shape={"much": 1}))
    (found,) = read_documents(log)
    assert found["checks"] == [{"name": "test_a", "details": {"rows": {"public.t": 4}}}]


def test_the_latest_failure_of_each_target_keeps_its_differences(log: str, write: Write) -> None:
    for days_ago, status in ((5, "failure"), (4, "failure"), (3, "warning")):
        write(days_ago, status, document("shop", diff=["- was", "+ is"]))
    write(9, "failure", document("bank", diff=["- was", "+ is"]))
    kept = [bool(each["checks"][0]["details"]) for each in read_documents(log)]
    assert kept == [True, False, True, False]


@pytest.mark.parametrize(
    "foreign", [None, [], {}, {"target": [], "checks": []}, {"target": {"name": "x"}, "checks": 4}]
)
def test_a_row_of_another_make_is_left_out(log: str, write: Write, foreign: Any) -> None:
    write(1, "success", foreign)
    write(2, "success", document("shop"))
    assert [each["target"]["name"] for each in read_documents(log)] == ["shop"]
    strange, _ = read_documents(log, foreign=True)
    assert sorted(strange) == ["id", "status", "verified_at"]


def test_checks_of_another_make_do_no_harm(log: str, write: Write) -> None:
    odd = document("shop") | {"checks": [4, {"name": "test_a"}, {"name": "test_b", "details": [1]}]}
    write(1, "success", odd)
    assert read_documents(log)[0]["checks"] == [
        {"name": "test_a", "details": {}},
        {"name": "test_b", "details": {}},
    ]


def test_a_log_that_is_not_there_is_one_sentence(dsn: str) -> None:
    with pytest.raises(
        LogUnreadable, match=r"backup_verification_log is missing in .*python -m migrations"
    ):
        read_documents(dsn)
    with pytest.raises(LogUnreadable, match=r"no server listens") as caught:
        read_documents("host=/nonexistent dbname=x password=canary")
    assert "canary" not in str(caught.value)
