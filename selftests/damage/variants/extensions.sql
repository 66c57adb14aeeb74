create schema extensions;
create extension citext with schema extensions;
create extension hstore with schema extensions;
create extension pg_trgm with schema public;
create extension btree_gist with schema extensions;
create extension ltree with schema extensions;
create extension fuzzystrmatch;
create table public.things (
    id integer primary key,
    name extensions.citext unique,
    attributes extensions.hstore not null default '',
    place extensions.ltree
);
insert into public.things
select g, 'Thing ' || g, extensions.hstore('n', g::text), ('top.a' || g)::extensions.ltree from generate_series(1, 100) as g;
create index on public.things using gin (attributes);
create index on public.things using gist (place);
create index on public.things using gin ((name::text) public.gin_trgm_ops);
create table public.bookings (room integer, during tsrange, exclude using gist (room with operator(pg_catalog.=), during with &&));
