"""The catalogue as rows: complete, the same on every major version, and blind to nothing that changes."""

from collections import Counter
from collections.abc import Callable

import psycopg
import pytest

from reference.definitions import OF_THE_SERVER, SERVER, Definition, Ours, read_definitions
from reference.differences import Difference, differences
from restoring.programs import Programs
from restoring.server import Server

SHAPED = "shaped"
NOBODY = Ours()

Copy = Callable[[Server, Programs, str], None]

# What is changed, of which kind the difference is, and how the thing is named in it.
MUTATIONS = [
    ("alter table app.child disable row level security", "row security", "app.child"),
    ("alter table app.child no force row level security", "row security", "app.child"),
    ("alter table v.p enable row level security", "row security", "v.p"),
    ("drop policy everybody on app.parent", "policy", "app.parent.everybody"),
    ("alter policy pol2 on v.o using (true)", "policy", "v.o.pol2"),
    ("alter policy pol2 on v.o to public", "policy", "v.o.pol2"),
    ("alter policy pol on v.o with check (true)", "policy", "v.o.pol"),
    ("alter policy pol2 on v.o rename to other", "policy", "v.o.other"),
    ("create policy more on v.o using (true)", "policy", "v.o.more"),
    (
        "drop policy pol2 on v.o; "
        "create policy pol2 on v.o for all to bob using (name = current_setting('request.x', true))",
        "policy",
        "v.o.pol2",
    ),
    (
        "drop policy everybody on app.parent; "
        "create policy everybody on app.parent for select using (true)",
        "policy",
        "app.parent.everybody",
    ),
    ("revoke select on app.checked from bob cascade", "grant", "table app.checked to carol"),
    ("grant select on app.parent to public", "grant", "table app.parent to PUBLIC"),
    ("grant delete on v.o to carol", "grant", "table v.o to carol"),
    ("revoke grant option for select on v.o from carol", "grant", "table v.o to carol"),
    ("revoke maintain on v.o from bob", "grant", "table v.o to bob"),
    ("revoke select (id) on app.child from carol", "grant", "column app.child.id to carol"),
    ("revoke usage on schema app from carol", "grant", "schema app to carol"),
    ("grant create on schema public to public", "grant", "schema public to PUBLIC"),
    ("grant execute on function app.definer() to public", "grant", "function app.definer() to PUBLIC"),
    ("revoke execute on function app.is_fine(int) from public", "grant", "function app.is_fine(integer)"),
    ("revoke usage on sequence v.sq from public", "grant", "sequence v.sq to PUBLIC"),
    ("grant usage on foreign server far to carol", "grant", "foreign server far to carol"),
    ("revoke usage on type app.mood from public", "grant", "type app.mood to PUBLIC"),
    ("revoke usage on language plpgsql from public", "grant", "language plpgsql"),
    (
        "revoke execute on function app.akeys(app.hstore) from public",
        "grant",
        "function app.akeys(app.hstore)",
    ),
    ("revoke select on large object 4711 from carol", "grant", "large objects of bob to carol"),
    ("revoke connect on database shaped from public", "database grant", "database to PUBLIC"),
    (
        "alter default privileges for role bob in schema app revoke select on tables from carol",
        "default privileges",
        "of bob in app on tables to carol",
    ),
    (
        "alter default privileges grant select on tables to public",
        "default privileges",
        "in every schema on tables to PUBLIC",
    ),
    (
        "create or replace function app.is_fine(i int) returns boolean "
        "language sql immutable as 'select true'",
        "function",
        "app.is_fine(integer)",
    ),
    ("alter function app.is_fine(int) security definer", "function", "app.is_fine(integer)"),
    ("alter function app.definer() security invoker", "function", "app.definer()"),
    ("alter function app.definer() reset search_path", "function", "app.definer()"),
    ("alter function app.definer() set search_path = public", "function", "app.definer()"),
    ("alter function app.is_fine(int) volatile", "function", "app.is_fine(integer)"),
    ("alter function app.is_fine(int) strict", "function", "app.is_fine(integer)"),
    ("alter function app.is_fine(int) leakproof", "function", "app.is_fine(integer)"),
    ("alter function v.tab() parallel unsafe", "function", "v.tab()"),
    ("alter function v.tab() cost 100 rows 1000", "function", "v.tab()"),
    ("drop function v.atom(int)", "function", "v.atom(integer)"),
    ("drop procedure app.step(int)", "procedure", "app.step(integer)"),
    ("drop aggregate app.total(int)", "aggregate", "app.total(integer)"),
    (
        "create or replace aggregate app.total(int) (sfunc = int4pl, stype = int, initcond = '1')",
        "aggregate",
        "app.total(integer)",
    ),
    ("alter view app.invoker reset (security_invoker)", "view", "app.invoker"),
    ("alter view app.barrier reset (security_barrier)", "view", "app.barrier"),
    ("alter view v.check_local reset (check_option)", "view", "v.check_local"),
    ("create or replace view v.onlyv as select id from v.o", "view", "v.onlyv"),
    (
        "create or replace view v.selfj as select b.id, b.id as bid from v.o a, v.o b where a.r = b.id",
        "view",
        "v.selfj",
    ),
    ("drop view v.casts", "view", "v.casts"),
    ("alter view v.one alter column name set default 'x'", "column", "v.one.name"),
    ("refresh materialized view app.not_yet", "materialized view", "app.not_yet"),
    ("refresh materialized view v.m with no data", "materialized view", "v.m"),
    ("alter table app.checked disable trigger works", "trigger", "app.checked.works"),
    ("alter table app.checked enable trigger sleeps", "trigger", "app.checked.sleeps"),
    ("alter table app.checked enable replica trigger works", "trigger", "app.checked.works"),
    ("drop trigger tr on v.o", "trigger", "v.o.tr"),
    ("alter table v.part_def enable trigger ptr", "trigger", "v.part_def.ptr"),
    ("alter table v.p disable trigger all", "foreign key trigger", "v.p.p_o_id_fkey"),
    ("alter event trigger watcher disable", "event trigger", "watcher"),
    ("drop event trigger watcher", "event trigger", "watcher"),
    ("alter table app.checked disable rule kept", "rule", "app.checked.kept"),
    ("drop rule r1 on v.one", "rule", "v.one.r1"),
    ("update pg_index set indisvalid = false where indexrelid = 'v.oj'::regclass", "index", "v.oj"),
    ("update pg_index set indisready = false where indexrelid = 'v.oj'::regclass", "index", "v.oj"),
    ("drop index v.oj", "index", "v.oj"),
    ("alter table v.p cluster on p_pkey", "index", "v.p_pkey"),
    ("drop index v.m_org_idx; create index m_org_idx on v.m (org)", "index", "v.m_org_idx"),
    ("alter table v.gen set unlogged", "table", "v.gen"),
    ("alter table app.unlogged set logged", "table", "app.unlogged"),
    ("alter table v.p replica identity full", "table", "v.p"),
    ("alter table v.o reset (fillfactor)", "table", "v.o"),
    ("alter table v.o reset (toast.autovacuum_enabled)", "table", "v.o"),
    ("alter table v.part detach partition v.part_eu", "table", "v.part_eu"),
    ("alter table v.kid no inherit v.base", "table", "v.kid"),
    ("drop table app.large", "table", "app.large"),
    ("create table v.more (i int)", "table", "v.more"),
    ("alter table app.large rename to larger", "table", "app.larger"),
    ("alter table app.large set schema v", "table", "v.large"),
    ("alter table v.o drop column tags cascade", "column", "v.o.tags"),
    ("alter table v.base add column x int", "column", "v.base.x"),
    ("alter table v.gen alter column d type numeric(6,1)[]", "column", "v.gen.d"),
    ("alter table v.o alter column amount drop default", "column", "v.o.amount"),
    ("alter table v.o alter column amount drop not null", "column", "v.o.amount"),
    ("alter table v.gen alter column a drop identity", "column", "v.gen.a"),
    ("alter table v.gen alter column a set generated always", "column", "v.gen.a"),
    ("alter table v.gen alter column b drop expression", "column", "v.gen.b"),
    ('alter table v.gen alter column c type varchar(20) collate "default"', "column", "v.gen.c"),
    ("alter table v.gen alter column c set storage plain", "column", "v.gen.c"),
    ("alter table v.gen alter column c set compression pglz", "column", "v.gen.c"),
    (
        "alter table v.gen drop column h; alter table v.gen add column h interval day to second(2)",
        "column order",
        "v.gen",
    ),
    ("alter table v.p drop constraint p_o_id_fkey", "constraint", "v.p.p_o_id_fkey"),
    ("alter table v.p validate constraint late", "constraint", "v.p.late"),
    (
        "alter table v.p drop constraint p_k_check; "
        "alter table v.p add constraint p_k_check check (k > 0) not valid",
        "constraint",
        "v.p.p_k_check",
    ),
    ("alter table v.p alter constraint p_o_id_fkey not deferrable", "constraint", "v.p.p_o_id_fkey"),
    (
        "alter table v.p drop constraint p_o_id_fkey; "
        "alter table v.p add foreign key (o_id) references v.o",
        "constraint",
        "v.p.p_o_id_fkey",
    ),
    ("alter table v.p alter constraint p_o_id_fkey not enforced", "constraint", "v.p.p_o_id_fkey"),
    ("alter table v.p add constraint named not null name not valid", "constraint", "v.p.named"),
    ("alter table v.excl drop constraint excl_during_excl", "constraint", "v.excl.excl_during_excl"),
    ("alter sequence v.sq increment by -1", "sequence", "v.sq"),
    ("alter sequence v.sq no cycle", "sequence", "v.sq"),
    ("alter sequence v.gen_g_seq owned by none", "sequence", "v.gen_g_seq"),
    ("alter sequence app.counter cache 7 maxvalue 100", "sequence", "app.counter"),
    ("drop sequence app.counter", "sequence", "app.counter"),
    (
        "update pg_enum set enumsortorder = -enumsortorder where enumtypid = 'app.mood'::regtype",
        "enum",
        "app.mood",
    ),
    ("alter type app.mood add value 'new'", "enum", "app.mood"),
    ("alter type app.mood rename value 'sad' to 'glad'", "enum", "app.mood"),
    ("alter domain v.email drop not null", "domain", "v.email"),
    ("alter domain v.email set default 'y'", "domain", "v.email"),
    ("alter domain v.email drop constraint len", "domain constraint", "v.email.len"),
    ("alter type app.pair add attribute c int", "attribute", "app.pair.c"),
    ("drop cast (app.pair as int)", "cast", "app.pair AS integer"),
    ("drop statistics v.st", "statistics", "v.st"),
    ("drop collation app.bytes", "collation", "app.bytes"),
    ("drop conversion app.western", "conversion", "app.western"),
    ("drop text search dictionary app.plain", "text search dictionary", "app.plain"),
    (
        "alter text search configuration app.words drop mapping for email",
        "text search configuration",
        "app.words",
    ),
    ("drop extension citext cascade", "extension", "citext"),
    ("alter extension citext set schema v", "extension", "citext"),
    ("update pg_extension set extversion = '0' where extname = 'citext'", "extension version", "citext"),
    ("alter publication pub1 set (publish = 'insert')", "publication", "pub1"),
    ("alter publication pub1 drop table v.o", "publication table", "pub1: v.o"),
    ("alter publication pub1 set table v.o (id)", "publication table", "pub1: v.o"),
    ("alter publication pub1 set table v.o where (id > 1)", "publication filter", "pub1: v.o"),
    ("alter publication pub1 add tables in schema app", "publication schema", "pub1: app"),
    (
        "create subscription s connection 'password=canary' publication p with (connect = false)",
        "subscription",
        "s",
    ),
    ("alter server far options (set host 'other')", "foreign server", "far"),
    ("drop user mapping for bob server far", "user mapping", "bob ON far"),
    ("drop foreign table app.remote", "foreign table", "app.remote"),
    ("drop foreign data wrapper elsewhere cascade", "foreign data wrapper", "elsewhere"),
    ("comment on table app.checked is null", "comment", "table app.checked"),
    ("comment on column v.o.name is 'other'", "comment", "column v.o.name"),
    ("comment on schema public is 'ours'", "comment", "schema public"),
    ("alter table v.o owner to bob", "owner", "table v.o"),
    ("alter schema v owner to bob", "owner", "schema v"),
    ("alter schema public owner to bob", "owner", "schema public"),
    ("alter function app.definer() owner to bob", "owner", "function app.definer()"),
    ("alter role bob bypassrls", "role", "bob"),
    ("alter role bob superuser", "role", "bob"),
    ("alter role bob login", "role", "bob"),
    ("alter role admin2 nocreatedb", "role", "admin2"),
    ("revoke bob from app_user", "membership", "app_user in bob"),
    ("grant bob to app_user with inherit false", "membership", "app_user in bob"),
    ("grant owner_of_all to carol", "membership", "carol in owner_of_all"),
    ("alter role bob reset statement_timeout", "role setting", "statement_timeout for bob"),
    ("alter database shaped set search_path = app", "database setting", "search_path"),
    ("alter role bob in database shaped set work_mem = '1MB'", "database setting", "work_mem for bob"),
    ("select lo_unlink(4711)", "large objects", "of bob"),
    ("alter large object 4711 owner to carol", "large objects", "of carol"),
    ("drop operator app.=== (app.pair, app.pair) cascade", "operator", "app.===(app.pair,app.pair)"),
    ("drop operator class v.opc using btree", "operator class", "v.opc USING btree"),
    ('drop schema "we ird.%s" cascade', "schema", '"we ird.%s"'),
]


