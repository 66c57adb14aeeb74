create schema auth authorization supabase_auth_admin;
set role supabase_auth_admin;

create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
create type auth.code_challenge_method as enum ('s256', 'plain');
create type auth.factor_status as enum ('unverified', 'verified');
create type auth.factor_type as enum ('totp', 'webauthn', 'phone');
create type auth.oauth_authorization_status as enum ('pending', 'approved', 'denied', 'expired');
create type auth.oauth_client_type as enum ('public', 'confidential');
create type auth.oauth_registration_type as enum ('dynamic', 'manual');
create type auth.oauth_response_type as enum ('code');
create type auth.one_time_token_type as enum (
    'confirmation_token',
    'reauthentication_token',
    'recovery_token',
    'email_change_token_new',
    'email_change_token_current',
    'phone_change_token'
);

-- Keys and types as the service has them; what else it demands of a row changes with its releases.

create table auth.audit_log_entries (
    instance_id uuid,
    id uuid primary key,
    payload json,
    created_at timestamptz,
    ip_address varchar(64) default ''
);

create table auth.custom_oauth_providers (
    id uuid default gen_random_uuid() primary key,
    provider_type text,
    identifier text,
    name text,
    client_id text,
    client_secret text,
    acceptable_client_ids text[] default '{}',
    scopes text[] default '{}',
    pkce_enabled boolean default true,
    attribute_mapping jsonb default '{}',
    authorization_params jsonb default '{}',
    enabled boolean default true,
    email_optional boolean default false,
    issuer text,
    discovery_url text,
    skip_nonce_check boolean default false,
    cached_discovery jsonb,
    discovery_cached_at timestamptz,
    authorization_url text,
    token_url text,
    userinfo_url text,
    jwks_uri text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    custom_claims_allowlist text[] default '{}'
);

create table auth.flow_state (
    id uuid primary key,
    user_id uuid,
    auth_code text,
    code_challenge_method auth.code_challenge_method,
    code_challenge text,
    provider_type text,
    provider_access_token text,
    provider_refresh_token text,
    created_at timestamptz,
    updated_at timestamptz,
    authentication_method text,
    auth_code_issued_at timestamptz,
    invite_token text,
    referrer text,
    oauth_client_state_id uuid,
    linking_target_id uuid,
    email_optional boolean default false
);

create table auth.instances (
    id uuid primary key,
    uuid uuid,
    raw_base_config text,
    created_at timestamptz,
    updated_at timestamptz
);

create table auth.oauth_client_states (
    id uuid primary key,
    provider_type text,
    code_verifier text,
    created_at timestamptz
);

create table auth.oauth_clients (
    id uuid primary key,
    client_secret_hash text,
    registration_type auth.oauth_registration_type,
    redirect_uris text,
    grant_types text,
    client_name text,
    client_uri text,
    logo_uri text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    deleted_at timestamptz,
    client_type auth.oauth_client_type default 'confidential',
    token_endpoint_auth_method text
);

create table auth.schema_migrations (
    version varchar(255) primary key
);

create table auth.sso_providers (
    id uuid primary key,
    resource_id text,
    created_at timestamptz,
    updated_at timestamptz,
    disabled boolean
);

create table auth.users (
    instance_id uuid,
    id uuid primary key,
    aud varchar(255),
    role varchar(255),
    email varchar(255),
    encrypted_password varchar(255),
    email_confirmed_at timestamptz,
    invited_at timestamptz,
    confirmation_token varchar(255),
    confirmation_sent_at timestamptz,
    recovery_token varchar(255),
    recovery_sent_at timestamptz,
    email_change_token_new varchar(255),
    email_change varchar(255),
    email_change_sent_at timestamptz,
    last_sign_in_at timestamptz,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_super_admin boolean,
    created_at timestamptz,
    updated_at timestamptz,
    phone text,
    phone_confirmed_at timestamptz,
    phone_change text default '',
    phone_change_token varchar(255) default '',
    phone_change_sent_at timestamptz,
    confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
    email_change_token_current varchar(255) default '',
    email_change_confirm_status smallint default 0,
    banned_until timestamptz,
    reauthentication_token varchar(255) default '',
    reauthentication_sent_at timestamptz,
    is_sso_user boolean default false,
    deleted_at timestamptz,
    is_anonymous boolean default false
);

create table auth.webauthn_challenges (
    id uuid default gen_random_uuid() primary key,
    user_id uuid references auth.users (id),
    challenge_type text,
    session_data jsonb,
    created_at timestamptz default now(),
    expires_at timestamptz
);

create table auth.webauthn_credentials (
    id uuid default gen_random_uuid() primary key,
    user_id uuid references auth.users (id),
    credential_id bytea,
    public_key bytea,
    attestation_type text default '',
    aaguid uuid,
    sign_count bigint default 0,
    transports jsonb default '[]',
    backup_eligible boolean default false,
    backed_up boolean default false,
    friendly_name text default '',
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_used_at timestamptz
);

