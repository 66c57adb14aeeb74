-- The cluster of a project, as its owner finds it: run by supabase_admin, the one superuser.

create role postgres createdb createrole login replication bypassrls;
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
create role dashboard_user createdb createrole replication;
create role pgbouncer login;
create role supabase_auth_admin login noinherit createrole;
create role supabase_storage_admin login noinherit createrole;
create role supabase_realtime_admin nologin noinherit;
create role supabase_functions_admin login noinherit createrole;
create role supabase_replication_admin login replication;
create role supabase_read_only_user login bypassrls;
create role app_reader login inherit;
create role "app reporter" nologin noinherit;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant supabase_realtime_admin, supabase_functions_admin to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
grant authenticator to supabase_storage_admin;
grant pg_read_all_data to supabase_read_only_user;
set role postgres;
grant authenticated to app_reader;
reset role;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = 60000;
alter role supabase_storage_admin set search_path = storage;

alter database postgres owner to postgres;
grant all on database postgres to postgres, dashboard_user;
alter database postgres set "app.settings.jwt_exp" = '3600';

grant usage on schema public to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
    grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
    grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
    grant all on sequences to postgres, anon, authenticated, service_role;

create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;
create extension vector with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create schema graphql;
create extension pg_graphql with schema graphql;
create schema graphql_public;
create schema vault;
create extension supabase_vault with schema vault;
create schema pgbouncer authorization pgbouncer;

create function pgbouncer.get_auth(p_usename text) returns table (username text, password text)
language sql security definer set search_path = '' as $$
    select rolname::text, rolpassword from pg_catalog.pg_authid where rolname = p_usename
$$;
revoke all on function pgbouncer.get_auth(text) from public;
grant execute on function pgbouncer.get_auth(text) to pgbouncer;

create function graphql_public.graphql(query text default null, variables jsonb default null)
returns jsonb language sql as $$
    select graphql.resolve(query, variables)
$$;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;
grant usage on schema vault to postgres, service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;
