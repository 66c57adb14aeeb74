create schema supabase_functions authorization supabase_admin;

create table supabase_functions.migrations (
    version text primary key,
    inserted_at timestamptz default now()
);

create table supabase_functions.hooks (
    id bigserial primary key,
    hook_table_id integer,
    hook_name text,
    created_at timestamptz default now(),
    request_id bigint
);

-- The platform's own sends a request; nothing here reaches a network.
create function supabase_functions.http_request() returns trigger language plpgsql as $$
begin
    return new;
end
$$;

grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
grant all on all tables in schema supabase_functions to postgres, anon, authenticated, service_role;
grant all on all sequences in schema supabase_functions to postgres, anon, authenticated, service_role;
alter table supabase_functions.migrations owner to supabase_functions_admin;
alter table supabase_functions.hooks owner to supabase_functions_admin;
