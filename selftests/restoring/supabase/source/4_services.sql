-- Realtime, webhooks, jobs, the schema of migrations, and what watches the schema.

create schema realtime authorization supabase_admin;
grant usage on schema realtime to postgres, anon, authenticated, service_role;
grant all on schema realtime to supabase_realtime_admin;

create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
create type realtime.equality_op as enum ('eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in');
create type realtime.user_defined_filter as (column_name text, op realtime.equality_op, value text);
create function realtime.to_regrole(role_name text) returns regrole language sql immutable as $$
    select role_name::regrole
$$;
create table realtime.schema_migrations (version bigint primary key, inserted_at timestamp(0));
create table realtime.subscription (
    id bigint generated always as identity primary key,
    subscription_id uuid not null,
    entity regclass not null,
    filters realtime.user_defined_filter[] not null default '{}',
    claims jsonb not null,
    claims_role regrole not null generated always as (realtime.to_regrole(claims ->> 'role')) stored,
    created_at timestamp not null default timezone('utc', now()),
    action_filter text default '*'
);
create table realtime.messages (
    topic text not null,
    extension text not null,
    payload jsonb,
    event text,
    private boolean default false,
    updated_at timestamp not null default now(),
    inserted_at timestamp not null default now(),
    id uuid not null default gen_random_uuid(),
    primary key (id, inserted_at)
) partition by range (inserted_at);
create table realtime.messages_2026_08_20 partition of realtime.messages
    for values from ('2026-08-20') to ('2026-08-21');
create table realtime.messages_2026_08_21 partition of realtime.messages
    for values from ('2026-08-21') to ('2026-08-22');
alter table realtime.messages owner to supabase_realtime_admin;
create function realtime.topic() returns text language sql stable as $$
    select nullif(current_setting('realtime.topic', true), '')::text
$$;
alter function realtime.topic() owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant all on all tables in schema realtime to postgres, dashboard_user;
create policy "Members listen" on realtime.messages for select to authenticated
    using (realtime.topic() = (select auth.uid())::text and extension = 'broadcast');

create extension pg_net with schema extensions;
create extension pg_cron with schema pg_catalog;
grant usage on schema cron to postgres with grant option;
grant select on cron.job to postgres with grant option;
grant all on cron.job_run_details to postgres with grant option;
grant usage on schema net to postgres, anon, authenticated, service_role, supabase_functions_admin;

create schema supabase_functions authorization supabase_admin;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
grant all on schema supabase_functions to supabase_functions_admin;
create table supabase_functions.migrations (
    version text primary key,
    inserted_at timestamptz not null default now()
);
create table supabase_functions.hooks (
    id bigserial primary key,
    hook_table_id integer not null,
    hook_name text not null,
    created_at timestamptz not null default now(),
    request_id bigint
);
create function supabase_functions.http_request() returns trigger
language plpgsql security definer set search_path = 'supabase_functions' as $$
begin
    insert into supabase_functions.hooks (hook_table_id, hook_name, request_id)
    values (tg_relid, tg_name, net.http_post(url => tg_argv[0], body => to_jsonb(new)));
    return new;
end
$$;
alter table supabase_functions.migrations owner to supabase_functions_admin;
alter table supabase_functions.hooks owner to supabase_functions_admin;
alter function supabase_functions.http_request() owner to supabase_functions_admin;
grant all on all tables in schema supabase_functions to postgres, anon, authenticated, service_role;
grant all on all sequences in schema supabase_functions to postgres, anon, authenticated, service_role;
revoke all on function supabase_functions.http_request() from public;
grant execute on function supabase_functions.http_request()
    to postgres, anon, authenticated, service_role;

create schema supabase_migrations authorization postgres;
create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
alter table supabase_migrations.schema_migrations owner to postgres;

create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$
begin
    notify pgrst, 'reload schema';
end
$$;
create function extensions.grant_pg_graphql_access() returns event_trigger language plpgsql as $$
begin
    perform 1 from pg_event_trigger_ddl_commands() where object_identity = 'graphql.resolve';
end
$$;
create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create event trigger issue_pg_graphql_access on ddl_command_end when tag in ('CREATE FUNCTION')
    execute function extensions.grant_pg_graphql_access();

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
create publication supabase_realtime_messages_publication for table realtime.messages;

create extension postgres_fdw with schema extensions;
grant usage on foreign data wrapper postgres_fdw to postgres with grant option;
