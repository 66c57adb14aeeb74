-- An ordinary database, for the variants that differ in how they are dumped.
create type public.state as enum ('open', 'paid', 'sent');
create table public.customers (
    id bigint generated always as identity primary key,
    name text not null unique,
    born date,
    settings jsonb not null default '{}'
);
insert into public.customers (name, born, settings)
select 'Customer ' || g, date '1950-01-01' + g, jsonb_build_object('n', g, 'täg', E'a\\b')
from generate_series(1, 200) as g;
create table public.orders (
    id serial primary key,
    customer_id bigint not null references public.customers on delete cascade,
    state public.state not null default 'open',
    total numeric(12, 2) not null check (total >= 0),
    tags text[] not null default '{}',
    placed_at timestamptz not null default '2024-02-29 12:00+00',
    raw bytea
);
insert into public.orders (customer_id, state, total, tags, raw)
select 1 + g % 200, (array['open', 'paid', 'sent'])[1 + g % 3]::public.state, g * 1.1,
    array['a,b', 'c"d', null, E'\\.', E'tab\there'], decode(lpad(to_hex(g), 8, '0'), 'hex')
from generate_series(1, 900) as g;
create index on public.orders (state, placed_at desc) where state <> 'sent';
create index on public.orders using gin (tags);
create table public.events (id bigint, at date not null, what text) partition by range (at);
create table public.events_old partition of public.events for values from (minvalue) to ('2024-01-01');
create table public.events_new partition of public.events for values from ('2024-01-01') to (maxvalue);
insert into public.events select g, date '2023-12-01' + g % 60, E'line\nbreak ' || g from generate_series(1, 120) as g;
create index on public.events (at);
create function public.touch() returns trigger language plpgsql
as $$begin new.total := new.total; return new; end$$;
create trigger touch before update on public.orders for each row execute function public.touch();
create view public.open_orders with (security_invoker = true)
as select * from public.orders where state = 'open';
create materialized view public.totals as
select customer_id, sum(total) as total from public.orders group by customer_id;
create unique index on public.totals (customer_id);
comment on table public.orders is 'What was ordered; it''s "quoted".';
comment on column public.orders.total is 'In euro.';
alter table public.orders enable row level security;
create policy own on public.orders using (customer_id::text = current_setting('shop.customer', true));
