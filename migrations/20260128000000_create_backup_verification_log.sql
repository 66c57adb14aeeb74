-- The log of backup verifications: one row for each run, readable by nobody but its owner and
-- service_role. Applies as often as one likes, by any tool: all of it is one statement, so that it
-- is applied whole or not at all, even by a psql that goes on after an error.

do $migration$
declare
    lacking text;
    reader text;
begin
    perform pg_catalog.pg_advisory_xact_lock(20260128000000);

    create table if not exists public.backup_verification_log (
        id uuid primary key default gen_random_uuid(),
        verified_at timestamptz not null default now(),
        backup_id text,
        backup_age_hours integer,
        backup_size_mb integer,
        status text not null,
        checks_passed integer not null default 0,
        checks_failed integer not null default 0,
        error_details jsonb,
        verification_details jsonb,
        created_at timestamptz not null default now(),
        constraint backup_verification_log_status_check
            check (status in ('success', 'warning', 'failure')),
        constraint backup_verification_log_counts_check
            check (checks_passed >= 0 and checks_failed >= 0)
    );

    -- A table of somebody else's making is left as it is. More columns than these are welcome.
    select string_agg(wanted.what, ', ') into lacking
    from unnest(array[
        'id uuid not null default',
        'verified_at timestamp with time zone not null default',
        'backup_id text',
        'backup_age_hours integer',
        'backup_size_mb integer',
        'status text not null',
        'checks_passed integer not null default',
        'checks_failed integer not null default',
        'error_details jsonb',
        'verification_details jsonb',
        'created_at timestamp with time zone not null default',
        'primary key (id)',
        'constraint backup_verification_log_status_check',
        'constraint backup_verification_log_counts_check'
    ]) as wanted (what)
    where wanted.what not in (
        select concat(
            attname, ' ', format_type(atttypid, atttypmod),
            case when attnotnull then ' not null' end, case when atthasdef then ' default' end
        )
        from pg_catalog.pg_attribute
        where attrelid = 'public.backup_verification_log'::regclass
            and attnum > 0 and not attisdropped
        union all
        select case contype
            when 'p' then lower(pg_get_constraintdef(oid)) else 'constraint ' || conname
        end
        from pg_catalog.pg_constraint
        where conrelid = 'public.backup_verification_log'::regclass
    );
    if lacking is not null then
        raise exception 'another table has the name public.backup_verification_log; it lacks: %',
            lacking
            using errcode = 'duplicate_table', hint = 'Move it away (create schema old; '
                'alter table public.backup_verification_log set schema old), '
                'then apply this migration again.';
    end if;

    -- The latest run, and the runs of the last days.
    create index if not exists backup_verification_log_verified_at_idx
        on public.backup_verification_log (verified_at desc);
    -- The last success, however long ago it was.
    create index if not exists backup_verification_log_success_idx
        on public.backup_verification_log (verified_at desc) where status = 'success';
    -- When a backup was verified first: the same one day after day is a backup job that stopped.
    create index if not exists backup_verification_log_backup_id_idx
        on public.backup_verification_log (backup_id, verified_at);
    -- The rows that have grown old.
    create index if not exists backup_verification_log_created_at_idx
        on public.backup_verification_log (created_at);

    create or replace function public.get_latest_backup_verification()
    returns table (
        id uuid,
        verified_at timestamptz,
        backup_id text,
        backup_age_hours integer,
        backup_size_mb integer,
        status text,
        checks_passed integer,
        checks_failed integer,
        error_details jsonb,
        verification_details jsonb,
        created_at timestamptz,
        last_success_at timestamptz,
        backup_first_verified_at timestamptz
    )
    language sql stable security invoker set search_path = ''
    as $function$
        select
            latest.id, latest.verified_at, latest.backup_id, latest.backup_age_hours,
            latest.backup_size_mb, latest.status, latest.checks_passed, latest.checks_failed,
            latest.error_details, latest.verification_details, latest.created_at,
            (
                select max(success.verified_at) from public.backup_verification_log as success
                where success.status = 'success'
            ),
            (
                select min(same.verified_at) from public.backup_verification_log as same
                where same.backup_id = latest.backup_id
            )
        from public.backup_verification_log as latest
        order by latest.verified_at desc
        limit 1
    $function$;

    create or replace function public.get_backup_verification_history(days integer default 30)
    returns setof public.backup_verification_log
    language sql stable security invoker set search_path = ''
    as $function$
        select log.* from public.backup_verification_log as log
        where log.verified_at >= now() - make_interval(
            days => least(greatest(coalesce(get_backup_verification_history.days, 30), 0), 36500)
        )
        order by log.verified_at desc
    $function$;

    -- By created_at, the database's own clock: that of the machine which verified may be wrong.
    create or replace function public.cleanup_old_backup_verification_logs()
    returns integer
    language sql volatile security invoker set search_path = ''
    as $function$
        with deleted as (
            delete from public.backup_verification_log as log
            where log.created_at < now() - interval '90 days'
            returning 1
        )
        select count(*)::integer from deleted
    $function$;

    comment on table public.backup_verification_log is
        'One row for each verification of a backup; written by the backup verification suite.';
    comment on function public.get_latest_backup_verification() is
        'The latest verification, when one last succeeded, and when this backup was first verified.';
    comment on function public.get_backup_verification_history(integer) is
        'The verifications of the last days (30 when not said), the latest first.';
    comment on function public.cleanup_old_backup_verification_logs() is
        'Deletes the rows written more than 90 days ago; returns how many.';

    -- The roles are Supabase's, whose default privileges may have granted everything to each.
    alter table public.backup_verification_log enable row level security;
    for reader in
        select 'public' union all
        select quote_ident(rolname) from pg_catalog.pg_roles
        where rolname in ('anon', 'authenticated', 'service_role')
    loop
        execute 'revoke all on table public.backup_verification_log from ' || reader;
        execute 'revoke all on function public.get_latest_backup_verification(),
            public.get_backup_verification_history(integer),
            public.cleanup_old_backup_verification_logs() from ' || reader;
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant select, insert, delete on table public.backup_verification_log to service_role;
        grant execute on function public.get_latest_backup_verification(),
            public.get_backup_verification_history(integer),
            public.cleanup_old_backup_verification_logs() to service_role;
    end if;
end
$migration$;
