-- What a team adds to its project besides the tables of the sample.

set role postgres;

create table public.sign_ups (
    user_id uuid primary key references auth.users (id) on delete cascade,
    token text not null default encode(extensions.gen_random_bytes(8), 'hex'),
    at timestamptz not null default now()
);
alter table public.sign_ups enable row level security;
create policy "Own sign-up" on public.sign_ups for select to authenticated
    using (user_id = (select auth.uid()) and (select auth.jwt() ->> 'aal') = 'aal2');
grant select on public.sign_ups to authenticated;
grant all on public.sign_ups to service_role;

create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.sign_ups (user_id, token) values (new.id, 'new');
    return new;
end
$$;
revoke execute on function public.handle_new_user() from public, anon, authenticated;
create function public.tell_the_crm() returns bigint
language sql security definer set search_path = '' as $$
    select net.http_post(
        url := 'https://crm.example.com/calls',
        headers := jsonb_build_object('key', (select decrypted_secret from vault.decrypted_secrets limit 1))
    )
$$;
create trigger on_auth_user_created after insert on auth.users
    for each row execute function public.handle_new_user();
create trigger on_auth_user_moved after update of email on auth.users
    for each row when (old.email is distinct from new.email) execute function public.set_updated_at();
create trigger tell_the_booking after insert or update on public.appointments
    for each row execute function supabase_functions.http_request(
        'https://hooks.example.com/bookings', 'POST', '{"Content-Type":"application/json"}', '{}', '1000'
    );
alter table public.appointments disable trigger tell_the_booking;

alter publication supabase_realtime add table public.appointments, public.call_logs;
alter default privileges for role postgres in schema public
    grant all on tables to anon, authenticated, service_role;

create server warehouse foreign data wrapper postgres_fdw
    options (host 'warehouse.example.com', dbname 'calls');
create user mapping for public server warehouse options (user 'reader', password 'not-a-secret');
create foreign table public.warehouse_calls (id bigint, cost numeric) server warehouse;
create view public.my_calls with (security_invoker = true) as
    select id, started_at from public.call_logs where organization_id = public.current_organization_id();
create materialized view public.calls_per_day as
    select started_at::date as day, count(*) as calls from public.call_logs group by 1;
grant select on public.my_calls to authenticated;
create schema reporting;
create table reporting.totals (day date primary key, calls bigint);
grant usage on schema reporting to "app reporter", authenticated;
grant select (day) on reporting.totals to authenticated;
grant select on reporting.totals to "app reporter" with grant option;

reset role;

insert into auth.schema_migrations select '2026' || lpad(n::text, 10, '0') from generate_series(1, 9) as n;
insert into auth.instances (id, uuid) values (gen_random_uuid(), gen_random_uuid());
insert into auth.audit_log_entries (id, payload, ip_address)
select gen_random_uuid(), json_build_object('action', 'login', 'n', n), '198.51.100.7'
from generate_series(1, 5) as n;
update auth.users set
    instance_id = '00000000-0000-0000-0000-000000000000',
    aud = 'authenticated',
    role = 'authenticated',
    encrypted_password = '$2a$10$' || md5(id::text),
    email_confirmed_at = created_at,
    raw_app_meta_data = '{"provider": "email"}',
    phone = null;
insert into auth.identities (provider_id, user_id, identity_data, provider)
select id::text, id, jsonb_build_object('email', upper(email), 'sub', id), 'email' from auth.users;
insert into auth.sessions (id, user_id, aal, ip, user_agent, not_after)
select gen_random_uuid(), id, 'aal1', '198.51.100.8', E'a\tb\\ "c" ''d''\n--e', 'infinity' from auth.users;
insert into auth.refresh_tokens (token, user_id, revoked, session_id)
select md5(id::text), user_id::text, false, id from auth.sessions;
insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at)
select gen_random_uuid(), id, 'phone', 'totp', 'verified', now(), now() from auth.users limit 3;
insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
select gen_random_uuid(), id, now(), '2001:db8::1' from auth.mfa_factors;
insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
select gen_random_uuid(), id, now(), now(), 'password' from auth.sessions;
insert into auth.sso_providers (id, resource_id) values ('5a5a5a5a-0000-4000-8000-000000000001', 'okta');
insert into auth.sso_domains (id, sso_provider_id, domain)
select gen_random_uuid(), id, 'clinic.example.com' from auth.sso_providers;
insert into auth.saml_providers (id, sso_provider_id, entity_id, metadata_xml)
select gen_random_uuid(), id, 'urn:okta', '<EntityDescriptor/>' from auth.sso_providers;
insert into auth.flow_state (id, provider_type, code_challenge_method, authentication_method)
values (gen_random_uuid(), 'email', 's256', 'magiclink');
insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to)
select gen_random_uuid(), id, 'recovery_token', md5(email), email from auth.users limit 4;
insert into auth.oauth_clients (id, registration_type, redirect_uris, grant_types, token_endpoint_auth_method)
values ('0c0c0c0c-0000-4000-8000-000000000001', 'manual', 'https://app.example.com', 'code', 'none');
insert into auth.oauth_consents (id, user_id, client_id, scopes)
select gen_random_uuid(), id, '0c0c0c0c-0000-4000-8000-000000000001', 'email' from auth.users limit 2;
insert into auth.webauthn_credentials (user_id, credential_id, public_key)
select id, decode(md5(id::text), 'hex'), '\x00ff5c' from auth.users limit 2;

insert into public.sign_ups (user_id, token) select id, md5(id::text) from auth.users;
insert into storage.migrations (id, name, hash) values (0, 'create-migrations-table', md5(''));
insert into storage.buckets (id, name, public) values ('pictures', 'pictures', true), ('recordings', 'r', false);
insert into storage.objects (bucket_id, name, owner, metadata, version)
select 'recordings', id || '/calls/' || n || '.mp3', id, jsonb_build_object('size', n), md5(n::text)
from auth.users cross join generate_series(1, 3) as n;
insert into storage.s3_multipart_uploads (id, upload_signature, bucket_id, key, version)
values ('upload', 's', 'recordings', 'k', '1');
insert into storage.s3_multipart_uploads_parts (upload_id, part_number, bucket_id, key, etag, version)
values ('upload', 1, 'recordings', 'k', 'e', '1');
insert into realtime.schema_migrations values (20260709120000, '2026-08-20');
insert into realtime.subscription (subscription_id, entity, claims)
values (gen_random_uuid(), 'public.call_logs', '{"role": "authenticated"}');
insert into realtime.messages (topic, extension, payload, inserted_at)
values ('a', 'broadcast', '{}', '2026-08-20 12:00'), ('b', 'broadcast', '{"n": 1}', '2026-08-21 12:00');
insert into supabase_functions.hooks (hook_table_id, hook_name, request_id) values (1, 'tell_the_booking', 7);
insert into supabase_functions.migrations (version) values ('initial');
insert into supabase_migrations.schema_migrations values ('20260101000000', '{"select 1;"}', 'first');
insert into cron.job (schedule, command, jobname) values
    ('0 3 * * *', 'select public.cleanup_old_webhook_logs()', 'clean'),
    ('* * * * *', 'select public.tell_the_crm()', 'crm');
insert into cron.job_run_details (jobid, status) values (1, 'succeeded');
insert into net._http_response (id, status_code, content) values (1, 200, 'ok');
insert into vault.secrets (name, secret) values ('crm', 'bm90IGEgc2VjcmV0');
insert into reporting.totals select day, calls from public.calls_per_day;
refresh materialized view public.calls_per_day;
