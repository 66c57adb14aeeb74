WITH used AS (
    SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number, true AS direct
    FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    UNION
    SELECT d.refobjid, f.adrelid, f.adnum,
        pg_catalog.pg_get_expr(f.adbin, f.adrelid)
            ~ '^\(*nextval\(''.*''::regclass\)\)*(::[a-z ]+)?$'
    FROM pg_catalog.pg_depend AS d
    JOIN pg_catalog.pg_attrdef AS f ON f.oid = d.objid
    WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND d.deptype = 'n'
)
SELECT sn.nspname::text, sc.relname::text, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
    n.nspname::text, c.relname::text, a.attname::text, pg_catalog.format_type(
        CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, NULL
    ), bool_and(used.direct)
FROM used
JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = used.sequence
JOIN pg_catalog.pg_class AS sc ON sc.oid = used.sequence
JOIN pg_catalog.pg_namespace AS sn ON sn.oid = sc.relnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = used.relation AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = used.number AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
-- What comes round again may be there twice, unless the column alone is a key.
WHERE NOT s.seqcycle OR EXISTS (
    SELECT FROM pg_catalog.pg_index AS i
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
        AND i.indpred IS NULL
)
GROUP BY sn.nspname, sc.relname, s.seqrelid, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
    n.nspname, c.relname, a.attname, t.typtype, t.typbasetype, t.oid
ORDER BY 1, 2, 7, 8, 9
