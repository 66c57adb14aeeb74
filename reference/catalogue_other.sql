SELECT 'extension', quote_ident(e.extname), 'SCHEMA ' || quote_ident(n.nspname)
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE n.nspname <> ALL (%(schemas)s::text[])

UNION ALL
SELECT 'extension version', quote_ident(e.extname), e.extversion
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE n.nspname <> ALL (%(schemas)s::text[])

UNION ALL
SELECT
    'language',
    quote_ident(l.lanname),
    concat_ws(
        ' ',
        CASE WHEN l.lanpltrusted THEN 'TRUSTED' END,
        'HANDLER ' || nullif(l.lanplcallfoid, 0)::regprocedure,
        'INLINE ' || nullif(l.laninline, 0)::regprocedure,
        'VALIDATOR ' || nullif(l.lanvalidator, 0)::regprocedure
    )
FROM pg_language AS l
LEFT JOIN held AS h ON h.classid = 'pg_language'::regclass AND h.objid = l.oid
WHERE l.oid >= 16384 AND h.objid IS NULL

UNION ALL
SELECT 'transform', format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname), concat_ws(
    ' ',
    'FROM SQL ' || nullif(t.trffromsql::oid, 0)::regprocedure,
    'TO SQL ' || nullif(t.trftosql::oid, 0)::regprocedure
)
FROM pg_transform AS t
JOIN pg_language AS l ON l.oid = t.trflang
LEFT JOIN held AS h ON h.classid = 'pg_transform'::regclass AND h.objid = t.oid
WHERE h.objid IS NULL

UNION ALL
SELECT 'access method', quote_ident(a.amname), concat_ws(' ', a.amtype, a.amhandler::oid::regprocedure)
FROM pg_am AS a
LEFT JOIN held AS h ON h.classid = 'pg_am'::regclass AND h.objid = a.oid
WHERE a.oid >= 16384 AND h.objid IS NULL

UNION ALL
SELECT
    'text search configuration',
    s.name || '.' || quote_ident(c.cfgname),
    concat_ws(
        E'\n',
        'PARSER ' || (
            SELECT quote_ident(n.nspname) || '.' || quote_ident(p.prsname)
            FROM pg_ts_parser AS p JOIN pg_namespace AS n ON n.oid = p.prsnamespace
            WHERE p.oid = c.cfgparser
        ),
        (
            SELECT string_agg(
                'MAPPING FOR ' || k.alias || ' WITH ' || m.dictionaries, E'\n' ORDER BY k.alias COLLATE "C"
            )
            FROM (
                SELECT x.maptokentype, string_agg(x.mapdict::regdictionary::text, ', ' ORDER BY x.mapseqno)
                FROM pg_ts_config_map AS x WHERE x.mapcfg = c.oid GROUP BY x.maptokentype
            ) AS m (token, dictionaries)
            JOIN ts_token_type(c.cfgparser) AS k ON k.tokid = m.token
        )
    )
FROM pg_ts_config AS c
JOIN space AS s ON s.oid = c.cfgnamespace
LEFT JOIN held AS h ON h.classid = 'pg_ts_config'::regclass AND h.objid = c.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'text search dictionary',
    s.name || '.' || quote_ident(d.dictname),
    concat_ws(
        ' ',
        'TEMPLATE ' || (
            SELECT quote_ident(n.nspname) || '.' || quote_ident(t.tmplname)
            FROM pg_ts_template AS t JOIN pg_namespace AS n ON n.oid = t.tmplnamespace
            WHERE t.oid = d.dicttemplate
        ),
        d.dictinitoption
    )
FROM pg_ts_dict AS d
JOIN space AS s ON s.oid = d.dictnamespace
LEFT JOIN held AS h ON h.classid = 'pg_ts_dict'::regclass AND h.objid = d.oid
WHERE h.objid IS NULL

UNION ALL
SELECT 'text search parser', s.name || '.' || quote_ident(p.prsname), concat_ws(
    ' ', p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype
)
FROM pg_ts_parser AS p
JOIN space AS s ON s.oid = p.prsnamespace
LEFT JOIN held AS h ON h.classid = 'pg_ts_parser'::regclass AND h.objid = p.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'text search template', s.name || '.' || quote_ident(t.tmplname),
    concat_ws(' ', t.tmplinit, t.tmpllexize)
