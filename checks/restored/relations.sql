SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname) || CASE c.relkind
        WHEN 't' THEN coalesce(' of ' || (
            SELECT format('%I.%I', mn.nspname, m.relname) FROM pg_catalog.pg_class AS m
            JOIN pg_catalog.pg_namespace AS mn ON mn.oid = m.relnamespace WHERE m.reltoastrelid = c.oid
        ), '')
        ELSE '' END,
    am.amname::text, am.amname IN ('heap', 'btree'), pg_catalog.pg_relation_size(c.oid)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'm', 't', 'i') AND c.relpersistence <> 't'
    AND (i.indexrelid IS NULL OR i.indisvalid AND i.indisready)
ORDER BY c.oid
