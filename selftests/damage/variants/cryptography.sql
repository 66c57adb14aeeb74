create schema extensions;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create table public.keys (
    id uuid primary key default extensions.uuid_generate_v4(),
    digest bytea generated always as (extensions.digest(secret, 'sha256')) stored,
    secret text not null
);
insert into public.keys (id, secret) select md5(g::text)::uuid, 'secret ' || g from generate_series(1, 20) as g;