FROM pg_ts_template AS t
JOIN space AS s ON s.oid = t.tmplnamespace
LEFT JOIN held AS h ON h.classid = 'pg_ts_template'::regclass AND h.objid = t.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'publication',
    quote_ident(p.pubname),
    concat_ws(
        ', ',
        CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END,
        CASE WHEN p.pubinsert THEN 'insert' END,
        CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END,
        CASE WHEN p.pubtruncate THEN 'truncate' END,
        CASE WHEN p.pubviaroot THEN 'via partition root' END,
        'generated columns ' || nullif(to_jsonb(p) ->> 'pubgencols', 'n')
    )
FROM pg_publication AS p
LEFT JOIN held AS h ON h.classid = 'pg_publication'::regclass AND h.objid = p.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'publication table',
    quote_ident(p.pubname) || ': ' || t.prrelid::regclass,
    coalesce((
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
        FROM pg_attribute AS a
        WHERE a.attrelid = t.prrelid AND to_jsonb(t) -> 'prattrs' @> to_jsonb(a.attnum)
    ), '')
FROM pg_publication_rel AS t
JOIN pg_publication AS p ON p.oid = t.prpubid
JOIN relation AS r ON r.oid = t.prrelid

UNION ALL
-- The one catalogue of which no ordinary role may read every column.
SELECT 'subscription', quote_ident(s.subname), 'PUBLICATION ' || (
    SELECT string_agg(quote_ident(x), ', ' ORDER BY x COLLATE "C") FROM unnest(s.subpublications) AS x
)
FROM pg_subscription AS s
WHERE s.subdbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())

UNION ALL
SELECT 'subscription enabled', quote_ident(s.subname), s.subenabled::text
FROM pg_subscription AS s
WHERE s.subdbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())

UNION ALL
SELECT
    'foreign data wrapper',
    quote_ident(w.fdwname),
    concat_ws(
        ' ',
        'HANDLER ' || nullif(w.fdwhandler, 0)::regprocedure,
        'VALIDATOR ' || nullif(w.fdwvalidator, 0)::regprocedure,
        'OPTIONS (' || o.told || ')'
    )
FROM pg_foreign_data_wrapper AS w
LEFT JOIN option AS o ON o.class = 'pg_foreign_data_wrapper'::regclass AND o.id = w.oid
LEFT JOIN held AS h ON h.classid = 'pg_foreign_data_wrapper'::regclass AND h.objid = w.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'foreign server',
    quote_ident(v.srvname),
    concat_ws(
        ' ',
        'TYPE ' || quote_literal(v.srvtype),
        'VERSION ' || quote_literal(v.srvversion),
        'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname),
        'OPTIONS (' || o.told || ')'
    )
FROM pg_foreign_server AS v
JOIN pg_foreign_data_wrapper AS w ON w.oid = v.srvfdw
LEFT JOIN option AS o ON o.class = 'pg_foreign_server'::regclass AND o.id = v.oid
LEFT JOIN held AS h ON h.classid = 'pg_foreign_server'::regclass AND h.objid = v.oid
WHERE h.objid IS NULL

UNION ALL
SELECT 'user mapping', coalesce(r.name, 'PUBLIC') || ' ON ' || quote_ident(m.srvname), ''
FROM pg_user_mappings AS m
LEFT JOIN role AS r ON r.oid = m.umuser

UNION ALL
SELECT 'large objects', 'of ' || coalesce(r.name, l.lomowner::text), count(*)::text
FROM pg_largeobject_metadata AS l
LEFT JOIN role AS r ON r.oid = l.lomowner
GROUP BY 2

UNION ALL
SELECT
    'comment',
    concat_ws(' ', i.type, i.identity),
    d.description
FROM pg_description AS d
CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
LEFT JOIN held AS h ON h.classid = d.classoid AND h.objid = d.objoid
LEFT JOIN pg_class AS c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass AND i.identity = 'public')
    AND h.objid IS NULL
    AND coalesce(i.schema, '') !~ '^pg_(toast_)?temp_' AND coalesce(c.relpersistence, 'p') <> 't'
    AND coalesce(i.schema, CASE WHEN i.type = 'schema' THEN i.identity END, '') <> ALL (%(schemas)s::text[])
    AND (i.identity, d.description) <> ('public', 'standard public schema')
    -- That is its control file's, whichever version is installed.
    AND i.type <> 'extension'

UNION ALL
SELECT
    'security label',
    concat_ws(' ', l.provider || ':', i.type, i.identity),
    l.label
FROM pg_seclabel AS l
CROSS JOIN LATERAL pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
LEFT JOIN held AS h ON h.classid = l.classoid AND h.objid = l.objoid
WHERE h.objid IS NULL
