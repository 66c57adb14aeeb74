create table public.facts (id integer primary key, kind text, amount numeric);
insert into public.facts select g, 'k' || g % 3, g * 1.5 from generate_series(1, 60) as g;
create view public.first with (security_invoker = true) as select id, kind, amount from public.facts where amount > 3;
create view public.second with (security_invoker = true, security_barrier = true) as select kind, sum(amount) as total from public.first group by kind;
create view public.third as select * from public.second where total > 1;
create view public.checked with (check_option = local) as select * from public.facts where amount > 10;
create recursive view public.counting (n) as values (1) union all select n + 1 from counting where n < 5;
create view public.windows as select id, row_number() over w as place, lag(amount, 1, 0.0) over w
from public.facts window w as (partition by kind order by amount desc rows between 1 preceding and current row);
create view public.wide_join as
select f.id, n.body, coalesce(n.owner, 'nobody'::name) as owner, exists (select from public.notes) as some
from public.facts as f left join lateral (select * from public.notes where notes.id = f.id limit 1) as n on true
where f.kind like any (array['k%', 'K\_%']) order by 1, 2 nulls first;
alter view public.checked alter column kind set default 'k0';
create materialized view public.filled as select kind, count(*) as n from public.first group by kind;
create unique index on public.filled (kind);
create materialized view public.on_filled as select max(n) as most from public.filled;
create materialized view public.not_filled as select * from public.filled with no data;
create index on public.not_filled (n);
comment on materialized view public.not_filled is 'Filled at night.';
comment on column public.second.total is 'A sum.';
-- Two views that need each other, as only CREATE OR REPLACE can make them.
create view public.key_dependent as select id, kind, amount from public.facts group by id;
