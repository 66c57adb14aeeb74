create schema net;
create unlogged table net.http_request_queue (
    id bigserial, method text not null, url text not null, headers jsonb, body bytea, timeout_milliseconds integer
);
create unlogged table net._http_response (
    id bigint, status_code integer, content_type text, headers jsonb, content text, timed_out boolean,
    error_msg text, created timestamptz not null default now()
);
create function net.http_post(
    url text,
    body jsonb default '{}',
    params jsonb default '{}',
    headers jsonb default '{}',
    timeout_milliseconds integer default 5000
) returns bigint language sql as $$
    insert into net.http_request_queue (method, url) values ('POST', $1) returning id
$$;
