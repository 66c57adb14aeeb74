-- What only a superuser may make, and what hangs on it.
create schema algebra;
create aggregate algebra.listed(order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = mode_final, finalfunc_extra);
create function algebra.compare(integer, integer) returns integer language sql immutable as $$select case when $1 > $2 then -1 when $1 < $2 then 1 else 0 end$$;
create operator family algebra.backwards using btree;
create operator class algebra.backward_ops for type integer using btree family algebra.backwards as
    operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 algebra.compare(integer, integer);
create table algebra.numbers (id integer);
insert into algebra.numbers select generate_series(1, 50);
create index on algebra.numbers (id algebra.backward_ops);
create function algebra.windowed() returns bigint language internal window as 'window_row_number';
