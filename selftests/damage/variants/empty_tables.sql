create table public.never_used (id integer primary key, note_id integer references public.notes, body text);
create table public.emptied (id serial primary key);
insert into public.emptied select from generate_series(1, 5);
delete from public.emptied;
create table public.parted (id integer) partition by list (id);
create table public.parted_one partition of public.parted for values in (1);
create materialized view public.nothing as select * from public.never_used;
