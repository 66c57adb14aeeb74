WITH RECURSIVE space AS (
    SELECT n.oid, n.nspowner, n.nspacl, quote_ident(n.nspname) AS name
    FROM pg_namespace AS n
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND n.nspname !~ '^pg_(toast_)?temp_'
        AND n.nspname <> ALL (%(schemas)s::text[])
),
-- What an extension brought along, and the functions that a range type did.
held AS (
    SELECT d.classid, d.objid
    FROM pg_depend AS d
    WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
        OR d.deptype = 'i' AND d.classid = 'pg_proc'::regclass
),
role AS (
    SELECT r.oid, o.ours, CASE WHEN o.ours THEN %(owner)s::text ELSE quote_ident(r.rolname) END AS name
    FROM pg_roles AS r
    CROSS JOIN LATERAL (VALUES (r.rolname = ANY (%(roles)s::text[]))) AS o (ours)
),
relation AS (
    SELECT c.*, s.name || '.' || quote_ident(c.relname) AS identity
    FROM pg_class AS c
    JOIN space AS s ON s.oid = c.relnamespace
    LEFT JOIN held AS h ON h.classid = 'pg_class'::regclass AND h.objid = c.oid
    WHERE h.objid IS NULL AND c.relpersistence <> 't'
),
routine AS (
    SELECT p.*, p.oid::regprocedure::text AS identity
    FROM pg_proc AS p
    JOIN space AS s ON s.oid = p.pronamespace
    LEFT JOIN held AS h ON h.classid = 'pg_proc'::regclass AND h.objid = p.oid
    WHERE h.objid IS NULL
),
type AS (
    SELECT t.*, s.name || '.' || quote_ident(t.typname) AS identity
    FROM pg_type AS t
    JOIN space AS s ON s.oid = t.typnamespace
    LEFT JOIN held AS h ON h.classid = 'pg_type'::regclass AND h.objid = t.oid
    WHERE h.objid IS NULL
        AND (t.typrelid = 0 OR t.typrelid IN (SELECT r.oid FROM relation AS r WHERE r.relkind = 'c'))
        AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.oid = t.typelem AND e.typarray = t.oid)
        AND t.typtype <> 'm'
),
-- Options of foreign things: of one that may be a password, its name alone.
option (class, id, number, told) AS (
    SELECT x.class, x.id, x.number, string_agg(
        CASE
            WHEN o.option_name ~* %(secrets)s::text OR o.option_value ~ '://[^/]*@' THEN o.option_name
            ELSE o.option_name || ' ' || quote_literal(o.option_value)
        END,
        ', ' ORDER BY o.option_name COLLATE "C"
    )
    FROM (
        SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwoptions FROM pg_foreign_data_wrapper AS w
        UNION ALL SELECT 'pg_foreign_server'::regclass, v.oid, 0, v.srvoptions FROM pg_foreign_server AS v
        UNION ALL SELECT 'pg_foreign_table'::regclass, f.ftrelid, 0, f.ftoptions FROM pg_foreign_table AS f
        UNION ALL
        SELECT 'pg_attribute'::regclass, a.attrelid, a.attnum, a.attfdwoptions
        FROM pg_attribute AS a WHERE a.attfdwoptions IS NOT NULL
    ) AS x (class, id, number, list)
    CROSS JOIN LATERAL pg_options_to_table(x.list) AS o
    GROUP BY x.class, x.id, x.number
)
