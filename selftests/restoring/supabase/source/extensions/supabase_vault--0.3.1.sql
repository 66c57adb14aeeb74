create table vault.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
);
select pg_extension_config_dump('vault.secrets', '');
create view vault.decrypted_secrets as select *, secret as decrypted_secret from vault.secrets;
