"""Plain SQL is loaded statement by statement, and what a statement takes for granted is prepared."""

import io
import secrets
import time
from collections.abc import Iterator

import psycopg
import pytest

from restoring.errors import BackupBad
from restoring.plain import PlainLoader
from restoring.programs import Programs
from restoring.server import Server, serving
from restoring.stage import Stage, set_stage


@pytest.fixture(scope="module")
def own_server(programs: Programs) -> Iterator[Server]:
    """A server of this module's own, for roles outlive the databases that they were made for."""
    with serving(programs) as running:
        yield running


@pytest.fixture
def stage(own_server: Server) -> Stage:
    made = set_stage(own_server, secrets.token_hex(4))
    made.begin(f"plain_{secrets.token_hex(4)}", "UTF8")
    return made


def load(stage: Stage, text: str, seconds: float = 60) -> PlainLoader:
    loader = PlainLoader(stage, stage.databases[0], time.monotonic() + seconds)
    loader.load(io.BytesIO(text.encode()), "dump.sql")
    return loader


def asked(stage: Stage, query: str, database: str | None = None) -> list[tuple[object, ...]]:
    dsn = stage.server.dsn(database or stage.databases[0])
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def test_rows_come_by_copy_and_by_insert(stage: Stage) -> None:
    inserts = "".join(f"INSERT INTO public.t VALUES ({number}, '100%s');\n" for number in range(1200))
    copy = "COPY public.t (a, b) FROM stdin;\n-1\t\\N\n-2\ta\\\\b\n\\.\n"
    loader = load(stage, f"CREATE TABLE public.t (a int, b text);\n{inserts}{copy}")
    assert loader.problems == []
    assert asked(stage, "select count(*), sum(a), min(b) from public.t") == [(1202, 719397, "100%s")]


def test_one_insert_that_fails_loses_itself_alone(stage: Stage) -> None:
    rows = [*range(10), 5, *range(10, 20)]
    inserts = "".join(f"INSERT INTO public.t VALUES ({number});\n" for number in rows)
    loader = load(stage, f"CREATE TABLE public.t (a int primary key);\n{inserts}")
    assert [(problem.meaning, problem.kind) for problem in loader.problems] == [("lost", "INSERT INTO")]
    assert asked(stage, "select count(*) from public.t") == [(20,)]


def test_copy_data_that_fails_is_one_loss_without_its_value(stage: Stage) -> None:
    text = "CREATE TABLE public.t (a int);\nCOPY public.t (a) FROM stdin;\n1\ncanary\n\\.\nSELECT 1;\n"
    (problem,) = load(stage, text).problems
    assert (problem.meaning, problem.what) == ("lost", "COPY public.t")
    assert "canary" not in problem.message


def test_a_connect_goes_on_in_another_database(stage: Stage) -> None:
    name = f'my "db" 100% {secrets.token_hex(4)}'
    connect = "\\encoding SQL_ASCII\n\\connect -reuse-previous=on \"dbname='{}'\"\n".format(
        name.replace('"', '""')
    )
    load(stage, f"CREATE TABLE public.one ();\n{connect}CREATE TABLE public.two ();\n")
    assert stage.databases[1:] == [name]
    assert asked(stage, "select to_regclass('public.two')") == [(None,)]
    assert asked(stage, "select to_regclass('public.two')::text", name) == [("two",)]


def test_an_owner_is_deferred_and_its_role_made(stage: Stage) -> None:
    loader = load(stage, 'CREATE TABLE public.t ();\nALTER TABLE public.t OWNER TO "new one";\n')
    assert loader.deferred == {stage.databases[0]: [b'ALTER TABLE public.t OWNER TO "new one"']}
    assert "new one" in stage.roles


def test_a_grant_is_made_by_the_role_that_made_it(stage: Stage) -> None:
    load(
        stage,
        "CREATE TABLE public.t ();\nGRANT SELECT ON TABLE public.t TO giver WITH GRANT OPTION;\n"
        "SET SESSION AUTHORIZATION giver;\nGRANT SELECT ON TABLE public.t TO taker;\n"
        "RESET SESSION AUTHORIZATION;\nCREATE TABLE public.u ();\n",
    )
    acl = "select acl.grantor::regrole::text from pg_class, aclexplode(relacl) as acl "
    assert asked(stage, f"{acl} where relname = 't' and acl.grantee = 'taker'::regrole") == [("giver",)]
    assert asked(stage, "select relowner::regrole::text from pg_class where relname = 'u'") == [
        (stage.loader,)
    ]


def test_a_missing_role_is_made_for_a_statement_that_names_it_in_vain(stage: Stage) -> None:
    text = "DO $$begin execute 'grant usage on schema public to asked_for'; end$$;\n"
    assert load(stage, text).problems == []
    assert "asked_for" in stage.roles


@pytest.mark.parametrize(
    "text",
    [
        "SET standard_conforming_strings = off;\nINSERT INTO public.t VALUES ('a\\'; drop table t; --');\n",
        "INSERT INTO public.t VALUES (E'a\\'; drop table t; --');\n",
        "INSERT INTO public.t VALUES ($x$a'; drop table t; --$x$);\n",
    ],
    ids=["old strings", "escaped", "dollars"],
)
def test_what_is_in_a_string_stays_in_it(stage: Stage, text: str) -> None:
    assert load(stage, f"CREATE TABLE public.t (a text);\n{text}").problems == []
    assert asked(stage, "select a from public.t") == [("a'; drop table t; --",)]


@pytest.mark.parametrize("end", ["", "\\connect other_one\n"], ids=["end", "connect"])
def test_a_transaction_left_open_is_a_loss(stage: Stage, end: str) -> None:
    loader = load(stage, f"BEGIN;\nCREATE TABLE public.t ();\n{end}")
    assert [problem.message for problem in loader.problems] == [
        "it is begun and never committed, so what it does is lost"
    ]


def test_other_commands_of_psql_are_refused_with_their_line(stage: Stage) -> None:
    with pytest.raises(
        BackupBad,
        match=r"dump.sql, line 2: holds the psql command \\gexec",
        check=lambda error: error.kind == "restore-refused",
    ):
        load(stage, "SELECT 1;\n\\gexec\n")


def test_time_is_limited(stage: Stage) -> None:
    with pytest.raises(TimeoutError):
        load(stage, "SELECT pg_sleep(100);\n", seconds=1)


def test_a_script_tells_of_itself(stage: Stage) -> None:
    loader = PlainLoader(stage, stage.databases[0], time.monotonic() + 60)
    text = b"-- PostgreSQL database dump\nSELECT 1;\n-- PostgreSQL database dump complete\nRESET ALL;\n"
    facts = loader.load(io.BytesIO(text), "dump.sql")
    assert (facts.headers, facts.trailers, facts.resets) == (1, 1, True)
