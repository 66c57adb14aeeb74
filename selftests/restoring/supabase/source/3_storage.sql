-- What the storage service makes for itself.

create schema storage authorization supabase_admin;
grant all on schema storage to supabase_storage_admin with grant option;
grant all on schema storage to postgres, dashboard_user;
grant usage on schema storage to anon, authenticated, service_role;
set role supabase_storage_admin;
alter default privileges in schema storage grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges in schema storage
    grant all on functions to postgres, anon, authenticated, service_role;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.buckets (
    id text primary key,
    name text not null,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    type storage.buckettype not null default 'STANDARD',
    versioning_status text not null default 'DISABLED'
);

create table storage.buckets_analytics (
    name text not null,
    type storage.buckettype not null default 'ANALYTICS',
    format text not null default 'ICEBERG',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    id uuid default gen_random_uuid() primary key,
    deleted_at timestamptz
);

create table storage.buckets_vectors (
    id text primary key,
    type storage.buckettype not null default 'VECTOR',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table storage.iceberg_namespaces (
    id uuid default gen_random_uuid() primary key,
    bucket_name text not null,
    name text not null collate pg_catalog."C",
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    metadata jsonb not null default '{}',
    catalog_id uuid not null references storage.buckets_analytics (id) on delete cascade
);

create table storage.iceberg_tables (
    id uuid default gen_random_uuid() primary key,
    namespace_id uuid not null references storage.iceberg_namespaces (id) on delete cascade,
    bucket_name text not null,
    name text not null collate pg_catalog."C",
    location text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    remote_table_id text,
    shard_key text,
    shard_id text,
    catalog_id uuid not null references storage.buckets_analytics (id) on delete cascade
);

create table storage.migrations (
    id integer primary key,
    name varchar(100) not null unique,
    hash varchar(40) not null,
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
    is_delete_marker boolean not null default false,
    is_versioned boolean not null default false
);

create table storage.s3_multipart_uploads (
    id text primary key,
    in_progress_size bigint not null default 0,
    upload_signature text not null,
    bucket_id text not null references storage.buckets (id),
    key text not null collate pg_catalog."C",
    version text not null,
    owner_id text,
    created_at timestamptz not null default now(),
    user_metadata jsonb,
    metadata jsonb
);

create table storage.s3_multipart_uploads_parts (
    id uuid default gen_random_uuid() primary key,
    upload_id text not null references storage.s3_multipart_uploads (id) on delete cascade,
    size bigint not null default 0,
    part_number integer not null,
    bucket_id text not null references storage.buckets (id),
    key text not null collate pg_catalog."C",
    etag text not null,
    owner_id text,
    version text not null,
    created_at timestamptz not null default now()
);

create table storage.vector_indexes (
    id text default gen_random_uuid() primary key,
    name text not null collate pg_catalog."C",
    bucket_id text not null references storage.buckets_vectors (id),
    data_type text not null,
    dimension integer not null,
    distance_metric text not null,
    metadata_configuration jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create unique index bname on storage.buckets (name);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");

create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
    parts text[] := string_to_array(name, '/');
begin
    return parts[1 : array_length(parts, 1) - 1];
end
$$;
create function storage.filename(name text) returns text language plpgsql immutable as $$
begin
    return split_part(name, '/', -1);
end
$$;
create function storage.extension(name text) returns text language plpgsql immutable as $$
begin
    return reverse(split_part(reverse(storage.filename(name)), '.', 1));
end
$$;
create function storage.operation() returns text language plpgsql stable as $$
begin
    return current_setting('storage.operation', true);
end
$$;
create function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end
$$;
create function storage.protect_delete() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
        raise exception 'objects are deleted by the service alone' using errcode = '42501';
    end if;
    return null;
end
$$;
create trigger update_objects_updated_at before update on storage.objects
    for each row execute function storage.update_updated_at_column();
create trigger protect_objects_delete before delete on storage.objects
    for each statement execute function storage.protect_delete();

do $$
declare
    secured name;
begin
    for secured in select tablename from pg_catalog.pg_tables where schemaname = 'storage' loop
        execute format('alter table storage.%I enable row level security', secured);
    end loop;
end
$$;
grant all on storage.buckets, storage.objects to postgres with grant option;
revoke all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts, storage.migrations
    from anon, authenticated;
grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to anon, authenticated;
reset role;

create policy "Everybody sees the pictures" on storage.objects
    for select using (bucket_id = 'pictures' and storage.extension(name) = 'png');
create policy "Members keep their recordings" on storage.objects
    for all to authenticated
    using (bucket_id = 'recordings' and (storage.foldername(name))[1] = (select auth.uid())::text)
    with check (bucket_id = 'recordings' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "Nobody writes at night" on storage.objects as restrictive
    for update to authenticated, anon using (extract(hour from now()) > 5);
create policy "Members see the buckets" on storage.buckets for select to authenticated using (not public);
