WITH RECURSIVE wanted AS (
    SELECT given.name, a.atttypid AS type
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
        AS given (name, schema_name, table_name, column_name)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = given.schema_name
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = given.table_name
    LEFT JOIN pg_catalog.pg_attribute AS a
        ON a.attrelid = c.oid AND a.attname = given.column_name AND a.attnum > 0 AND NOT a.attisdropped
), based AS (
    SELECT name, type FROM wanted
    UNION ALL
    SELECT based.name, t.typbasetype FROM based
    JOIN pg_catalog.pg_type AS t ON t.oid = based.type AND t.typtype = 'd'
)
SELECT based.name, pg_catalog.format_type(based.type, NULL)
FROM based LEFT JOIN pg_catalog.pg_type AS t ON t.oid = based.type
WHERE t.typtype IS DISTINCT FROM 'd'
