SELECT wanted.name, coalesce(sum(
    CASE WHEN leaf.reltuples >= 0 AND leaf.relpages > 0
    -- As the planner does: what ANALYZE or a restore wrote down may be of a table that was larger.
    THEN leaf.reltuples::float8 * size.bytes / pg_catalog.current_setting('block_size')::int / leaf.relpages
    ELSE size.bytes / 100 END
), 0)::bigint
FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted (name, schema_name, table_name)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
LEFT JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) AS part ON part.isleaf
LEFT JOIN pg_catalog.pg_class AS leaf ON leaf.oid = coalesce(part.relid, c.oid)
LEFT JOIN LATERAL pg_catalog.pg_relation_size(leaf.oid) AS size (bytes) ON true
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
GROUP BY wanted.name
