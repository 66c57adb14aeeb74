-- A table for each type, with the values that are hard to keep apart or to carry over.
CREATE TYPE mood AS ENUM ('sad', 'so-so', 'ok', 'happy');
CREATE TYPE pair AS (amount numeric, "a name" text);
CREATE DOMAIN whole AS bigint CHECK (VALUE <> 0);
CREATE DOMAIN wholesome AS whole;
CREATE DOMAIN price AS numeric(12, 4);
CREATE DOMAIN blank AS char(4);
CREATE TYPE floats AS RANGE (subtype = float8);
CREATE TABLE aims (id integer);

CREATE TABLE types (name text, type text, values text[]);
INSERT INTO types VALUES
    ('bool', 'boolean', '{true,false}'),
    ('int2', 'smallint', '{-1,1,32767}'),
    ('int4', 'integer', '{-1,1,2147483647}'),
    ('int8', 'bigint', '{-1,4294967295,1,4294967296}'),
    ('oid', 'oid', '{1,4294967295}'),
    ('text', 'text', ARRAY['', ' ', 'ä', E'a\u0308', 'null', E'a\tb', E'\\', '1.0']),
    ('varchar', 'varchar(9)', ARRAY['', ' ', 'a', 'a ']),
    ('bpchar', 'bpchar', ARRAY['', ' ', 'a', 'a ']),
    ('char', 'char(3)', ARRAY['', 'a', 'ab']),
    ('inner_char', '"char"', ARRAY['', 'a', 'b']),
    ('name', 'name', '{a,b}'),
    ('bytea', 'bytea', ARRAY['', '\x00', '\x0000', '\xff']),
    ('uuid', 'uuid', '{00000000-0000-0000-0000-000000000000,00000000-0000-0000-0000-000000000001}'),
    ('date', 'date', '{infinity,-infinity,2024-02-29,"0044-03-15 BC"}'),
    ('time', 'time', '{00:00,24:00,23:59:59.999999}'),
    ('timetz', 'timetz', '{12:00+00,13:00+01}'),
    ('timestamp', 'timestamp', '{infinity,-infinity,"2024-01-01 00:00:00.000001","2024-01-01"}'),
    ('timestamptz', 'timestamptz', '{infinity,-infinity,"2024-01-01 00:00:00.000001Z","2024-07-01Z"}'),
    ('interval', 'interval', '{"1 month","30 days","720 hours","-1 day +1 hour"}'),
    ('numeric', 'numeric', '{1,1.0,1.00,NaN,Infinity,-0.000001,1e100}'),
    ('float4', 'real', '{0,-0,NaN,Infinity,0.1,1e-40,3.4028235e38}'),
    ('float8', 'float8', '{0,-0,NaN,-Infinity,0.1,0.30000000000000004,5e-324}'),
    ('money', 'money', '{0,-1.01,92233720368547758.07}'),
    ('inet', 'inet', '{10.0.0.1,10.0.0.1/8,::1}'),
    ('cidr', 'cidr', '{10.0.0.0/8,10.0.0.0/9}'),
    ('macaddr', 'macaddr', '{08:00:2b:01:02:03,08:00:2b:01:02:04}'),
    ('macaddr8', 'macaddr8', '{08:00:2b:01:02:03:04:05,08:00:2b:01:02:03:04:06}'),
    ('lsn', 'pg_lsn', '{0/0,1/2}'),
    ('json', 'json', ARRAY['{"a":1}', '{"a": 1}', 'null']),
    ('jsonb', 'jsonb', ARRAY['{"a":1}', '{"a":1.0}', 'null']),
    ('path', 'jsonpath', ARRAY['$.a', '$.b']),
    ('ints', 'integer[]', ARRAY['{}', '{NULL}', '{1,2}', '{{1},{2}}', '[0:1]={1,2}']),
    ('texts', 'text[]', ARRAY['{}', '{""}', '{NULL}', '{"NULL"}', '{"a,b"}', '{a,b}']),
    ('stamps', 'timestamptz[]', ARRAY['{2024-01-01Z}', '{infinity}']),
    ('moods', 'mood', '{sad,so-so,happy}'),
    ('mood_list', 'mood[]', ARRAY['{sad}', '{sad,ok}']),
    ('pairs', 'pair', ARRAY['(1.0,a)', '(1.00,a)', '(,)', '(,"")']),
    ('wholes', 'wholesome', '{-1,4294967295}'),
    ('prices', 'price', '{1,1.0001}'),
    ('blanks', 'blank', '{a,b}'),
    ('int_ranges', 'int4range', ARRAY['empty', '[1,2)', '[1,)', '(,)']),
    ('stamp_ranges', 'tstzrange', ARRAY['empty', '[2024-01-01Z,2024-01-02Z)', '[2024-01-01Z,2024-01-02Z]']),
    ('float_ranges', 'floats', ARRAY['[0,1)', '[0.1,0.30000000000000004)']),
    ('multiranges', 'int4multirange', ARRAY['{}', '{[1,2),[5,6)}']),
    ('point', 'point', ARRAY['(0,0)', '(0,-0)', '(0.1,1e-7)']),
    ('polygon', 'polygon', ARRAY['((0,0),(1,1),(1,0))', '((0,0),(1,1),(1,0.5))']),
    ('bits', 'varbit', ARRAY['', '0', '00', '1']),
    ('vectors', 'tsvector', ARRAY['a:1', 'a:2', 'a']),
    ('queries', 'tsquery', ARRAY['a & b', 'a | b']),
    ('classes', 'regclass', ARRAY['public.aims', 'public.types']);

DO $$
DECLARE
    made types;
BEGIN
    FOR made IN SELECT * FROM types LOOP
        EXECUTE format('CREATE TABLE %I (id integer, "of" %s)', 'v_' || made.name, made.type);
        EXECUTE format('INSERT INTO %I SELECT n, v::%s FROM unnest($1) WITH ORDINALITY AS t (v, n)',
            'v_' || made.name, made.type) USING made.values;
        EXECUTE format('INSERT INTO %I VALUES (99, NULL)', 'v_' || made.name);
    END LOOP;
END
$$;
