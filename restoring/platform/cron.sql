create schema if not exists cron;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
    jobid bigint primary key default nextval('cron.jobid_seq'),
    schedule text,
    command text,
    nodename text default 'localhost',
    nodeport integer default 5432,
    database text default current_database(),
    username text default current_user,
    active boolean default true,
    jobname text
);

create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default nextval('cron.runid_seq'),
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);

-- Jobs are kept as rows here, and no worker reads them.

create function cron.schedule(schedule text, command text) returns bigint language sql as $$
    insert into cron.job (schedule, command) values ($1, $2) returning jobid
$$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
    insert into cron.job (jobname, schedule, command) values ($1, $2, $3) returning jobid
$$;

create function cron.unschedule(job_id bigint) returns boolean language sql as $$
    with gone as (delete from cron.job where jobid = $1 returning 1) select exists (select from gone)
$$;

create function cron.unschedule(job_name text) returns boolean language sql as $$
    with gone as (delete from cron.job where jobname = $1 returning 1) select exists (select from gone)
$$;
