"""Every kind of backup that a Supabase project can have comes back whole, or says what it does not hold."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from restoring.backup import find_backup
from restoring.programs import Choice, Programs
from restoring.restore import Restored, restore
from restoring.server import Server, serving
from selftests.restoring.supabase_project import dump_cluster, dump_set, dump_whole, project

Restore = Callable[..., AbstractContextManager[Restored]]
Rows = set[tuple[object, ...]]

KINDS = ("whole", "cluster", "set", "set with copies")
SERVICES = ["auth", "storage"]
OURS = ["public", "reporting"]
PLATFORM = [*SERVICES, "realtime", "supabase_functions", "supabase_migrations"]
ROLES = ["anon", "authenticated", "service_role", "postgres", "dashboard_user", "app reporter"]

POLICIES = """
SELECT schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check
FROM pg_policies WHERE schemaname = ANY (%s)
"""
ROW_SECURITY = """
SELECT oid::regclass::text FROM pg_class
WHERE relrowsecurity AND relnamespace::regnamespace::text = ANY (%s)
"""
TRIGGERS = """
SELECT pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace::regnamespace::text = ANY (%s)
"""
GRANTS = """
SELECT c.oid::regclass::text, a.grantee::regrole::text, a.privilege_type, a.is_grantable
FROM pg_class AS c, aclexplode(c.relacl) AS a
WHERE c.relnamespace::regnamespace::text = ANY (%(schemas)s) AND a.grantee::regrole::text = ANY (%(roles)s)
UNION ALL
SELECT p.oid::regprocedure::text, a.grantee::regrole::text, a.privilege_type, a.is_grantable
FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
WHERE p.pronamespace::regnamespace::text = ANY (%(schemas)s)
    AND (a.grantee = 0 OR a.grantee::regrole::text = ANY (%(roles)s))
UNION ALL
SELECT n.nspname, a.grantee::regrole::text, a.privilege_type, a.is_grantable
FROM pg_namespace AS n, aclexplode(n.nspacl) AS a
WHERE n.nspname = ANY (%(schemas)s) AND a.grantee::regrole::text = ANY (%(roles)s)
"""
OWNERS = """
SELECT c.oid::regclass::text, c.relowner::regrole::text FROM pg_class AS c
WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f') AND c.relnamespace::regnamespace::text = ANY (%(schemas)s)
UNION ALL
SELECT p.oid::regprocedure::text, p.proowner::regrole::text FROM pg_proc AS p
WHERE p.pronamespace::regnamespace::text = ANY (%(schemas)s)
"""
TABLES = """
SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY (%s)
"""
COLUMNS = """
SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""
CONTENT = """
SELECT count(*), md5(string_agg(line, '|' ORDER BY line)) FROM (
    SELECT concat_ws('~', {columns}) AS line FROM {table}
) AS lines
"""
PUBLISHED = """
SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = 'supabase_realtime'
"""
MEMBERSHIPS = """
SELECT m.roleid::regrole::text, m.member::regrole::text, m.admin_option, m.inherit_option, m.set_option
FROM pg_auth_members AS m WHERE m.member::regrole::text = ANY (%s)
"""
HANDLERS = """
SELECT s.srvname, w.fdwhandler FROM pg_foreign_server AS s
JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
"""
WORKERS = "SELECT backend_type FROM pg_stat_activity WHERE backend_type ~ '(pg_cron|pg_net|logical)'"


@pytest.fixture(scope="module")
def supabase(programs: Programs) -> Iterator[Server]:
    with project(programs) as server:
        yield server


@pytest.fixture(scope="module")
def source(supabase: Server) -> Iterator[psycopg.Connection]:
    with supabase.connect("postgres") as connection:
        yield connection


@dataclass(frozen=True)
class Came:
    """What came back of a backup, and a superuser's connection to it."""

    kind: str
    restored: Restored
    connection: psycopg.Connection

    @property
    def whole(self) -> bool:
        return not self.kind.startswith("set")

    @property
    def omissions(self) -> dict[str, str]:
        return {omission.what: omission.why for omission in self.restored.omissions}


@pytest.fixture(scope="module", params=KINDS)
def came(
    request: pytest.FixtureRequest,
    supabase: Server,
    programs: Programs,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Came]:
    """Each kind of backup, as the platform writes it, restored into a server of its own."""
    folder = tmp_path_factory.mktemp("supabase")
    kind: str = request.param
    if kind == "whole":
        path = dump_whole(supabase, folder / "whole.dump")
    elif kind == "cluster":
        path = dump_cluster(supabase, folder)
    else:
        path = dump_set(supabase, folder / "set", copies=kind.endswith("copies"))
    with serving(programs) as server:
        choice = Choice(server.programs, "selftest", frozenset())
        restored = restore(find_backup(path), server, choice, 60, lambda _: 0)
        with server.connect(restored.database) as connection:
            yield Came(kind, restored, connection)


