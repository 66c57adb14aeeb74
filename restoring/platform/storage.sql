create schema storage;
grant usage on schema storage to public;

create table storage.buckets (
    id text primary key,
    name text not null,
    owner uuid,
    created_at timestamptz,
    updated_at timestamptz,
    public boolean,
    avif_autodetection boolean,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text
);

create table storage.objects (
    id uuid primary key default gen_random_uuid(),
    bucket_id text references storage.buckets (id),
    name text,
    owner uuid,
    created_at timestamptz,
    updated_at timestamptz,
    last_accessed_at timestamptz,
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    version text,
    owner_id text,
    user_metadata jsonb
);

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;

create function storage.foldername(name text) returns text[] language sql immutable as $$
    select (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1]
$$;

create function storage.filename(name text) returns text language sql immutable as $$
    select (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)]
$$;

create function storage.extension(name text) returns text language sql immutable as $$
    select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;
