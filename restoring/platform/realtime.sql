create schema realtime;

create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
create type realtime.equality_op as enum (
    'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'ilike', 'is', 'match', 'imatch'
);
create type realtime.user_defined_filter as (column_name text, op realtime.equality_op, value text);

create function realtime.to_regrole(role_name text) returns regrole language sql immutable as $$
    select role_name::regrole
$$;

create table realtime.schema_migrations (
    version bigint primary key,
    inserted_at timestamp(0)
);

create table realtime.subscription (
    id bigint generated always as identity primary key,
    subscription_id uuid,
    entity regclass,
    filters realtime.user_defined_filter[] default '{}',
    claims jsonb,
    claims_role regrole generated always as (realtime.to_regrole(claims ->> 'role')) stored,
    created_at timestamp default timezone('utc', now()),
    action_filter text default '*',
    selected_columns text[]
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
    binary_payload bytea,
    primary key (id, inserted_at)
) partition by range (inserted_at);

create table realtime.messages_default partition of realtime.messages default;

alter table realtime.messages enable row level security;

create function realtime.topic() returns text language sql stable as $$
    select nullif(current_setting('realtime.topic', true), '')
$$;

create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language sql as $$
    insert into realtime.messages (payload, event, topic, private, extension)
    values ($1, $2, $3, $4, 'broadcast')
$$;

create function realtime.send_binary(payload bytea, event text, topic text, private boolean default true)
returns void language sql as $$
    insert into realtime.messages (binary_payload, event, topic, private, extension)
    values ($1, $2, $3, $4, 'broadcast')
$$;

create function realtime.broadcast_changes(
    topic_name text,
    event_name text,
    operation text,
    table_name text,
    table_schema text,
    new record,
    old record,
    level text default 'ROW'
) returns void language plpgsql as $$
begin
    perform realtime.send(
        jsonb_build_object(
            'operation', operation, 'schema', table_schema, 'table', table_name,
            'record', new, 'old_record', old
        ),
        event_name,
        topic_name
    );
end
$$;

grant usage on schema realtime to postgres, anon, authenticated, service_role;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;
grant select on realtime.schema_migrations, realtime.subscription to postgres, anon, authenticated, service_role;
alter schema realtime owner to supabase_admin;
alter table realtime.schema_migrations owner to supabase_admin;
alter table realtime.subscription owner to supabase_realtime_admin;
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages_default owner to supabase_realtime_admin;