def rows(connection: psycopg.Connection, query: str, values: Any = None) -> Rows:
    return set(connection.execute(query.encode(), values).fetchall())


def listed(query: str) -> Callable[[psycopg.Connection, list[str]], Rows]:
    return lambda connection, schemas: rows(connection, query, (schemas,))


def named(query: str) -> Callable[[psycopg.Connection, list[str]], Rows]:
    return lambda connection, schemas: rows(connection, query, {"schemas": schemas, "roles": ROLES})


def content(connection: psycopg.Connection, table: tuple[str, str], columns: list[str]) -> object:
    """How many rows, and the md5 of all, of these columns as text."""
    texts = sql.SQL(", ").join(
        sql.SQL("coalesce({}::text, '∅')").format(sql.Identifier(name)) for name in columns
    )
    query = sql.SQL(CONTENT).format(columns=texts, table=sql.Identifier(*table))
    return connection.execute(query).fetchone()


def columns_of(connection: psycopg.Connection, table: tuple[str, str]) -> list[str]:
    name = sql.Identifier(*table).as_string(connection)
    found = connection.execute(COLUMNS, (name,)).fetchone()
    return list(found[0]) if found else []


def test_nothing_is_lost(came: Came) -> None:
    assert came.restored.loss is None


def test_every_policy_of_the_sample_arrives_from_every_kind(came: Came, source: psycopg.Connection) -> None:
    expected = rows(source, POLICIES, (OURS,))
    assert len(expected) == 20
    assert rows(came.connection, POLICIES, (OURS,)) == expected
    assert rows(came.connection, ROW_SECURITY, (OURS,)) == rows(source, ROW_SECURITY, (OURS,))


@pytest.mark.parametrize(
    ("look", "least"),
    [(listed(POLICIES), 6), (listed(ROW_SECURITY), 26), (listed(TRIGGERS), 4), (named(GRANTS), 100)],
    ids=["policies", "row security", "triggers", "grants"],
)
def test_what_guards_the_services_arrives_or_is_told(
    came: Came,
    source: psycopg.Connection,
    look: Callable[[psycopg.Connection, list[str]], Rows],
    least: int,
) -> None:
    expected = look(source, PLATFORM)
    assert len(expected) >= least
    if came.whole:
        assert look(came.connection, PLATFORM) == expected
    else:
        told = came.omissions["policies, triggers and grants on auth, storage and realtime"]
        assert "Supabase CLI" in told


@pytest.mark.parametrize(
    "look", [listed(TRIGGERS), named(GRANTS), named(OWNERS)], ids=["triggers", "grants", "owners"]
)
def test_what_belongs_to_the_project_arrives(
    came: Came, source: psycopg.Connection, look: Callable[[psycopg.Connection, list[str]], Rows]
) -> None:
    expected = look(source, OURS)
    assert expected
    assert look(came.connection, OURS) == expected


def test_the_services_own_what_they_own(came: Came, source: psycopg.Connection) -> None:
    if came.whole:
        assert named(OWNERS)(came.connection, PLATFORM) == named(OWNERS)(source, PLATFORM)
    else:
        stood_in = {name for name, _ in named(OWNERS)(came.connection, ["auth", "storage"])}
        expected = {(name, owner) for name, owner in named(OWNERS)(source, SERVICES) if name in stood_in}
        assert len(expected) > 40
        assert expected <= named(OWNERS)(came.connection, SERVICES)


def test_every_row_arrives_or_is_told(came: Came, source: psycopg.Connection) -> None:
    schemas = [*OURS, *SERVICES, "supabase_functions"] + (["realtime"] if came.whole else [])
    tables = sorted(source.execute(TABLES, (schemas,)).fetchall())
    assert len(tables) > 40
    untold = [
        ("auth", "schema_migrations"),
        ("storage", "migrations"),
        ("supabase_functions", "migrations"),
    ]
    for table in tables:
        if came.whole or table not in untold:
            columns = columns_of(source, table)
            assert content(came.connection, table, columns) == content(source, table, columns), table
    if not came.whole:
        told = next(what for what in came.omissions if what.startswith("rows of "))
        assert all(".".join(table) in told for table in untold)


