SELECT wanted.name, c.relrowsecurity, array(
    SELECT p.polname::text FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid ORDER BY p.polname
)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted (name, schema_name, table_name)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
