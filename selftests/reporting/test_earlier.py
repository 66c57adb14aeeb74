"""The last success of a database, out of a real log."""

from collections.abc import Callable

import psycopg
import pytest

import migrations
from reporting.earlier import Earlier, read_earlier

Write = Callable[[int, str, str], None]

INSERT = """
INSERT INTO public.backup_verification_log (verified_at, status, verification_details) VALUES (%s, %s, %s)
"""


def details(database: str, shape: str = '{"rows": {}}', kind: str = "backup", name: str = "") -> str:
    check = f'{{"name": "test_shape_recorded", "details": {{"shape": {shape}}}}}'
    target = f'{{"kind": "{kind}", "database": "{database}", "name": "{name}"}}'
    return f'{{"target": {target}, "checks": [{{"name": "other", "details": {{}}}}, {check}]}}'


@pytest.fixture
def log(dsn: str) -> str:
    migrations.migrate(dsn)
    return dsn


@pytest.fixture
def write(log: str) -> Write:
    def write(day: int, status: str, text: str) -> None:
        with psycopg.connect(log) as connection:
            connection.execute(INSERT, (f"2026-01-{day:02d} 05:00+00", status, text))

    return write


def test_the_latest_that_succeeded_is_found(log: str, write: Write) -> None:
    write(1, "success", details("app", '{"rows": {"public.t": 1}}'))
    write(2, "warning", details("app", '{"rows": {"public.t": 2}}'))
    write(3, "failure", details("app", '{"rows": {"public.t": 3}}'))
    write(4, "success", details("other", '{"rows": {"public.t": 4}}'))
    write(5, "success", details("app", '{"rows": {"public.t": 5}}', kind="database"))
    found = read_earlier(log, "a", "app")
    assert found is not None
    assert found == Earlier(found.verified_at, {"rows": {"public.t": 2}})
    assert found.words.startswith("the verification of 2026-01-02T05:00:00")


def test_a_name_beats_the_database_s(log: str, write: Write) -> None:
    write(1, "success", details("postgres", '{"rows": {"public.t": 1}}', name="shop"))
    write(2, "success", details("postgres", '{"rows": {"public.t": 2}}', name="bank"))
    found = read_earlier(log, "shop", "postgres")
    assert found is not None
    assert found.shape == {"rows": {"public.t": 1}}


def test_a_log_without_a_success_has_none(log: str, write: Write) -> None:
    write(1, "failure", details("app"))
    assert read_earlier(log, "a", "app") is None


@pytest.mark.parametrize("database", ["app"])
def test_a_log_that_cannot_be_read_has_none(dsn: str, database: str) -> None:
    assert read_earlier(dsn, "a", database) is None
    assert read_earlier("host=/nonexistent dbname=x", "a", database) is None
