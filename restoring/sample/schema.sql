-- A telephone receptionist that talks: each organization has agents that answer its calls, know
-- its papers and book its appointments. Shaped as a Supabase project shapes such a database.
-- Run by a superuser in an empty database that the role postgres owns, after roles.sql.

-- auth: a Supabase project brings more, but this is what public reaches into.

create schema auth authorization supabase_auth_admin;
set role supabase_auth_admin;

create table auth.users (
    id uuid primary key,
    email text not null unique,
    raw_user_meta_data jsonb not null default '{}',
    created_at timestamptz not null default now()
);
comment on table auth.users is 'Who can sign in; written by the auth service alone.';
alter table auth.users enable row level security;

create function auth.jwt() returns jsonb
language sql stable
as $$
    select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
comment on function auth.jwt() is 'The claims of the token that the request came with.';

create function auth.uid() returns uuid
language sql stable
as $$
    select (auth.jwt() ->> 'sub')::uuid
$$;
comment on function auth.uid() is 'The user that the request came from, null for none.';

create function auth.role() returns text
language sql stable
as $$
    select auth.jwt() ->> 'role'
$$;
comment on function auth.role() is 'The role that the request asks for.';

grant usage on schema auth to postgres, anon, authenticated, service_role;
grant select, insert, update, delete, references on auth.users to postgres;

-- extensions

set role postgres;

create schema extensions;
grant usage on schema extensions to anon, authenticated, service_role;

reset role;
create extension vector with schema extensions;
set role postgres;

-- tables

create type public.appointment_status as enum (
    'pending', 'confirmed', 'completed', 'cancelled', 'no_show'
);

