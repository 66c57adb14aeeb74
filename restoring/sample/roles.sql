-- The roles of a Supabase project. They belong to the cluster, so no pg_dump of one database
-- holds them: whoever restores the sample has to have them first.

do $$
declare
    missing text;
begin
    for missing in
        select wanted
        from unnest(array[
            'postgres', 'anon', 'authenticated', 'service_role', 'supabase_auth_admin'
        ]) as wanted
        where not exists (select from pg_catalog.pg_roles where rolname = wanted)
    loop
        execute format('create role %I nologin', missing);
    end loop;
end
$$;

alter role service_role bypassrls;
