create schema tools;
create function tools.classic(a integer, variadic b text[] default '{}') returns integer language sql immutable strict parallel safe cost 7
as $$ select a + cardinality(b) $$;
create function tools.modern(a integer, b integer default 3) returns integer language sql stable return a + b;
create function tools.atomic(note integer) returns setof public.notes language sql
begin atomic
    select n.* from public.notes as n where n.id = note and n.body is distinct from 'x' order by n.id limit 2;
end;
create function tools.defining() returns text language plpgsql security definer set search_path = '' set work_mem = '4MB'
set timezone to 'Europe/Berlin' as $body$begin return current_user || '$$'; end$body$;
alter function tools.defining() owner to healthy_definer;
revoke execute on function tools.defining() from public;
create function tools.with_path() returns integer language sql set search_path = tools, public, "$user" as 'select tools.modern(1)';
create function tools.rows_of(out a integer, out b text) returns setof record language plpgsql rows 5 leakproof
as $$begin return query select 1, 'x'::text; end$$;
create function tools.table_of(k integer, text) returns table (n integer, "odd name" text) language sql called on null input as 'select 1, $2';
create procedure tools.doing(inout a integer default 1) language plpgsql as $$begin a := a + 1; commit; end$$;
create procedure tools.doing_atomic(b text) language sql begin atomic insert into public.notes values (100, 'x', b); end;
create function tools.poly(anyelement, anyarray) returns anyelement language sql as 'select $1';
create function tools.overloaded(integer) returns integer language sql as 'select 1';
create function tools.overloaded(text) returns integer language sql as 'select 2';
create function tools.overloaded(integer, text) returns integer language sql as 'select 3';
create function tools.defaults(a text default E'it''s\n"x"', b date default current_date, c integer[] default array[1, null]) returns text language sql as 'select a';
create function tools.uses_later() returns bigint language plpgsql as $$begin return (select count(*) from tools.later); end$$;
create table tools.later (id integer default tools.modern(1, 2), at text default tools.defaults());
insert into tools.later default values;
create function tools.crlf() returns text language plpgsql as E'begin\r\n  return 1;\r\n\tend';
create function tools.unsafe(text) returns text language plpgsql as $f$declare q text; begin execute format('select %L', $1) into q; return q; end$f$;
create function tools.of_row(tools.later) returns integer language sql immutable as 'select $1.id';
