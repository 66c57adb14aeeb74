-- What every variant begins with: the roles, which belong to the server, and one critical table.
do $$
declare
    wanted text;
begin
    for wanted in select unnest(array[
        'healthy_definer', 'healthy_granter', 'healthy_owner', 'healthy_pictures', 'healthy_reader',
        'healthy_support', 'healthy_tenant', 'healthy_writer', 'Odd rôle "x" 100%', 'select'
    ]) loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end
$$;
create table public.notes (id integer primary key, owner name not null, body text);
insert into public.notes values (1, 'ada', 'first'), (2, 'bo', null), (3, 'ada', '');
alter table public.notes enable row level security;
create policy own on public.notes using (owner = current_user);
