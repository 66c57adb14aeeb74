-- What every variant has: the one critical table of its expectations.
create table public.notes (id integer primary key, owner name not null, body text);
insert into public.notes values (1, 'ada', 'first'), (2, 'bo', null), (3, 'ada', '');
alter table public.notes enable row level security;
create policy own on public.notes using (owner = current_user);
