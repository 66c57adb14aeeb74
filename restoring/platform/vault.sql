create schema if not exists vault;

create table vault.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text default '',
    secret text,
    key_id uuid,
    nonce bytea,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

-- The key stays with the platform: nothing here can be read in the clear.
create view vault.decrypted_secrets as
select id, name, description, secret, null::text as decrypted_secret, key_id, nonce, created_at, updated_at
from vault.secrets;

grant usage on schema vault to postgres, service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;
