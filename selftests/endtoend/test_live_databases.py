"""A live database over TLS, through a session pooler and through a transaction pooler: real ones all."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args
from urllib.parse import quote, urlencode

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from selftests.endtoend.certificates import Certificates, certify
from selftests.endtoend.pgbouncer import PROGRAM, pgbouncer
from selftests.endtoend.pooler import Mode, Pooler, pooling

if TYPE_CHECKING:
    from selftests.endtoend.conftest import Database, Finished, Log, Product

MODES = get_args(Mode)
UNRULY = """
import pytest
pytestmark = pytest.mark.critical
def test_ends_the_transaction(database):
    database.commit()
    try:
        database.execute("CREATE TABLE written ()")
    except Exception:
        pass
def test_takes_a_role(database):
    database.execute("SET LOCAL role = pg_monitor")
def test_is_itself(database):
    assert database.execute("SELECT current_user = session_user").fetchone() == (True,)
    assert database.execute("SHOW transaction_read_only").fetchone() == ("on",)
"""

each_mode = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certify(tmp_path_factory.mktemp("certificates"))


def url(dsn: str, port: int, **parameters: object) -> str:
    """The DSN as a user writes it down, of the same database behind this port."""
    parts = conninfo_to_dict(dsn)
    who = f"{quote(str(parts['user']))}:{quote(str(parts['password']))}"
    said = urlencode({"hostaddr": "127.0.0.1", **parameters}, quote_via=quote)
    return f"postgresql://{who}@localhost:{port}/{parts['dbname']}?{said}"


def verified(dsn: str, port: int, certificates: Certificates) -> str:
    return url(dsn, port, sslmode="verify-full", sslrootcert=certificates.authority)


def migrate_and_verify(product: Product, dsn: str) -> Finished:
    """Both commands of a user, each a process of its own; the row goes into the database verified."""
    migrated = product.start_python("-m", "migrations", dsn).finish()
    assert (migrated.code, migrated.err) == (0, "")
    del product.variables["DATABASE_URL"]
    return product.run("checks/", "--database-url", dsn)


def assert_verified(run: Finished, live: Database) -> None:
    assert run.code == 0, run.out + run.err
    assert (run.verification["status"], run.verification["checks_passed"]) == ("success", 6)
    with psycopg.connect(live.dsn) as connection:
        rows = connection.execute("SELECT id::text, status FROM public.backup_verification_log").fetchall()
    assert rows == [(run.verification["id"], "success")]


@each_mode
def test_a_live_database_is_verified_over_tls_through_a_pooler(
    mode: Mode, product: Product, live: Database, certificates: Certificates
) -> None:
    with pooling(live.dsn, mode, certificates.tls()) as pooler:
        run = migrate_and_verify(product, verified(live.dsn, pooler.port, certificates))
        assert_verified(run, live)
        assert len(set(pooler.lent)) == 2
        assert len(pooler.asked_for) == 4


@each_mode
@pytest.mark.skipif(PROGRAM is None, reason="there is no pgbouncer on this machine")
def test_a_live_database_is_verified_over_tls_through_pgbouncer(
    mode: Mode, product: Product, live: Database, certificates: Certificates
) -> None:
    with pgbouncer(live.dsn, mode, certificates, product.folder) as port:
        assert_verified(migrate_and_verify(product, verified(live.dsn, port, certificates)), live)


@dataclass(frozen=True)
class Refusal:
    """What is asked for, what the server has, and what the run has to say."""

    sslmode: str
    authority: str
    served: str | None
    said: str


REFUSALS = {
    "wrong authority": Refusal("verify-full", "stranger", "server", "certificate verify failed"),
    "wrong host": Refusal("verify-full", "authority", "elsewhere", "does not match host name"),
    "no TLS": Refusal("require", "", None, "server does not support SSL, but SSL was required"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_what_tls_does_not_vouch_for_is_no_database(
    refusal: Refusal, product: Product, sample: Database, log: Log, certificates: Certificates
) -> None:
    tls = certificates.tls(refusal.served) if refusal.served else None
    known = {"sslrootcert": certificates.folder / f"{refusal.authority}.pem"} if refusal.authority else {}
    with pooling(sample.dsn, "session", tls, size=1) as pooler:
        dsn = url(sample.dsn, pooler.port, sslmode=refusal.sslmode, **known)
        del product.variables["DATABASE_URL"]
        run = product.run("checks/", "--database-url", dsn)
        assert pooler.asked_for == []
    assert run.code == 1
    assert set(run.outcomes.values()) == {"failed", "not run"}
    sentence = run.messages["test_database_connectivity"] or ""
    assert sentence.startswith("the database cannot be reached: ")
    assert refusal.said in sentence
    assert "\n" not in sentence
    assert (log.row()["status"], log.row()["checks_passed"]) == ("failure", 0)
    password = str(conninfo_to_dict(sample.dsn)["password"])
    assert password not in run.out + run.err + str(run.report) + str(log.row())


def session(pooler: Pooler, live: Database) -> psycopg.Connection:
    dsn = url(live.dsn, pooler.port, options="-c statement_timeout=1234")
    return psycopg.connect(dsn, autocommit=True)


def work_mem(connection: psycopg.Connection) -> object:
    return (connection.execute("SHOW work_mem").fetchone() or (None,))[0]


@pytest.mark.parametrize(("mode", "kept"), [("session", True), ("transaction", False)])
def test_a_setting_of_the_session_is_lost_between_transactions(
    mode: Mode, kept: bool, live: Database
) -> None:
    with pooling(live.dsn, mode) as pooler, closing(session(pooler, live)) as connection:
        connection.execute("SET work_mem = '7MB'")
        assert (work_mem(connection) == "7MB") is kept
        with connection.transaction():
            connection.execute("SET LOCAL work_mem = '8MB'")
            assert work_mem(connection) == "8MB"
        assert (len(set(pooler.lent)) == 1) is kept


def test_a_prepared_statement_is_lost_between_transactions(live: Database) -> None:
    with pooling(live.dsn, "transaction") as pooler, closing(session(pooler, live)) as connection:
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            connection.execute("SELECT %s", (1,), prepare=True)
        connection.prepare_threshold = None
        assert connection.execute("SELECT %s", (2,)).fetchone() == (2,)


def test_one_session_of_the_server_serves_two_clients(live: Database) -> None:
    with (
        pooling(live.dsn, "transaction", size=1) as pooler,
        closing(session(pooler, live)) as first,
        closing(session(pooler, live)) as second,
    ):
        asked = [client.execute("SELECT pg_backend_pid()").fetchone() for client in (first, second, first)]
    assert asked == [(pid,) for pid in pooler.lent]


@each_mode
def test_options_of_the_startup_are_dropped(mode: Mode, live: Database) -> None:
    with pooling(live.dsn, mode) as pooler, closing(session(pooler, live)) as connection:
        assert pooler.asked_for[0]["options"] == "-c statement_timeout=1234"
        assert connection.execute("SHOW statement_timeout").fetchone() == ("0",)


@each_mode
def test_a_session_is_given_back_clean(mode: Mode, live: Database) -> None:
    """However its client left."""
    with pooling(live.dsn, mode, size=1) as pooler:
        with closing(session(pooler, live)) as first:
            first.execute("BEGIN; CREATE TABLE unfinished (); SET LOCAL work_mem = '7MB'")
        with closing(session(pooler, live)) as second:
            assert second.execute("SELECT to_regclass('unfinished')").fetchone() == (None,)
            assert work_mem(second) != "7MB"


def test_a_check_neither_writes_nor_changes_what_the_next_one_sees(
    copy: Product, live: Database, log: Log
) -> None:
    copy.add_check("test_unruly.py", UNRULY)
    with pooling(live.dsn, "transaction") as pooler:
        run = copy.run("checks/", DATABASE_URL=url(live.dsn, pooler.port))
    assert run.code == 1
    others = {name: found for name, found in run.outcomes.items() if name != "test_ends_the_transaction"}
    assert set(others.values()) == {"passed"}
    assert run.outcomes["test_ends_the_transaction"] == "failed"
    said = run.messages["test_ends_the_transaction"] or ""
    assert "the check has ended the read-only transaction" in said
    assert (log.row()["checks_passed"], log.row()["checks_failed"]) == (8, 1)
    with psycopg.connect(live.dsn) as connection:
        assert connection.execute("SELECT to_regclass('written')").fetchone() == (None,)
