create table public.extremes (id integer primary key, d date, t timestamp, tz timestamptz, r real, f float8, n numeric,
    i interval, ti time, tt timetz, si smallint, ii integer, bi bigint);
insert into public.extremes values
    (1, 'infinity', 'infinity', '-infinity', 'NaN', 'Infinity', 'NaN', '1 day', '24:00:00', '23:59:60+15:59', 32767, 2147483647, 9223372036854775807),
    (2, '-infinity', '-infinity', 'infinity', '-Infinity', 'NaN', 'Infinity', '-1 mon +1 day -00:00:01', '00:00', '00:00-15:59', -32768, -2147483648, -9223372036854775808),
    (3, '4713-01-01 BC', '4713-01-01 00:00:00 BC', '0044-03-15 12:00:00+00 BC', '0', '0', '-Infinity', '178000000 years', '12:34:56.789012', '12:00+05:45', 0, 0, 0),
    (4, '5874897-12-31', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', 1.17549435e-38, 4.9e-324, 1.00, '0.000001 s', null, null, 1, 1, 1),
    (5, '0001-01-01', '1582-10-15', '1883-11-18 12:03:58-07:52:58', 3.4028235e38, 1.7976931348623157e308, 1.0, '-178000000 years', null, null, 1, 1, 1),
    (6, null, null, null, 0.1, 0.1::float8 + 0.2, 0.000, '1 year 13 mons', null, null, null, null, null);
create unique index on public.extremes (f, id);
create index on public.extremes (n);
create index on public.extremes (tz desc nulls last);
create table public.by_infinity (n numeric, at date) partition by range (at);
create table public.by_infinity_1 partition of public.by_infinity for values from ('-infinity') to ('infinity');
insert into public.by_infinity values ('NaN', '-infinity'), (1.000, '2024-01-01');
