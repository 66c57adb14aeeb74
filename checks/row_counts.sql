SELECT wanted.name, coalesce(sum(
    CASE WHEN leaf.reltuples >= 0 THEN leaf.reltuples ELSE pg_catalog.pg_relation_size(leaf.oid) / 100 END
), 0)::bigint
FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted (name, schema_name, table_name)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
LEFT JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) AS part ON part.isleaf
LEFT JOIN pg_catalog.pg_class AS leaf ON leaf.oid = coalesce(part.relid, c.oid)
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
GROUP BY wanted.name