def read(connection: psycopg.Connection, ours: Ours = NOBODY) -> list[Definition]:
    return read_definitions(connection, ours)


def of(server: Server, database: str = SHAPED, role: str | None = None) -> list[Definition]:
    with psycopg.connect(server.dsn(database, role), autocommit=True) as connection:
        return read(connection)


def without(kinds: frozenset[str], found: list[Difference]) -> list[Difference]:
    return [each for each in found if each.kind not in kinds]


@pytest.fixture(scope="session")
def sound(shapes: Server) -> list[Definition]:
    return of(shapes)


@pytest.mark.parametrize(
    ("change", "kind", "identity"), MUTATIONS, ids=[change[:70] for change, *_ in MUTATIONS]
)
def test_a_change_is_seen(
    change: str, kind: str, identity: str, shaped: psycopg.Connection, sound: list[Definition]
) -> None:
    shaped.execute(change.encode())
    found = differences(sound, read(shaped))
    assert [each for each in found if each.kind == kind and identity in each.identity], found[:5]


@pytest.mark.parametrize(
    "nothing",
    [
        "select 1",
        "reindex table v.o",
        "analyze v.o",
        "cluster v.p using p_pkey; alter table v.p set without cluster",
        "grant select on app.checked to bob",
        "alter table v.p alter column name set statistics -1",
        "insert into app.parent values (1000, 'x')",
        "set local datestyle = german; set local timezone = 'Japan'; set local intervalstyle = 'iso_8601'",
        "set local quote_all_identifiers = on; set local search_path = v, app",
        "create temporary table of_mine (i int primary key); comment on table of_mine is 'x'",
    ],
)
def test_what_changes_no_definition_is_no_difference(
    nothing: str, shaped: psycopg.Connection, sound: list[Definition]
) -> None:
    shaped.execute(nothing.encode())
    assert differences(sound, read(shaped)) == []


