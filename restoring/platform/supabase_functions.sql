create schema supabase_functions;
grant usage on schema supabase_functions to public;

create table supabase_functions.hooks (
    id bigserial primary key,
    hook_table_id integer not null,
    hook_name text not null,
    created_at timestamptz not null default now(),
    request_id bigint
);

-- The platform's own sends a request; nothing here reaches a network.
create function supabase_functions.http_request() returns trigger language plpgsql as $$
begin
    return new;
end
$$;
