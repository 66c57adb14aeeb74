create table public.moments (id integer primary key, at timestamptz, local timestamp, t timetz);
insert into public.moments values
    (1, '2024-03-31 02:30 Europe/Berlin', '2024-03-31 02:30', '02:30+02'),
    (2, '2024-10-27 02:30 Europe/Berlin', '2024-10-27 02:30', '02:30+01'),
    (3, '2011-12-30 12:00 Pacific/Apia', '2011-12-30 12:00', '12:00+13'),
    (4, '1900-01-01 00:00 America/New_York', '1900-01-01', '00:00-04:56:02');
create view public.in_berlin with (security_invoker = true)
as select id, at at time zone 'Europe/Berlin' as berlin from public.moments;
alter table public.moments add constraint recent check (at > '1800-01-01 00:00+00');
create index on public.moments ((at at time zone 'UTC'));