def test_sequences_go_on(came: Came, source: psycopg.Connection) -> None:
    query = "SELECT schemaname, sequencename, last_value FROM pg_sequences WHERE schemaname = ANY (%s)"
    schemas = [*OURS, "auth", *(["cron"] if came.whole else [])]
    assert rows(came.connection, query, (schemas,)) == rows(source, query, (schemas,))


def test_jobs_requests_and_servers_are_data_that_never_act(came: Came, source: psycopg.Connection) -> None:
    connection = came.connection
    for table in [("cron", "job"), ("cron", "job_run_details")]:
        columns = columns_of(source, table)
        expected = content(source, table, columns) if came.whole else (0, None)
        assert content(connection, table, columns) == expected
    extensions = rows(connection, "SELECT extname FROM pg_extension")
    assert not extensions & {("pg_cron",), ("pg_net",)}
    assert came.omissions["extension pg_cron"] == came.omissions["extension pg_net"] == "never runs here"
    assert rows(connection, WORKERS) == set()
    assert rows(connection, HANDLERS) == {("warehouse", 0)}
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="has no handler"):
        connection.execute("SELECT * FROM public.warehouse_calls")
    assert "foreign data wrapper postgres_fdw" in came.omissions


def test_a_webhook_runs_into_the_void(came: Came) -> None:
    count = "SELECT count(*) FROM net.http_request_queue"
    with came.connection.transaction(force_rollback=True):
        came.connection.execute("ALTER TABLE public.appointments ENABLE TRIGGER tell_the_booking")
        came.connection.execute("UPDATE public.appointments SET notes = 'x'")
        assert came.connection.execute("SELECT public.tell_the_crm() > 0").fetchone() == (True,)
        assert rows(came.connection, count) != {(0,)}


def test_a_cluster_brings_its_memberships(came: Came, source: psycopg.Connection) -> None:
    members = ["postgres", "authenticator", "app_reader", "supabase_storage_admin"]
    expected = rows(source, MEMBERSHIPS, (members,))
    found = rows(came.connection, MEMBERSHIPS, (members,))
    assert found == (expected if came.kind == "cluster" else found & expected)


def test_publications_keep_their_tables(came: Came, source: psycopg.Connection) -> None:
    assert rows(came.connection, PUBLISHED) == rows(source, PUBLISHED) != set()


def test_event_triggers_are_told(came: Came) -> None:
    assert any(what.lower().startswith("event trigger") for what in came.omissions)


def test_a_member_sees_what_is_hers(came: Came, source: psycopg.Connection) -> None:
    """The policies do not only arrive, they also work: by the platform's functions, roles and grants."""
    member = "SELECT id::text, organization_id FROM public.profiles ORDER BY id LIMIT 1"
    found = source.execute(member).fetchone()
    assert found is not None
    owned = source.execute("SELECT count(*) FROM public.contacts WHERE organization_id = %s", (found[1],))
    with came.connection.transaction(force_rollback=True):
        claims = f'{{"sub": "{found[0]}", "role": "authenticated", "aal": "aal2"}}'
        came.connection.execute("SELECT set_config('request.jwt.claims', %s, true)", (claims,))
        came.connection.execute("SET LOCAL ROLE authenticated")
        seen = came.connection.execute("SELECT count(*) FROM public.contacts").fetchone()
        assert seen == owned.fetchone() != (0,)
        assert came.connection.execute("SELECT count(*) FROM public.sign_ups").fetchone() == (1,)


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        (("--format=custom", "--no-owner", "--no-privileges"), None),
        (("--format=custom", "--schema=public"), "schema auth"),
        (("--format=plain", "--schema=public"), "schema auth"),
        (("--format=custom", "--schema=public", "--schema=auth", "--schema=storage"), "schema net"),
        (("--format=plain", "--quote-all-identifiers", "--no-publications", "--no-subscriptions"), None),
        (("--format=tar", "--clean", "--if-exists"), None),
    ],
    ids=lambda value: "".join(value or ()) if isinstance(value, tuple) else "",
)
def test_other_ways_of_dumping_raise_no_alarm(
    supabase: Server,
    source: psycopg.Connection,
    restoring: Restore,
    tmp_path: Path,
    options: tuple[str, ...],
    missing: str | None,
) -> None:
    path = dump_whole(supabase, tmp_path / "project.dump", *options)
    with restoring(path) as restored:
        assert restored.loss is None
        assert missing is None or missing in {omission.what for omission in restored.omissions}
        with restored.stage.server.connect(restored.database) as reader:
            assert rows(reader, POLICIES, (["public"],)) == rows(source, POLICIES, (["public"],))
            count = "SELECT count(*) FROM public.appointments"
            assert rows(reader, count) == rows(source, count, None)
