SELECT 'index-invalid', format('%I.%I: an index that is %s, expected valid and ready', n.nspname, c.relname,
    CASE WHEN NOT i.indisready THEN 'not ready' WHEN NOT i.indislive THEN 'being dropped' ELSE 'invalid' END)
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
-- A partitioned index has no storage: until each partition has its own it is invalid by design.
WHERE NOT ((i.indisvalid OR c.relkind = 'I') AND i.indisready AND i.indislive)
UNION ALL
SELECT 'collation-changed', format('collation %I.%I: version %s below indexes, expected %s', n.nspname, co.collname,
    co.collversion, pg_catalog.pg_collation_actual_version(co.oid))
FROM pg_catalog.pg_collation AS co
JOIN pg_catalog.pg_namespace AS n ON n.oid = co.collnamespace
WHERE co.collversion <> pg_catalog.pg_collation_actual_version(co.oid)
    AND EXISTS (SELECT FROM pg_catalog.pg_index AS i WHERE co.oid = ANY (i.indcollation::oid[]))
UNION ALL
SELECT 'collation-changed', format('database %I: version %s of its collation, expected %s', d.datname,
    d.datcollversion, pg_catalog.pg_database_collation_actual_version(d.oid))
FROM pg_catalog.pg_database AS d
WHERE d.datname = pg_catalog.current_database()
    AND d.datcollversion <> pg_catalog.pg_database_collation_actual_version(d.oid)
UNION ALL
SELECT 'table-corrupt', format('database %I: %s pages with a wrong checksum, expected 0', s.datname, s.checksum_failures)
FROM pg_catalog.pg_stat_database AS s
WHERE s.datname = pg_catalog.current_database() AND s.checksum_failures > 0
