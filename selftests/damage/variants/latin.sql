create table public.latin (id integer primary key, body text, U&"gr\00f6\00dfe" integer default 1);
insert into public.latin (id, body) select g, U&'\00fc\00e9\00df ' || chr(160 + g) from generate_series(1, 90) as g;
create index on public.latin (lower(body));
