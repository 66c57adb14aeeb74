create schema if not exists net;

create table net.http_request_queue (
    id bigserial,
    method text,
    url text,
    headers jsonb,
    body bytea,
    timeout_milliseconds integer
);

create table net._http_response (
    id bigint,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamptz default now()
);

-- Requests are kept as rows here, and no worker sends them.

create function net.http_get(
    url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000
) returns bigint language sql as $$
    insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
    values ('GET', $1, $3, $4) returning id
$$;

create function net.http_post(
    url text,
    body jsonb default '{}',
    params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}',
    timeout_milliseconds integer default 5000
) returns bigint language sql as $$
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    values ('POST', $1, $4, convert_to($2::text, 'UTF8'), $5) returning id
$$;

create function net.http_delete(
    url text,
    params jsonb default '{}',
    headers jsonb default '{}',
    timeout_milliseconds integer default 5000,
    body jsonb default null
) returns bigint language sql as $$
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    values ('DELETE', $1, $3, convert_to($5::text, 'UTF8'), $4) returning id
$$;

grant usage on schema net to public;
grant insert, select (id) on net.http_request_queue to public;
grant usage on sequence net.http_request_queue_id_seq to public;