def test_a_name_is_there_once_and_all_is_in_order(sound: list[Definition]) -> None:
    names = Counter((each.kind, each.identity) for each in sound)
    assert [name for name, count in names.items() if count > 1] == []
    assert sound == sorted(sound)


def test_every_kind_is_there(sound: list[Definition], shapes: Server) -> None:
    """So that no query answers with nothing, unseen."""
    kinds = {kind for _, kind, _ in MUTATIONS} - {
        "database setting",
        "publication filter",
        "publication schema",
    }
    assert kinds - {"foreign key trigger", "subscription"} <= {each.kind for each in sound}


def test_an_ordinary_role_reads_the_same(shapes: Server, sound: list[Definition]) -> None:
    assert of(shapes, role="looks_on") == sound


def test_no_secret_is_read(shaped: psycopg.Connection) -> None:
    shaped.execute(
        b"""
        create subscription s connection 'password=canary' publication p with (connect = false);
        alter server far options (add api_key 'canary', add url 'https://u:canary@h/');
        alter foreign data wrapper elsewhere options (add token 'canary');
        alter foreign table app.remote options (add password 'canary');
        alter foreign table app.remote alter column a options (add secret 'canary');
        alter database shaped set "app.jwt_secret" = 'canary';
        alter role bob password 'canary'
        """
    )
    assert [each for each in read(shaped) if "canary" in each.definition + each.identity] == []


