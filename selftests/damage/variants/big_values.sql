create table public.big (id integer primary key, body text, raw bytea, number numeric, doc jsonb, list bigint[]);
insert into public.big values
    (1, repeat('0123456789abcdef', 1 << 16), decode(repeat('00ff5c27', 1 << 16), 'hex'), 10::numeric ^ 1000 + 1,
        (select jsonb_object_agg('key ' || g, g) from generate_series(1, 5000) as g),
        (select array_agg(g::bigint << 40) from generate_series(1, 20000) as g)),
    (2, repeat(E'\\line\n\ttab\r', 100000), '', ('0.' || repeat('0', 5000) || '1')::numeric, '{}', '{}'),
    (3, repeat('ü☃', 100000), null, ('-' || repeat('9', 20000) || '.5')::numeric, '[[[[]]]]', null);
alter table public.big alter column raw set storage external;
create table public.long_lines (body text);
insert into public.long_lines select string_agg(md5(g::text), '') from generate_series(1, 60000) as g;