create table public.organizations (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    slug text not null unique check (slug ~ '^[a-z0-9-]+$'),
    time_zone text not null default 'UTC',
    plan text not null default 'starter' check (plan in ('starter', 'clinic', 'group')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.organizations is 'The tenants: everything else belongs to one of them.';

create table public.profiles (
    id uuid primary key references auth.users (id) on delete cascade,
    organization_id uuid not null references public.organizations (id) on delete cascade,
    full_name text not null,
    role text not null default 'member' check (role in ('owner', 'admin', 'member')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.profiles is 'A user as a member of one organization.';

create table public.agents (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references public.organizations (id) on delete cascade,
    name text not null,
    voice text not null,
    system_prompt text not null,
    settings jsonb not null default '{}',
    active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name)
);
comment on table public.agents is 'The voices that answer the telephone.';
comment on column public.agents.settings is 'Language, speed and how long a silence may last.';

create table public.contacts (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references public.organizations (id) on delete cascade,
    full_name text not null,
    phone text not null,
    email text,
    notes text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, phone)
);
comment on table public.contacts is 'Who calls an organization or is called by it.';

create sequence public.booking_number_seq start with 1001;

create table public.appointments (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references public.organizations (id) on delete cascade,
    agent_id uuid not null references public.agents (id) on delete restrict,
    contact_id uuid not null references public.contacts (id) on delete cascade,
    booking_number bigint not null unique default nextval('public.booking_number_seq'),
    status public.appointment_status not null default 'pending',
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    notes text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (ends_at > starts_at)
);
alter sequence public.booking_number_seq owned by public.appointments.booking_number;
comment on table public.appointments is 'What the agents booked.';
comment on column public.appointments.booking_number is 'The number that a caller is told.';

create table public.call_logs (
    id bigint generated always as identity primary key,
    organization_id uuid not null references public.organizations (id) on delete cascade,
    agent_id uuid not null references public.agents (id) on delete restrict,
    contact_id uuid references public.contacts (id) on delete set null,
    direction text not null check (direction in ('inbound', 'outbound')),
    started_at timestamptz not null,
    duration_seconds integer not null check (duration_seconds >= 0),
    cost_usd numeric(8, 4) not null default 0,
    transcript text not null,
    analysis jsonb not null default '{}'
);
comment on table public.call_logs is 'Every call, word by word.';

create table public.knowledge_base_chunks (
    id bigserial primary key,
    organization_id uuid not null references public.organizations (id) on delete cascade,
    source text not null,
    position integer not null check (position >= 0),
    content text not null,
    embedding extensions.vector(1536) not null,
    created_at timestamptz not null default now(),
    unique (organization_id, source, position)
);
comment on table public.knowledge_base_chunks is 'What the agents may quote, in pieces.';

create table public.webhook_logs (
    id bigint generated by default as identity primary key,
    organization_id uuid references public.organizations (id) on delete cascade,
    event text not null,
    payload jsonb not null,
    received_at timestamptz not null default now()
);
comment on table public.webhook_logs is 'What the telephone provider told us, kept for a while.';

create index agents_organization_id_idx on public.agents (organization_id);
create index profiles_organization_id_idx on public.profiles (organization_id);
create index appointments_agent_id_starts_at_idx on public.appointments (agent_id, starts_at)
    where status in ('pending', 'confirmed');
create index appointments_organization_id_idx on public.appointments (organization_id);
create index appointments_contact_id_idx on public.appointments (contact_id);
create index call_logs_organization_id_started_at_idx
    on public.call_logs (organization_id, started_at desc);
create index call_logs_contact_id_idx on public.call_logs (contact_id);
create index webhook_logs_received_at_idx on public.webhook_logs (received_at);
create index knowledge_base_chunks_embedding_idx on public.knowledge_base_chunks
    using hnsw (embedding extensions.vector_cosine_ops);

-- functions

create function public.current_organization_id() returns uuid
language sql stable security definer
set search_path = ''
as $$
    select organization_id from public.profiles where id = (select auth.uid())
$$;
comment on function public.current_organization_id() is
    'The tenant of whoever asks. SECURITY DEFINER, or the policy on profiles would ask itself.';

create function public.is_organization_admin() returns boolean
language sql stable security definer
set search_path = ''
as $$
    select exists (
        select from public.profiles
        where id = (select auth.uid()) and role in ('owner', 'admin')
    )
$$;

create function public.set_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create function public.book_appointment_with_lock(
    p_agent_id uuid,
    p_contact_id uuid,
    p_starts_at timestamptz,
    p_ends_at timestamptz
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
    v_organization_id uuid;
    v_appointment_id uuid;
begin
    -- Two callers may want the same hour of the same agent: the second waits here for the first.
    select organization_id into v_organization_id
    from public.agents
    where id = p_agent_id and active
    for update;

    if v_organization_id is null
        or (
            auth.role() is distinct from 'service_role'
            and v_organization_id is distinct from public.current_organization_id()
        )
    then
        raise exception 'no such agent' using errcode = 'no_data_found';
    end if;
    if not exists (
        select from public.contacts
        where id = p_contact_id and organization_id = v_organization_id
    ) then
        raise exception 'no such contact' using errcode = 'no_data_found';
    end if;
    if exists (
        select from public.appointments
        where agent_id = p_agent_id
            and status in ('pending', 'confirmed')
            and starts_at < p_ends_at
            and ends_at > p_starts_at
    ) then
        raise exception 'the time is taken' using errcode = 'exclusion_violation';
    end if;

    insert into public.appointments (
        organization_id, agent_id, contact_id, status, starts_at, ends_at
    )
    values (v_organization_id, p_agent_id, p_contact_id, 'confirmed', p_starts_at, p_ends_at)
    returning id into v_appointment_id;
    return v_appointment_id;
end
$$;
comment on function public.book_appointment_with_lock(uuid, uuid, timestamptz, timestamptz) is
    'Books, or raises when the agent is taken; returns the id of the appointment.';

create function public.cleanup_old_webhook_logs(days integer default 30) returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
    v_deleted bigint;
begin
    if days is null or days < 1 then
        raise exception 'days must be at least 1' using errcode = 'invalid_parameter_value';
    end if;
    delete from public.webhook_logs where received_at < now() - make_interval(days => days);
    get diagnostics v_deleted = row_count;
    return v_deleted;
end
$$;
comment on function public.cleanup_old_webhook_logs(integer) is
    'Deletes what is older than so many days; returns how many rows that were.';

-- triggers

create trigger set_updated_at before update on public.organizations
    for each row execute function public.set_updated_at();
create trigger set_updated_at before update on public.profiles
    for each row execute function public.set_updated_at();
create trigger set_updated_at before update on public.agents
    for each row execute function public.set_updated_at();
create trigger set_updated_at before update on public.contacts
    for each row execute function public.set_updated_at();
create trigger set_updated_at before update on public.appointments
    for each row execute function public.set_updated_at();

-- row security

alter table public.organizations enable row level security;
alter table public.profiles enable row level security;
alter table public.agents enable row level security;
alter table public.contacts enable row level security;
alter table public.appointments enable row level security;
alter table public.call_logs enable row level security;
alter table public.knowledge_base_chunks enable row level security;
alter table public.webhook_logs enable row level security;

create policy "Members see their organization" on public.organizations
    for select to authenticated
    using (id = (select public.current_organization_id()));
create policy "Admins change their organization" on public.organizations
    for update to authenticated
    using (
        id = (select public.current_organization_id()) and (select public.is_organization_admin())
    )
    with check (id = (select public.current_organization_id()));

create policy "Members see their colleagues" on public.profiles
    for select to authenticated
    using (
        id = (select auth.uid()) or organization_id = (select public.current_organization_id())
    );

create policy "Members see their agents" on public.agents
    for select to authenticated
    using (organization_id = (select public.current_organization_id()));
create policy "Admins change their agents" on public.agents
    for all to authenticated
    using (
        organization_id = (select public.current_organization_id())
        and (select public.is_organization_admin())
    )
    with check (
        organization_id = (select public.current_organization_id())
        and (select public.is_organization_admin())
    );

create policy "Members keep their contacts" on public.contacts
    for all to authenticated
    using (organization_id = (select public.current_organization_id()))
    with check (organization_id = (select public.current_organization_id()));

create policy "Members see their appointments" on public.appointments
    for select to authenticated
    using (organization_id = (select public.current_organization_id()));
create policy "Members change their appointments" on public.appointments
    for update to authenticated
    using (organization_id = (select public.current_organization_id()))
    with check (organization_id = (select public.current_organization_id()));

create policy "Members see their calls" on public.call_logs
    for select to authenticated
    using (
        organization_id in (
            select p.organization_id from public.profiles as p where p.id = (select auth.uid())
        )
    );

create policy "Members see their papers" on public.knowledge_base_chunks
    for select to authenticated
    using (organization_id = (select public.current_organization_id()));
create policy "Admins change their papers" on public.knowledge_base_chunks
    for all to authenticated
    using (
        organization_id = (select public.current_organization_id())
        and (select public.is_organization_admin())
    )
    with check (
        organization_id = (select public.current_organization_id())
        and (select public.is_organization_admin())
    );

create policy "The backend does everything" on public.organizations
    for all to service_role using (true) with check (true);
create policy "The backend does everything" on public.profiles
    for all to service_role using (true) with check (true);
create policy "The backend does everything" on public.agents
    for all to service_role using (true) with check (true);
create policy "The backend does everything" on public.contacts
    for all to service_role using (true) with check (true);
create policy "The backend does everything" on public.appointments
    for all to service_role using (true) with check (true);
create policy "The backend does everything" on public.call_logs
    for all to service_role using (true) with check (true);
create policy "The backend does everything" on public.knowledge_base_chunks
    for all to service_role using (true) with check (true);
create policy "The backend does everything" on public.webhook_logs
    for all to service_role using (true) with check (true);

-- grants

reset role;
grant usage on schema public to postgres, anon, authenticated, service_role;
set role postgres;

grant all on all tables in schema public to service_role;
grant all on all sequences in schema public to service_role;
grant select on public.organizations, public.agents to anon;
grant select on public.call_logs to authenticated;
grant select, update on public.organizations, public.appointments to authenticated;
grant select on public.profiles to authenticated;
grant select, insert, update, delete
    on public.agents, public.contacts, public.knowledge_base_chunks to authenticated;
grant usage on sequence public.knowledge_base_chunks_id_seq to authenticated;

revoke execute on all functions in schema public from public;
grant execute on function public.current_organization_id(), public.is_organization_admin()
    to authenticated, service_role;
grant execute
    on function public.book_appointment_with_lock(uuid, uuid, timestamptz, timestamptz)
    to authenticated, service_role;
grant execute on function public.cleanup_old_webhook_logs(integer) to service_role;

reset role;
