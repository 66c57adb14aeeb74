create schema algebra;
create type algebra.complex as (r float8, i float8);
create function algebra.plus(algebra.complex, algebra.complex) returns algebra.complex language sql immutable
as $$select row ($1.r + $2.r, $1.i + $2.i)::algebra.complex$$;
create function algebra.less(algebra.complex, algebra.complex) returns boolean language sql immutable as $$select $1.r < $2.r$$;
create function algebra.more(algebra.complex, algebra.complex) returns boolean language sql immutable as $$select $1.r > $2.r$$;
create operator algebra.+ (leftarg = algebra.complex, rightarg = algebra.complex, function = algebra.plus, commutator = operator(algebra.+));
create operator algebra.<< (leftarg = algebra.complex, rightarg = algebra.complex, function = algebra.less,
    commutator = operator(algebra.>>), restrict = scalarltsel, join = scalarltjoinsel);
create operator algebra.>> (leftarg = algebra.complex, rightarg = algebra.complex, function = algebra.more);
create aggregate algebra.sum(algebra.complex) (sfunc = algebra.plus, stype = algebra.complex, initcond = '(0,0)', parallel = safe);
create function algebra.of_text(text) returns algebra.complex language sql immutable as $$select row ($1::float8, 0)::algebra.complex$$;
create cast (text as algebra.complex) with function algebra.of_text(text) as assignment;
create cast (algebra.complex as text) with inout;
create table algebra.numbers (id integer, z algebra.complex);
insert into algebra.numbers select g, row (g, -g)::algebra.complex from generate_series(1, 50) as g;
create text search dictionary algebra.simple (template = simple, stopwords = english);
create text search configuration algebra.search (copy = german);
alter text search configuration algebra.search alter mapping for asciiword with algebra.simple, german_stem;
create collation algebra.plain (locale = 'C');
create collation algebra.built_in (provider = builtin, locale = 'C.UTF-8');
create table algebra.words (w text collate algebra.plain, v text collate "C");
insert into algebra.words values ('a', 'B'), ('Ä', 'z');
create index on algebra.words (w collate "POSIX");
create conversion algebra.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
