SELECT n.nspname::text, coalesce(c.relname, d.typname)::text, con.conname::text, con.convalidated,
    EXISTS (
        SELECT FROM pg_catalog.pg_trigger AS t
        WHERE t.tgconstraint = con.oid AND t.tgisinternal AND t.tgenabled = 'D'
    ) AS switched_off,
    con.contype = 'f', c.relkind = 'p', tn.nspname::text, t.relname::text, t.relkind = 'p',
    con.confmatchtype = 'f', coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'true',
    coalesce((
        SELECT sum(pg_catalog.pg_relation_size(part.relid)) FROM pg_catalog.pg_partition_tree(c.oid) AS part
    ), pg_catalog.pg_relation_size(c.oid))::bigint,
    (
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(
            a.attname, ta.attname, opn.nspname, op.oprname, cln.nspname, cl.collname
        ) ORDER BY pair.place)
        FROM unnest(con.conkey, con.confkey, con.conpfeqop)
            WITH ORDINALITY AS pair (number, to_number, operator, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = con.conrelid AND a.attnum = pair.number
        JOIN pg_catalog.pg_attribute AS ta ON ta.attrelid = con.confrelid AND ta.attnum = pair.to_number
        JOIN pg_catalog.pg_operator AS op ON op.oid = pair.operator
        JOIN pg_catalog.pg_namespace AS opn ON opn.oid = op.oprnamespace
        LEFT JOIN pg_catalog.pg_collation AS cl
            ON cl.oid = ta.attcollation AND ta.attcollation <> a.attcollation
        LEFT JOIN pg_catalog.pg_namespace AS cln ON cln.oid = cl.collnamespace
    )
FROM pg_catalog.pg_constraint AS con
JOIN pg_catalog.pg_namespace AS n ON n.oid = con.connamespace
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = con.conrelid
LEFT JOIN pg_catalog.pg_type AS d ON d.oid = con.contypid
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = con.confrelid
LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
WHERE con.conparentid = 0 AND (con.contype = 'f' OR NOT con.convalidated)
    AND coalesce(to_jsonb(con) ->> 'conenforced', 'true') = 'true'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1, 2, 3
