-- The incidents that are open: for each target and channel the thread in which the failing runs are
-- spoken of. Readable by nobody but its owner and service_role. Applies as often as one likes, by any
-- tool: all of it is one statement, so that it is applied whole or not at all.

do $migration$
declare
    lacking text;
    reader text;
begin
    perform pg_catalog.pg_advisory_xact_lock(20261123000000);

    create table if not exists public.backup_verification_incident (
        target text not null,
        channel text not null,
        thread text not null,
        status text not null,
        failing jsonb not null,
        opened_at timestamptz not null,
        seen_at timestamptz not null,
        runs integer not null,
        quiet_runs integer not null,
        constraint backup_verification_incident_pkey primary key (target, channel),
        constraint backup_verification_incident_status_check check (status in ('warning', 'failure')),
        constraint backup_verification_incident_runs_check check (runs > 0 and quiet_runs >= 0)
    );

    -- A table of somebody else's making is left as it is. More columns than these are welcome.
    select string_agg(wanted.what, ', ') into lacking
    from unnest(array[
        'target text not null',
        'channel text not null',
        'thread text not null',
        'status text not null',
        'failing jsonb not null',
        'opened_at timestamp with time zone not null',
        'seen_at timestamp with time zone not null',
        'runs integer not null',
        'quiet_runs integer not null',
        'primary key (target, channel)',
        'constraint backup_verification_incident_status_check',
        'constraint backup_verification_incident_runs_check'
    ]) as wanted (what)
    where wanted.what not in (
        select concat(attname, ' ', format_type(atttypid, atttypmod), case when attnotnull then ' not null' end)
        from pg_catalog.pg_attribute
        where attrelid = 'public.backup_verification_incident'::regclass
            and attnum > 0 and not attisdropped
        union all
        select case contype
            when 'p' then lower(pg_get_constraintdef(oid)) else 'constraint ' || conname
        end
        from pg_catalog.pg_constraint
        where conrelid = 'public.backup_verification_incident'::regclass
    );
    if lacking is not null then
        raise exception 'another table has the name public.backup_verification_incident; it lacks: %',
            lacking
            using errcode = 'duplicate_table', hint = 'Move it away (create schema old; '
                'alter table public.backup_verification_incident set schema old), '
                'then apply this migration again.';
    end if;

    comment on table public.backup_verification_incident is
        'One row for each open incident of a target in a channel; kept by the backup verification suite.';

    -- The roles are Supabase's, whose default privileges may have granted everything to each.
    alter table public.backup_verification_incident enable row level security;
    for reader in
        select 'public' union all
        select quote_ident(rolname) from pg_catalog.pg_roles
        where rolname in ('anon', 'authenticated', 'service_role')
    loop
        execute 'revoke all on table public.backup_verification_incident from ' || reader;
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant select, insert, update, delete on table public.backup_verification_incident to service_role;
    end if;
end
$migration$;
