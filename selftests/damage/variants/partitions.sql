create schema parts;
create table parts.by_range (
    id bigint generated always as identity,
    at timestamptz not null,
    size integer not null default 1,
    doubled integer generated always as (size * 2) stored,
    primary key (id, at, size)
) partition by range (at);
create table parts.by_range_2023 partition of parts.by_range
    for values from ('2023-01-01 00:00+00') to ('2024-01-01 00:00+00');
create table parts.by_range_2024 partition of parts.by_range
    for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00') partition by list (size);
create table parts.by_range_2024_small partition of parts.by_range_2024 for values in (1, 2, 3);
create table parts.by_range_2024_rest partition of parts.by_range_2024 default;
create table parts.by_range_rest partition of parts.by_range default;
insert into parts.by_range (at, size)
select timestamptz '2022-06-01 00:00+00' + g * interval '7 days', g % 7 from generate_series(0, 199) as g;
create index by_size on parts.by_range (size);
create table parts.by_list (region text, amount numeric) partition by list (region);
create table parts.by_list_eu partition of parts.by_list for values in ('de', 'fr', 'it');
create table parts.by_list_none partition of parts.by_list for values in (null);
insert into parts.by_list values ('de', 1), ('fr', 2.50), (null, 3);
create table parts.by_hash (id integer, body text) partition by hash (id);
create table parts.by_hash_0 partition of parts.by_hash for values with (modulus 3, remainder 0);
create table parts.by_hash_1 partition of parts.by_hash for values with (modulus 3, remainder 1);
create table parts.by_hash_2 partition of parts.by_hash for values with (modulus 3, remainder 2);
insert into parts.by_hash select g, 'body ' || g from generate_series(1, 300) as g;
-- An index made on the parts first and attached afterwards, and one that waits for a part.
create index by_hash_body_0 on parts.by_hash_0 (body);
create index by_hash_body_1 on parts.by_hash_1 (body);
create index by_hash_body_2 on parts.by_hash_2 (body);
create index by_hash_body on only parts.by_hash (body);
alter index parts.by_hash_body attach partition parts.by_hash_body_0;
alter index parts.by_hash_body attach partition parts.by_hash_body_1;
alter index parts.by_hash_body attach partition parts.by_hash_body_2;
-- A part whose columns stand in another order, attached later.
create table parts.attached (body text, gone integer, id integer);
alter table parts.attached drop column gone;
insert into parts.attached values ('late', 1000);
create table parts.late (id integer, body text) partition by range (id);
alter table parts.late attach partition parts.attached for values from (1000) to (2000);
create table parts.referring (at timestamptz, id bigint, size integer, foreign key (id, at, size) references parts.by_range);
insert into parts.referring select at, id, size from parts.by_range limit 20;
create function parts.seen() returns trigger language plpgsql as $$begin return null; end$$;
create trigger seen after insert on parts.by_list for each row execute function parts.seen();
alter table parts.by_list_eu disable trigger seen;
