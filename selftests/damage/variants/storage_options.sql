create table public.tuned (id integer primary key, body text storage external compression pglz, plain text) with (
    fillfactor = 70, autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_enabled = off,
    toast_tuple_target = 4000, parallel_workers = 0);
insert into public.tuned select g, repeat('x', 3000), 'p' from generate_series(1, 20) as g;
alter table public.tuned alter column plain set storage main;
create index by_body on public.tuned using hash (body);
create index by_brin on public.tuned using brin (id) with (pages_per_range = 2, autosummarize = on);
create index by_opclass on public.tuned (plain text_pattern_ops desc nulls last) include (id) with (deduplicate_items = off);
create index by_expression on public.tuned (((id % 10) * 2), (upper(plain))) where id > 2 and plain is not null;
create unique index on public.tuned (id) with (fillfactor = 90);
create index by_spgist on public.tuned using spgist (plain);
alter table public.tuned cluster on tuned_pkey;
alter table public.tuned replica identity using index tuned_pkey;
alter index by_expression alter column 1 set statistics 300;
create table public.dropped (a integer, b integer, c integer default 5);
insert into public.dropped values (1, 2, 3);
alter table public.dropped drop column b;
alter table public.dropped add column d integer not null default 9;
alter table public.dropped alter column c type bigint;