def test_it_leaves_the_callers_transaction_as_it_was(shaped: psycopg.Connection) -> None:
    shaped.execute("create table v.mine (i int)")
    shaped.execute("set local search_path = v")
    assert any(each.identity == "v.mine" for each in read(shaped))
    assert shaped.execute("show search_path").fetchone() == ("v",)
    shaped.execute("insert into mine values (1)")


def test_it_leaves_no_transaction_open(shapes: Server) -> None:
    with psycopg.connect(shapes.dsn(SHAPED), autocommit=True) as connection:
        read(connection)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert connection.execute("show datestyle").fetchone() != ("ISO, YMD",)


def test_what_a_server_of_ours_added_is_left_out(
    shaped: psycopg.Connection, sound: list[Definition]
) -> None:
    shaped.execute(
        b"""
        create role ours bypassrls;
        create schema ours_too;
        create extension amcheck schema ours_too;
        create table ours_too.t (i int primary key);
        comment on table ours_too.t is 'x';
        grant select on v.o to ours; grant usage on schema v to ours;
        grant bob to ours; grant ours to carol;
        alter default privileges for role ours grant select on tables to ours;
        alter role ours set work_mem = '1MB'; alter function v.tab() owner to ours
        """
    )
    ours = Ours(frozenset({"ours"}), frozenset({"ours_too"}), shaped.info.user)
    assert differences(sound, read(shaped, ours)) == []
    assert differences(sound, read(shaped)) != []


def test_a_restored_database_is_the_same(shapes: Server, copied: Copy, sound: list[Definition]) -> None:
    copied(shapes, shapes.programs, "again")
    assert without(OF_THE_SERVER, differences(sound, of(shapes, "again"))) == []


@pytest.mark.parametrize("by", ["older pg_dump", "newer pg_dump"])
def test_a_database_of_an_older_major_is_the_same(
    by: str, older_shapes: Server, shapes: Server, copied: Copy
) -> None:
    dumping = older_shapes if by == "older pg_dump" else shapes
    copied(older_shapes, dumping.programs, "newer")
    before, after = of(older_shapes), of(shapes, "newer")
    assert without(OF_THE_SERVER, differences(before, after)) == []
    assert [each for each in before if each.kind == SERVER] != [
        each for each in after if each.kind == SERVER
    ]


def test_every_role_that_a_database_names_is_told(shaped: psycopg.Connection) -> None:
    shaped.execute(b"create role elsewhere_only superuser; create role tied; grant tied to app_user")
    roles = {each.identity for each in read(shaped) if each.kind == "role"}
    assert {"bob", "carol", "app_user", "admin2", "tied", "owner_of_all"} <= roles
    assert "elsewhere_only" not in roles
