create unlogged table public.cache (id serial primary key, body text);
insert into public.cache (body) select 'b' || g from generate_series(1, 50) as g;
create index on public.cache (body);
create unlogged table public.cache_empty (id integer);
