-- Every table that holds rows of its own, its columns with the types behind their domains, and its extension.
WITH RECURSIVE behind (type, base) AS (
    SELECT oid, typbasetype FROM pg_catalog.pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT behind.type, domain.typbasetype
    FROM behind JOIN pg_catalog.pg_type AS domain ON domain.oid = behind.base AND domain.typtype = 'd'
), bases AS (
    SELECT behind.type, behind.base
    FROM behind JOIN pg_catalog.pg_type AS base ON base.oid = behind.base AND base.typtype <> 'd'
), columns AS (
    SELECT a.attrelid, pg_catalog.json_agg(pg_catalog.json_build_array(
        a.attname, coalesce(bases.base, a.atttypid)::bigint, a.atttypmod)) AS listed
    FROM pg_catalog.pg_attribute AS a LEFT JOIN bases ON bases.type = a.atttypid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'
    GROUP BY a.attrelid
)
SELECT n.nspname::text, c.relname::text, coalesce(columns.listed, '[]'),
    (c.relpages + coalesce(toast.relpages, 0))::bigint, e.extname::text
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
LEFT JOIN columns ON columns.attrelid = c.oid
LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
WHERE c.relkind = 'r'
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
