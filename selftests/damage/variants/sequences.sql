create sequence public.at_its_end maxvalue 3;
select nextval('public.at_its_end') from generate_series(1, 3);
create table public.full_up (id integer primary key default nextval('public.at_its_end'));
insert into public.full_up values (1), (2), (3);
create sequence public.descending increment -2 start 100 minvalue -1000 maxvalue 100;
create table public.down (id integer primary key default nextval('public.descending'));
insert into public.down select from generate_series(1, 10);
create sequence public.cycling minvalue 1 maxvalue 4 cycle;
create table public.rounds (slot integer default nextval('public.cycling'));
insert into public.rounds select from generate_series(1, 10);
create sequence public.shared as bigint;
create table public.cats (id bigint primary key default nextval('public.shared'));
create table public.dogs (id bigint primary key default nextval('public.shared'));
insert into public.cats select from generate_series(1, 4);
insert into public.dogs select from generate_series(1, 6);
create sequence public.never_called start 42;
create sequence public.set_ahead as smallint start -32768 minvalue -32768;
select setval('public.set_ahead', 32000);
create sequence public.set_not_called;
select setval('public.set_not_called', 77, false);
create unlogged sequence public.forgetful;
create table public.odd (id text primary key default 'n' || nextval('public.never_called')::text, note text);
insert into public.odd (note) values ('one'), ('two');
create table public.composed (
    id bigint primary key default (extract(epoch from now())::bigint * 0 + nextval('public.shared') * 1000)
);
insert into public.composed select from generate_series(1, 3);
-- Keys that were set by hand, far above the sequence, where nothing will collide for long.
create table public.jumped (id serial primary key);
insert into public.jumped select from generate_series(1, 3);
select setval('public.jumped_id_seq', 1000);
