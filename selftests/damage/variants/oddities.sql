create table public.oddities (id integer primary key, cash money, b bit(5), vb bit varying(9), v varbit, j json, jb jsonb,
    c char(8), vc varchar(3), ip inet, net cidr, mac macaddr, mac8 macaddr8, p point, l line, s lseg, x box, path path,
    poly polygon, circle circle, u uuid, q tsquery, w tsvector, jp jsonpath);
insert into public.oddities values
    (1, '-1234.56', B'10101', B'1', B'', E'{"a" :  1,\n "a":2, "b":\t[ ]}', '{"a":1.00,"b":"\u00fc"}', 'x', 'x  ', '10.0.0.1/8',
        '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '(1,2)', '{1,2,3}', '[(1,2),(3,4)]', '(3,4),(1,2)',
        '[(1,2),(3,4)]', '((1,2),(3,4),(5,0))', '<(1,2),3>', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
        'fat & (rat | cat:*)', 'a:1A b:2,3B ''it''''s''', '$.a[*] ? (@ > 1)'),
    (2, '92233720368547758.07', B'00000', B'000000000', B'1', '  null ', 'null', '', '', '::1', '::/0', null, null,
        '(NaN,Infinity)', null, null, null, '((1,2),(3,4))', null, null, null, '', '', null),
    (3, null, null, null, null, '"\u00fc\ud83d\ude00"', '"\\u0000"', E'ü\t', 'ü☃x', '::ffff:1.2.3.4/96', null, null, null,
        '(-0,1e-300)', null, null, null, '[(0,0)]', null, '<(0,0),0>', null, null, null, null);
-- As INSERTs pg_dump loses this sign: such a dump is not what the source was.
create table public.zeros (real real, double float8);
insert into public.zeros values ('-0', '-0'), (0, 0);
