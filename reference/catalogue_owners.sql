, owned (what, owner, class, id) AS (
    SELECT
        CASE r.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
            WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || r.identity,
        r.relowner, NULL::oid, NULL::oid
    FROM relation AS r
    WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT
        CASE r.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END
        || r.identity,
        r.proowner, NULL, NULL
    FROM routine AS r
    UNION ALL
    SELECT 'type ' || t.identity, t.typowner, NULL, NULL FROM type AS t
    UNION ALL
    SELECT 'schema ' || s.name, s.nspowner, 'pg_namespace'::regclass, s.oid
    FROM space AS s WHERE s.name <> 'public'
    UNION ALL
    SELECT 'operator ' || o.oid::regoperator, o.oprowner, 'pg_operator'::regclass, o.oid
    FROM pg_operator AS o JOIN space AS s ON s.oid = o.oprnamespace
    UNION ALL
    SELECT 'collation ' || c.oid::regcollation, c.collowner, 'pg_collation'::regclass, c.oid
    FROM pg_collation AS c JOIN space AS s ON s.oid = c.collnamespace
    UNION ALL
    SELECT 'text search configuration ' || c.oid::regconfig, c.cfgowner, 'pg_ts_config'::regclass, c.oid
    FROM pg_ts_config AS c JOIN space AS s ON s.oid = c.cfgnamespace
    UNION ALL
    SELECT 'text search dictionary ' || d.oid::regdictionary, d.dictowner, 'pg_ts_dict'::regclass, d.oid
    FROM pg_ts_dict AS d JOIN space AS s ON s.oid = d.dictnamespace
    UNION ALL
    SELECT
        'statistics ' || s.name || '.' || quote_ident(e.stxname), e.stxowner,
        'pg_statistic_ext'::regclass, e.oid
    FROM pg_statistic_ext AS e JOIN space AS s ON s.oid = e.stxnamespace
    UNION ALL
    SELECT 'publication ' || quote_ident(p.pubname), p.pubowner, 'pg_publication'::regclass, p.oid
    FROM pg_publication AS p
    UNION ALL
    SELECT 'event trigger ' || quote_ident(e.evtname), e.evtowner, 'pg_event_trigger'::regclass, e.oid
    FROM pg_event_trigger AS e
    UNION ALL
    SELECT
        'foreign data wrapper ' || quote_ident(w.fdwname), w.fdwowner,
        'pg_foreign_data_wrapper'::regclass, w.oid
    FROM pg_foreign_data_wrapper AS w
    UNION ALL
    SELECT 'foreign server ' || quote_ident(v.srvname), v.srvowner, 'pg_foreign_server'::regclass, v.oid
    FROM pg_foreign_server AS v
)
SELECT 'owner', o.what, coalesce(r.name, o.owner::text)
FROM owned AS o
LEFT JOIN role AS r ON r.oid = o.owner
LEFT JOIN held AS h ON h.classid = o.class AND h.objid = o.id
WHERE h.objid IS NULL

UNION ALL
-- Whoever owns the database owns public: its owner or the installation's up to PostgreSQL 14, since
-- then a role that has just this meaning.
SELECT
    'owner',
    'schema public',
    CASE
        WHEN s.nspowner IN (10, d.datdba) OR r.name = 'pg_database_owner' THEN 'the owner of the database'
        ELSE coalesce(r.name, s.nspowner::text)
    END
FROM space AS s
JOIN pg_database AS d ON d.datname = current_database()
LEFT JOIN role AS r ON r.oid = s.nspowner
WHERE s.name = 'public'
