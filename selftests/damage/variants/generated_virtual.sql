create table public.measured (
    id integer primary key,
    celsius numeric,
    fahrenheit numeric generated always as (celsius * 9 / 5 + 32) virtual,
    label text generated always as ('at ' || id::text),
    kept numeric generated always as (celsius * 2) stored
);
insert into public.measured (id, celsius) select g, g * 0.5 from generate_series(1, 100) as g;
create table public.measured_parts (id integer, twice integer generated always as (id * 2)) partition by range (id);
create table public.measured_parts_1 partition of public.measured_parts for values from (0) to (10);
insert into public.measured_parts (id) values (1), (2);
create view public.hot with (security_invoker = true)
as select id, fahrenheit from public.measured where fahrenheit > 100;
