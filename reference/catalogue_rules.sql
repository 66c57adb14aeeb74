SELECT
    'policy',
    r.identity || '.' || quote_ident(p.polname),
    concat_ws(
        ' ',
        CASE WHEN NOT p.polpermissive THEN 'AS RESTRICTIVE' END,
        'FOR ' || CASE p.polcmd
            WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL'
        END,
        'TO ' || (
            SELECT string_agg(
                CASE WHEN g = 0 THEN 'PUBLIC' ELSE coalesce(o.name, g::text) END,
                ', ' ORDER BY o.name COLLATE "C"
            )
            FROM unnest(p.polroles) AS g LEFT JOIN role AS o ON o.oid = g
        ),
        'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'
    )
FROM relation AS r
JOIN pg_policy AS p ON p.polrelid = r.oid

UNION ALL
SELECT
    'trigger',
    r.identity || '.' || quote_ident(t.tgname),
    pg_get_triggerdef(t.oid) || CASE t.tgenabled
        WHEN 'O' THEN '' WHEN 'D' THEN E'\nDISABLED' WHEN 'R' THEN E'\nENABLED REPLICA'
        ELSE E'\nENABLED ALWAYS'
    END
FROM relation AS r
JOIN pg_trigger AS t ON t.tgrelid = r.oid
LEFT JOIN pg_trigger AS u ON u.oid = t.tgparentid
WHERE NOT t.tgisinternal AND t.tgparentid = 0 OR t.tgconstraint = 0 AND t.tgenabled <> u.tgenabled

UNION ALL
SELECT 'foreign key trigger', r.identity || '.' || quote_ident(c.conname), 'DISABLED'
FROM relation AS r
JOIN pg_constraint AS c ON c.conrelid = r.oid
WHERE c.contype = 'f'
    AND EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgconstraint = c.oid AND t.tgenabled = 'D')

UNION ALL
SELECT
    'rule',
    r.identity || '.' || quote_ident(w.rulename),
    pg_get_ruledef(w.oid) || CASE w.ev_enabled
        WHEN 'O' THEN '' WHEN 'D' THEN E'\nDISABLED' WHEN 'R' THEN E'\nENABLED REPLICA'
        ELSE E'\nENABLED ALWAYS'
    END
FROM relation AS r
JOIN pg_rewrite AS w ON w.ev_class = r.oid
WHERE w.rulename <> '_RETURN'

UNION ALL
SELECT
    'event trigger',
    quote_ident(e.evtname),
    concat_ws(
        ' ',
        'ON ' || e.evtevent,
        'WHEN TAG IN (' || (
            SELECT string_agg(quote_literal(x), ', ' ORDER BY x COLLATE "C") FROM unnest(e.evttags) AS x
        ) || ')',
        'EXECUTE FUNCTION ' || e.evtfoid::regprocedure,
        CASE e.evtenabled
            WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ENABLED REPLICA' WHEN 'A' THEN 'ENABLED ALWAYS'
        END
    )
FROM pg_event_trigger AS e
LEFT JOIN held AS h ON h.classid = 'pg_event_trigger'::regclass AND h.objid = e.oid
WHERE h.objid IS NULL
