SELECT 'schema', s.name, ''
FROM space AS s
LEFT JOIN held AS h ON h.classid = 'pg_namespace'::regclass AND h.objid = s.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    CASE WHEN r.relkind = 'f' THEN 'foreign table' ELSE 'table' END,
    r.identity,
    concat_ws(
        E'\n',
        CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED' END,
        'OF ' || nullif(r.reloftype, 0)::regtype,
        'PARTITION BY ' || CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END,
        CASE WHEN r.relispartition THEN 'PARTITION OF ' ELSE 'INHERITS ' END || i.parents,
        CASE WHEN r.relispartition THEN pg_get_expr(r.relpartbound, r.oid) END,
        'USING ' || (
            SELECT quote_ident(a.amname) FROM pg_am AS a WHERE a.oid = r.relam AND a.amname <> 'heap'
        ),
        'WITH (' || o.options || ')',
        CASE r.relreplident
            WHEN 'f' THEN 'REPLICA IDENTITY FULL'
            WHEN 'n' THEN 'REPLICA IDENTITY NOTHING'
            WHEN 'i' THEN 'REPLICA IDENTITY USING INDEX ' || (
                SELECT quote_ident(x.relname)
                FROM pg_index AS y JOIN pg_class AS x ON x.oid = y.indexrelid
                WHERE y.indrelid = r.oid AND y.indisreplident
            )
        END,
        f.placed
    )
FROM relation AS r
LEFT JOIN pg_class AS t ON t.oid = r.reltoastrelid
LEFT JOIN LATERAL (
    SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno)
        || CASE WHEN bool_or(h.inhdetachpending) THEN ' DETACH PENDING' ELSE '' END
    FROM (
        SELECT i.inhparent, i.inhseqno, coalesce((to_jsonb(i) ->> 'inhdetachpending')::boolean, false)
        FROM pg_inherits AS i WHERE i.inhrelid = r.oid
    ) AS h (inhparent, inhseqno, inhdetachpending)
) AS i (parents) ON true
LEFT JOIN LATERAL (
    SELECT string_agg(option, ', ' ORDER BY option COLLATE "C")
    FROM (
        SELECT unnest(r.reloptions) UNION ALL SELECT 'toast.' || x FROM unnest(t.reloptions) AS x
    ) AS x (option)
) AS o (options) ON r.reloptions IS NOT NULL OR t.reloptions IS NOT NULL
LEFT JOIN LATERAL (
    SELECT concat_ws(E'\n', 'SERVER ' || quote_ident(v.srvname), 'OPTIONS (' || q.told || ')')
    FROM pg_foreign_table AS e
    JOIN pg_foreign_server AS v ON v.oid = e.ftserver
    LEFT JOIN option AS q ON q.class = 'pg_foreign_table'::regclass AND q.id = e.ftrelid
    WHERE e.ftrelid = r.oid
) AS f (placed) ON r.relkind = 'f'
WHERE r.relkind IN ('r', 'p', 'f')

UNION ALL
SELECT
    CASE WHEN r.relkind = 'm' THEN 'materialized view' ELSE 'view' END,
    r.identity,
    concat_ws(
        E'\n',
        'WITH (' || (
            SELECT string_agg(x, ', ' ORDER BY x COLLATE "C") FROM unnest(r.reloptions) AS x
        ) || ')',
        'USING ' || (
            SELECT quote_ident(a.amname) FROM pg_am AS a WHERE a.oid = r.relam AND a.amname <> 'heap'
        ),
        pg_get_viewdef(r.oid),
        CASE WHEN NOT r.relispopulated THEN 'WITH NO DATA' END
    )
FROM relation AS r
WHERE r.relkind IN ('v', 'm')

UNION ALL
SELECT
    'row security',
    r.identity,
    CASE WHEN r.relrowsecurity THEN 'ENABLED' ELSE 'DISABLED' END
    || CASE WHEN r.relforcerowsecurity THEN ', FORCED' ELSE '' END
FROM relation AS r
WHERE r.relrowsecurity OR r.relforcerowsecurity

UNION ALL
SELECT
    'sequence',
    r.identity,
    concat_ws(
        ' ',
        CASE WHEN r.relpersistence = 'u' AND d.deptype IS DISTINCT FROM 'i' THEN 'UNLOGGED' END,
        'AS ' || format_type(q.seqtypid, NULL),
        'START', q.seqstart, 'INCREMENT', q.seqincrement, 'MINVALUE', q.seqmin, 'MAXVALUE', q.seqmax,
        'CACHE', q.seqcache,
        CASE WHEN q.seqcycle THEN 'CYCLE' END,
        'OWNED BY ' || d.refobjid::regclass || '.' || quote_ident(a.attname)
    )
FROM relation AS r
JOIN pg_sequence AS q ON q.seqrelid = r.oid
LEFT JOIN pg_depend AS d
    ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
LEFT JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid

UNION ALL
SELECT
    'index',
    r.identity,
    concat_ws(
        E'\n',
        pg_get_indexdef(r.oid),
        CASE WHEN NOT x.indisvalid THEN 'INVALID' END,
        CASE WHEN NOT x.indisready THEN 'NOT READY' END,
        CASE WHEN NOT x.indislive THEN 'NOT LIVE' END,
        CASE WHEN x.indisclustered THEN 'CLUSTERED' END,
        CASE WHEN NOT x.indimmediate THEN 'DEFERRABLE' END,
        'PARTITION OF ' || (SELECT i.inhparent::regclass FROM pg_inherits AS i WHERE i.inhrelid = r.oid)
    )
FROM relation AS r
JOIN pg_index AS x ON x.indexrelid = r.oid

UNION ALL
SELECT 'statistics', s.name || '.' || quote_ident(e.stxname), concat_ws(
    E'\n',
    pg_get_statisticsobjdef(e.oid),
    'STATISTICS ' || nullif(to_jsonb(e) ->> 'stxstattarget', '-1')
)
FROM pg_statistic_ext AS e
JOIN space AS s ON s.oid = e.stxnamespace
JOIN relation AS r ON r.oid = e.stxrelid
