-- A partitioned index that was never finished: invalid in the source, and so in every restore of it.
create table public.parted (id integer, body text) partition by range (id);
create table public.parted_low partition of public.parted for values from (0) to (100);
create table public.parted_high partition of public.parted for values from (100) to (200);
insert into public.parted select g, 'body ' || g from generate_series(0, 199) as g;
create index waiting on only public.parted (body);
create index waiting_low on public.parted_low (body);
alter index public.waiting attach partition public.waiting_low;
