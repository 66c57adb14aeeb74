-- A database with one of nearly everything that pg_dump knows, and names that have to be quoted.
create role bob;
create role carol;
create role owner_of_all;
create role without_create;
create role "o'Neil ""x"" 100%";
create schema app authorization owner_of_all;
create schema "we ird.%s" authorization bob;
create extension hstore schema app;
create extension citext schema public;

create table app.parent (id int primary key, v text);
insert into app.parent select g, 'v' || g from generate_series(1, 100) as g;
create table app.child (
    id int generated always as identity primary key,
    p int references app.parent,
    t int generated always as (p * 2) stored
);
insert into app.child (p) select g from generate_series(1, 100) as g;
alter table app.parent owner to without_create;
alter table app.child owner to without_create;
alter table app.child enable row level security;
alter table app.child force row level security;
alter table app.parent enable row level security;
alter table app.parent force row level security;
create policy "p 100% ok" on app.child for select to bob, carol, "o'Neil ""x"" 100%" using (p > 0);
create policy everybody on app.parent to public using (true);

create table "we ird.%s"."ta""b%d
le" ("col %s" text, "naïve" int, "x""y" text default 'a%b');
insert into "we ird.%s"."ta""b%d
le" values ('\restrict x', 1, '\N'), ('\.', 2, E'\\.\n\\.'), (E'\\N', 3, E'a\tb\nc\\'), (null, 4, '');
alter table "we ird.%s"."ta""b%d
le" owner to "o'Neil ""x"" 100%";

create domain app.positive as int check (value > 0);
create type app.mood as enum ('sad', 'it''s ok', '100%');
create type app.pair as (a int, b app.mood);
create type app.span as range (subtype = float8);
create table app.kinds (
    a app.positive, b app.mood[], c app.pair, d app.span, e int[], f jsonb, g bytea, h tsvector,
    i inet, j interval, k numrange, l app.hstore, m public.citext
);
insert into app.kinds values (
    1, '{sad,100%}', row (1, 'sad'), '[1,2)', '{{1,2},{3,4}}', '{"a":"\\u0041"}', '\xdeadbeef00', 'a b',
    '10.0.0.1', '1 day 2 h', '(1,2]', 'a=>1', 'X'
);

create function app.is_fine(i int) returns boolean language sql immutable as 'select i > 0';
create function app.touch() returns trigger language plpgsql as $$begin return new; end$$;
create table app.checked (id int check (app.is_fine(id)), s text);
create index on app.checked (app.is_fine(id), lower(s));
create unique index on app.checked (id) where s is not null;
create trigger works before insert on app.checked for each row execute function app.touch();
create trigger sleeps before insert on app.checked for each row execute function app.touch();
alter table app.checked disable trigger sleeps;
insert into app.checked select g, repeat('x', 10) from generate_series(1, 50) as g;
create rule kept as on delete to app.checked do instead nothing;
create table app.measures (d date primary key, v int) partition by range (d);
create table app.measures_2020 partition of app.measures for values from ('2020-01-01') to ('2021-01-01');
create table app.measures_rest partition of app.measures default;
insert into app.measures select '2020-01-01'::date + g, g from generate_series(0, 400) as g;
create table app.heir () inherits (app.checked);
insert into app.heir select g, 'y' from generate_series(1, 5) as g;
create unlogged table app.unlogged (i int);
insert into app.unlogged values (1);
create table app.large (v text);
insert into app.large values (repeat('0123456789abcdef', 65536));

create materialized view app.counted as select count(*) as n from app.checked;
create materialized view app.counted_again as select n from app.counted;
create materialized view app.not_yet as select 1 as one with no data;
create view app.barrier with (security_barrier) as select * from app.child;
create view app.invoker with (security_invoker) as select * from app.barrier;
alter view app.barrier owner to bob;

create function app.definer() returns int language sql security definer set search_path = '' as 'select 1';
alter function app.definer() owner to carol;
create function app.atomic(i int, j app.pair[], variadic k text[] default '{}') returns int
begin atomic select case when i > 0 then i else 0 end; end;
alter function app.atomic owner to carol;
create procedure app.step(inout a int) language plpgsql as 'begin a := a + 1; end';
alter procedure app.step(int) owner to carol;
create aggregate app.total(int) (sfunc = int4pl, stype = int, initcond = '0');
alter aggregate app.total(int) owner to carol;
create aggregate app.ordered(float8 order by float8) (sfunc = float8pl, stype = float8);
alter aggregate app.ordered(float8 order by float8) owner to carol;
create function app.same(app.pair, app.pair) returns boolean language sql immutable as 'select true';
create operator app.=== (leftarg = app.pair, rightarg = app.pair, procedure = app.same);
alter operator app.=== (app.pair, app.pair) owner to carol;
create function app.first(app.pair) returns int language sql immutable as 'select $1.a';
create cast (app.pair as int) with function app.first(app.pair);
create text search configuration app.words (copy = english);
alter text search configuration app.words owner to carol;
create text search dictionary app.plain (template = simple);
alter text search dictionary app.plain owner to carol;
create collation app.bytes from "C";
alter collation app.bytes owner to bob;
create conversion app.western for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create statistics app.related on id, s from app.checked;
create foreign data wrapper elsewhere;
create server far foreign data wrapper elsewhere options (host 'h');
create user mapping for bob server far options (password 'canary');
alter server far owner to bob;
create foreign table app.remote (a int) server far;
create sequence app.counter;
select nextval('app.counter') from generate_series(1, 7);
alter sequence app.counter owner to bob;

grant select (id, p) on app.child to carol;
grant usage on schema app to bob with grant option;
grant usage on schema app to carol;
grant select on app.checked to bob with grant option;
set session authorization bob;
grant select on app.checked to carol;
reset session authorization;
alter default privileges for role bob in schema app grant select on tables to carol;
alter default privileges for role owner_of_all revoke execute on functions from public;
revoke all on function app.definer() from public;
grant execute on function app.definer() to bob;
comment on table app.checked is 'it''s 100% \restrict';
comment on policy everybody on app.parent is 'p';
comment on function app.definer() is 'f';

select lo_from_bytea(4711, '\xdeadbeef'), lo_from_bytea(4712, decode(repeat('ab', 5000), 'hex'));
alter large object 4711 owner to bob;
grant select on large object 4711 to carol;
create publication published for table app.checked;
create publication everything for all tables;
create function app.watch() returns event_trigger language plpgsql as 'begin end';
create event trigger watcher on ddl_command_start execute function app.watch();
comment on event trigger watcher is 'left out with its trigger';
alter role bob set search_path = app;
