create schema kinds;
create domain kinds.email as text constraint looks_right check (value ~ '@') not null;
create domain kinds.small as integer default 7 check (value between 0 and 9) check (value <> 5);
create domain kinds.smalls as kinds.small[] check (cardinality(value) < 4);
create domain kinds.loose as numeric(6, 2);
alter domain kinds.loose add constraint later check (value > -100) not valid;
create type kinds.empty_enum as enum ();
create type kinds.mood as enum ('sad', 'it''s ok', '100 %', 'glücklich');
alter type kinds.mood add value 'between' before '100 %';
create type kinds.pair as (number integer, mood kinds.mood, "odd name" text collate "C");
create type kinds.nested as (one kinds.pair, many kinds.pair[]);
create type kinds.nothing as ();
create type kinds.floats as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = kinds.many_floats);
create table kinds.everything (
    id integer primary key,
    email kinds.email, small kinds.small, smalls kinds.smalls, loose kinds.loose,
    mood kinds.mood, moods kinds.mood[], pair kinds.pair, nested kinds.nested, floats kinds.floats,
    many kinds.many_floats, ints int4range, dates daterange, times tstzmultirange,
    grid integer[][], strange integer[], texts text[], nobody kinds.nothing, odd "char", n name, o oid,
    r regclass, x xid8, l pg_lsn, t tid, s pg_snapshot
);
insert into kinds.everything values (
    1, 'a@b', 3, '{1,2}', 9.50, 'it''s ok', '{sad,"100 %",NULL}', row (1, 'sad', 'x,"y"'),
    row (row (1, 'sad', null), array[row (2, null, '()')::kinds.pair]), '[1.5,2.5)', '{[1,2),[3,4)}',
    '(1,5]', '[2024-01-01,infinity)', '{[2024-01-01 00:00+00,2024-01-02 00:00+00)}',
    '{{1,2},{3,4}}', '[3:5]={1,NULL,3}', '{"a b","",NULL,"NULL","{}"}', row (), 'x', 'name', 4294967295,
    'pg_class', '18446744073709551615', '16/B374D848', '(0,1)', '10:20:10,14,15'
), (2, 'c@d', default, '{}', 0, null, '{}', null, null, 'empty', '{}', 'empty', '(,)', '{}', '{}', '{}',
    '{}', null, '', '', 0, null, '0', '0/0', '(4294967295,65535)', '10:20:');
create table kinds.of_type of kinds.pair (primary key (number));
insert into kinds.of_type values (1, 'sad', 'x'), (2, null, null);
create table kinds.array_of_rows (list kinds.everything[], self kinds.of_type);
insert into kinds.array_of_rows select array_agg(e), row (9, 'sad', 'y')::kinds.of_type from kinds.everything as e;
