create schema storage authorization supabase_storage_admin;
set role supabase_storage_admin;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.buckets (
    id text primary key,
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    type storage.buckettype default 'STANDARD',
    versioning_status text default 'DISABLED'
);

create table storage.buckets_analytics (
    name text,
    type storage.buckettype default 'ANALYTICS',
    format text default 'ICEBERG',
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    id uuid default gen_random_uuid() primary key,
    deleted_at timestamptz
);

create table storage.buckets_vectors (
    id text primary key,
    type storage.buckettype default 'VECTOR',
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

create table storage.iceberg_namespaces (
    id uuid default gen_random_uuid() primary key,
    bucket_name text,
    name text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    metadata jsonb default '{}',
    catalog_id uuid references storage.buckets_analytics (id)
);

create table storage.iceberg_tables (
    id uuid default gen_random_uuid() primary key,
    namespace_id uuid references storage.iceberg_namespaces (id),
    bucket_name text,
    name text,
    location text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    remote_table_id text,
    shard_key text,
    shard_id text,
    catalog_id uuid references storage.buckets_analytics (id)
);

create table storage.migrations (
    id integer primary key,
    name varchar(100),
    hash varchar(40),
    executed_at timestamp default current_timestamp
);

create table storage.objects (
    id uuid default gen_random_uuid() primary key,
    bucket_id text references storage.buckets (id),
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    version text,
    owner_id text,
    user_metadata jsonb,
    archived_at timestamptz,
    is_delete_marker boolean default false,
    is_versioned boolean default false,
    level integer
);

create table storage.s3_multipart_uploads (
    id text primary key,
    in_progress_size bigint default 0,
    upload_signature text,
    bucket_id text references storage.buckets (id),
    key text,
    version text,
    owner_id text,
    created_at timestamptz default now(),
    user_metadata jsonb,
    metadata jsonb
);

create table storage.s3_multipart_uploads_parts (
    id uuid default gen_random_uuid() primary key,
    upload_id text references storage.s3_multipart_uploads (id),
    size bigint default 0,
    part_number integer,
    bucket_id text references storage.buckets (id),
    key text,
    etag text,
    owner_id text,
    version text,
    created_at timestamptz default now()
);

create table storage.vector_indexes (
    id text default gen_random_uuid() primary key,
    name text,
    bucket_id text references storage.buckets_vectors (id),
    data_type text,
    dimension integer,
    distance_metric text,
    metadata_configuration jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

create function storage.foldername(name text) returns text[] language sql immutable as $$
    select (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1]
$$;

create function storage.filename(name text) returns text language sql immutable as $$
    select (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)]
$$;

create function storage.extension(name text) returns text language sql immutable as $$
    select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

create function storage.operation() returns text language sql stable as $$
    select current_setting('storage.operation', true)
$$;

create function storage.allow_any_operation(expected_operations text[]) returns boolean
language sql stable as $$
    select exists (
        select from unnest(expected_operations) as expected
        where expected <> ''
            and regexp_replace(expected, '^storage\.', '')
                = regexp_replace(storage.operation(), '^storage\.', '')
    )
$$;

create function storage.allow_only_operation(expected_operation text) returns boolean
language sql stable as $$
    select storage.allow_any_operation(array[expected_operation])
$$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language sql stable as $$
    select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id
    from storage.objects as o
    group by o.bucket_id
$$;

-- Releases of 2025 kept the folders of a bucket, and how deep each lies.

create function storage.get_level(name text) returns integer language sql immutable strict as $$
    select array_length(string_to_array(name, '/'), 1)
$$;

create table storage.prefixes (
    bucket_id text references storage.buckets (id),
    name text,
    level integer generated always as (storage.get_level(name)) stored,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    primary key (bucket_id, level, name)
);

do $$
declare
    secured name;
begin
    for secured in select tablename from pg_catalog.pg_tables where schemaname = 'storage' loop
        execute format('alter table storage.%I enable row level security', secured);
    end loop;
end
$$;

grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to postgres;
grant all on all tables in schema storage to postgres, service_role;
grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.buckets, storage.objects, storage.buckets_analytics, storage.prefixes
    to anon, authenticated;
grant select on storage.buckets_vectors, storage.iceberg_namespaces, storage.iceberg_tables,
    storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts, storage.vector_indexes
    to anon, authenticated;
reset role;