create table auth.identities (
    provider_id text,
    user_id uuid references auth.users (id),
    identity_data jsonb,
    provider text,
    last_sign_in_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    email text generated always as (lower((identity_data ->> 'email'))) stored,
    id uuid default gen_random_uuid() primary key
);

create table auth.mfa_factors (
    id uuid primary key,
    user_id uuid references auth.users (id),
    friendly_name text,
    factor_type auth.factor_type,
    status auth.factor_status,
    created_at timestamptz,
    updated_at timestamptz,
    secret text,
    phone text,
    last_challenged_at timestamptz,
    web_authn_credential jsonb,
    web_authn_aaguid uuid,
    last_webauthn_challenge_data jsonb
);

create table auth.oauth_authorizations (
    id uuid primary key,
    authorization_id text,
    client_id uuid references auth.oauth_clients (id),
    user_id uuid references auth.users (id),
    redirect_uri text,
    scope text,
    state text,
    resource text,
    code_challenge text,
    code_challenge_method auth.code_challenge_method,
    response_type auth.oauth_response_type default 'code',
    status auth.oauth_authorization_status default 'pending',
    authorization_code text,
    created_at timestamptz default now(),
    expires_at timestamptz default (now() + '00:03:00'),
    approved_at timestamptz,
    nonce text
);

create table auth.oauth_consents (
    id uuid primary key,
    user_id uuid references auth.users (id),
    client_id uuid references auth.oauth_clients (id),
    scopes text,
    granted_at timestamptz default now(),
    revoked_at timestamptz
);

create table auth.one_time_tokens (
    id uuid primary key,
    user_id uuid references auth.users (id),
    token_type auth.one_time_token_type,
    token_hash text,
    relates_to text,
    created_at timestamp default now(),
    updated_at timestamp default now()
);

create table auth.saml_providers (
    id uuid primary key,
    sso_provider_id uuid references auth.sso_providers (id),
    entity_id text,
    metadata_xml text,
    metadata_url text,
    attribute_mapping jsonb,
    created_at timestamptz,
    updated_at timestamptz,
    name_id_format text
);

create table auth.saml_relay_states (
    id uuid primary key,
    sso_provider_id uuid references auth.sso_providers (id),
    request_id text,
    for_email text,
    redirect_to text,
    created_at timestamptz,
    updated_at timestamptz,
    flow_state_id uuid references auth.flow_state (id)
);

create table auth.sessions (
    id uuid primary key,
    user_id uuid references auth.users (id),
    created_at timestamptz,
    updated_at timestamptz,
    factor_id uuid,
    aal auth.aal_level,
    not_after timestamptz,
    refreshed_at timestamp,
    user_agent text,
    ip inet,
    tag text,
    oauth_client_id uuid references auth.oauth_clients (id),
    refresh_token_hmac_key text,
    refresh_token_counter bigint,
    scopes text
);

create table auth.sso_domains (
    id uuid primary key,
    sso_provider_id uuid references auth.sso_providers (id),
    domain text,
    created_at timestamptz,
    updated_at timestamptz
);

create table auth.mfa_amr_claims (
    session_id uuid references auth.sessions (id),
    created_at timestamptz,
    updated_at timestamptz,
    authentication_method text,
    id uuid primary key
);

create table auth.mfa_challenges (
    id uuid primary key,
    factor_id uuid references auth.mfa_factors (id),
    created_at timestamptz,
    verified_at timestamptz,
    ip_address inet,
    otp_code text,
    web_authn_session_data jsonb
);

create table auth.refresh_tokens (
    instance_id uuid,
    id bigserial primary key,
    token varchar(255),
    user_id varchar(255),
    revoked boolean,
    created_at timestamptz,
    updated_at timestamptz,
    parent varchar(255),
    session_id uuid references auth.sessions (id)
);

create function auth.jwt() returns jsonb language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;

create function auth.uid() returns uuid language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
    )::uuid
$$;

create function auth.role() returns text language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    )
$$;

create function auth.email() returns text language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.email', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
    )
$$;

do $$
declare
    secured name;
begin
    foreach secured in array array[
        'audit_log_entries', 'flow_state', 'identities', 'instances', 'mfa_amr_claims', 'mfa_challenges',
        'mfa_factors', 'one_time_tokens', 'refresh_tokens', 'saml_providers', 'saml_relay_states',
        'schema_migrations', 'sessions', 'sso_domains', 'sso_providers', 'users'
    ] loop
        execute format('alter table auth.%I enable row level security', secured);
    end loop;
end
$$;

grant usage on schema auth to postgres, anon, authenticated, service_role;
grant all on all tables in schema auth to postgres;
grant all on all sequences in schema auth to postgres;
reset role;
