WITH wanted AS (
    SELECT name, place, pg_catalog.parse_ident(split_part(name, '(', 1)) AS parts
    FROM unnest(%s::text[]) WITH ORDINALITY AS given (name, place)
), named AS (
    SELECT name, place, parts[cardinality(parts)] AS function_name,
        CASE WHEN cardinality(parts) > 1 THEN parts[cardinality(parts) - 1] ELSE 'public' END AS schema_name,
        substr(name, strpos(name, '(')) AS arguments
    FROM wanted
)
SELECT named.name, array_agg(
    format('%%I.%%I(%%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes))
    ORDER BY p.oid
) FILTER (WHERE p.oid IS NOT NULL)
FROM named
LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = named.schema_name
LEFT JOIN pg_catalog.pg_proc AS p ON p.pronamespace = n.oid AND p.proname = named.function_name
    AND (strpos(named.name, '(') = 0 OR p.oid = to_regprocedure(
        format('%%I.%%I%%s', named.schema_name, named.function_name, named.arguments)
    ))
GROUP BY named.name, named.place
ORDER BY named.place
