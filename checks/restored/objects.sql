WITH relations AS (
    SELECT c.oid, c.relkind, n.nspname, c.relname, c.relispartition, c.relrowsecurity, c.relrewrite
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
)
SELECT CASE relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'TABLE' WHEN 'v' THEN 'VIEW'
        WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE'
        WHEN 'c' THEN 'TYPE' ELSE 'INDEX' END AS kind, nspname::text AS schema, relname::text AS name
FROM relations WHERE relkind <> 't'
UNION ALL
SELECT 'TABLE ATTACH', nspname, relname FROM relations WHERE relispartition AND relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'INDEX ATTACH', nspname, relname FROM relations WHERE relispartition AND relkind IN ('i', 'I')
UNION ALL
SELECT 'ROW SECURITY', nspname, relname FROM relations WHERE relrowsecurity
UNION ALL
SELECT 'DEFAULT', r.nspname, r.relname || ' ' || a.attname
FROM pg_catalog.pg_attrdef AS d
JOIN relations AS r ON r.oid = d.adrelid
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
UNION ALL
SELECT CASE con.contype WHEN 'f' THEN 'FK CONSTRAINT' WHEN 'c' THEN 'CHECK CONSTRAINT' ELSE 'CONSTRAINT' END,
    n.nspname, coalesce(r.relname, t.typname) || ' ' || con.conname
FROM pg_catalog.pg_constraint AS con
JOIN pg_catalog.pg_namespace AS n ON n.oid = con.connamespace
LEFT JOIN relations AS r ON r.oid = con.conrelid
LEFT JOIN pg_catalog.pg_type AS t ON t.oid = con.contypid
WHERE coalesce(r.relname, t.typname) IS NOT NULL
UNION ALL
SELECT 'TRIGGER', r.nspname, r.relname || ' ' || t.tgname
FROM pg_catalog.pg_trigger AS t JOIN relations AS r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'RULE', r.nspname, r.relname || ' ' || w.rulename
FROM pg_catalog.pg_rewrite AS w JOIN relations AS r ON r.oid = w.ev_class
UNION ALL
SELECT 'POLICY', r.nspname, r.relname || ' ' || p.polname
FROM pg_catalog.pg_policy AS p JOIN relations AS r ON r.oid = p.polrelid
UNION ALL
SELECT 'STATISTICS', n.nspname, s.stxname
FROM pg_catalog.pg_statistic_ext AS s JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
UNION ALL
SELECT CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname,
    p.proname || '(' || CASE WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*' ELSE coalesce((
        SELECT string_agg(pg_catalog.format_type(given.type, NULL), ', ' ORDER BY given.place)
        FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS given (type, place)
    ), '') END || ')'
FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT CASE WHEN t.typtype = 'd' THEN 'DOMAIN' WHEN t.typisdefined THEN 'TYPE' ELSE 'SHELL TYPE' END,
    n.nspname, t.typname
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT 'SCHEMA', '', nspname FROM pg_catalog.pg_namespace
UNION ALL
SELECT 'EXTENSION', '', extname FROM pg_catalog.pg_extension
UNION ALL
SELECT 'PROCEDURAL LANGUAGE', '', lanname FROM pg_catalog.pg_language
UNION ALL
SELECT 'PUBLICATION', '', pubname FROM pg_catalog.pg_publication
UNION ALL
SELECT 'PUBLICATION TABLE', r.nspname, p.pubname || ' ' || r.relname
FROM pg_catalog.pg_publication_rel AS pr
JOIN pg_catalog.pg_publication AS p ON p.oid = pr.prpubid
JOIN relations AS r ON r.oid = pr.prrelid
UNION ALL
SELECT 'FOREIGN DATA WRAPPER', '', fdwname FROM pg_catalog.pg_foreign_data_wrapper
UNION ALL
SELECT 'SERVER', '', srvname FROM pg_catalog.pg_foreign_server
UNION ALL
SELECT 'USER MAPPING', '', 'USER MAPPING ' || usename || ' SERVER ' || srvname FROM pg_catalog.pg_user_mappings
UNION ALL
SELECT 'COLLATION', n.nspname, co.collname
FROM pg_catalog.pg_collation AS co JOIN pg_catalog.pg_namespace AS n ON n.oid = co.collnamespace
WHERE n.nspname <> 'pg_catalog'
UNION ALL
SELECT 'CONVERSION', n.nspname, co.conname
FROM pg_catalog.pg_conversion AS co JOIN pg_catalog.pg_namespace AS n ON n.oid = co.connamespace
WHERE n.nspname <> 'pg_catalog'
UNION ALL
SELECT 'OPERATOR', n.nspname, o.oprname
FROM pg_catalog.pg_operator AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
WHERE n.nspname <> 'pg_catalog'
UNION ALL
SELECT 'OPERATOR CLASS', n.nspname, o.opcname
FROM pg_catalog.pg_opclass AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opcnamespace
WHERE n.nspname <> 'pg_catalog'
UNION ALL
SELECT 'OPERATOR FAMILY', n.nspname, o.opfname
FROM pg_catalog.pg_opfamily AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opfnamespace
WHERE n.nspname <> 'pg_catalog'
UNION ALL
SELECT 'TEXT SEARCH CONFIGURATION', n.nspname, x.cfgname
FROM pg_catalog.pg_ts_config AS x JOIN pg_catalog.pg_namespace AS n ON n.oid = x.cfgnamespace
WHERE n.nspname <> 'pg_catalog'
UNION ALL
SELECT 'TEXT SEARCH DICTIONARY', n.nspname, x.dictname
FROM pg_catalog.pg_ts_dict AS x JOIN pg_catalog.pg_namespace AS n ON n.oid = x.dictnamespace
WHERE n.nspname <> 'pg_catalog'
UNION ALL
SELECT 'CAST', '', format('CAST (%s AS %s)', pg_catalog.format_type(castsource, NULL),
    pg_catalog.format_type(casttarget, NULL))
FROM pg_catalog.pg_cast
UNION ALL
SELECT 'BLOB', '', oid::text FROM pg_catalog.pg_largeobject_metadata
