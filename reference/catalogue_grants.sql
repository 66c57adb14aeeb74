, protected (class, id, grants, owner, kind, what, acl) AS (
    SELECT
        'pg_class'::regclass::oid, c.oid, 'grant', c.relowner,
        CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
        CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
            WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || c.oid::regclass,
        c.relacl
    FROM pg_class AS c JOIN space AS s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
    UNION ALL
    SELECT
        'pg_proc'::regclass, p.oid, 'grant', p.proowner, 'f',
        CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END
        || p.oid::regprocedure,
        p.proacl
    FROM pg_proc AS p JOIN space AS s ON s.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_namespace'::regclass, s.oid, 'grant', s.nspowner, 'n', 'schema ' || s.name, s.nspacl
    FROM space AS s
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 'grant', t.typowner, 'T', 'type ' || t.identity, t.typacl
    FROM type AS t
    UNION ALL
    SELECT
        'pg_language'::regclass, l.oid, 'grant', l.lanowner, 'l', 'language ' || quote_ident(l.lanname),
        l.lanacl
    FROM pg_language AS l WHERE l.lanpltrusted
    UNION ALL
    SELECT
        'pg_foreign_data_wrapper'::regclass, w.oid, 'grant', w.fdwowner, 'F',
        'foreign data wrapper ' || quote_ident(w.fdwname), w.fdwacl
    FROM pg_foreign_data_wrapper AS w
    UNION ALL
    SELECT
        'pg_foreign_server'::regclass, v.oid, 'grant', v.srvowner, 'S',
        'foreign server ' || quote_ident(v.srvname), v.srvacl
    FROM pg_foreign_server AS v
    UNION ALL
    SELECT 'pg_database'::regclass, d.oid, 'database grant', d.datdba, 'd', 'database', d.datacl
    FROM pg_database AS d WHERE d.datname = current_database()
),
guarded AS (
    SELECT p.*, acldefault(p.kind, p.owner) AS usual FROM protected AS p
),
"right" (grants, kind, what, owner, installed, grantee, privilege, grantable) AS (
    SELECT
        p.grants, p.kind, p.what, p.owner, p.what = 'schema public' AND p.acl = i.initprivs,
        a.grantee, a.privilege_type, a.is_grantable
    FROM guarded AS p
    LEFT JOIN held AS h ON h.classid = p.class AND h.objid = p.id
    LEFT JOIN pg_init_privs AS i ON i.classoid = p.class AND i.objoid = p.id AND i.objsubid = 0
    CROSS JOIN LATERAL aclexplode(coalesce(p.acl, p.usual)) AS a
    -- What an extension grants as it is created is its own; what was changed later is the user's.
    WHERE h.objid IS NULL
        OR coalesce(p.acl, p.usual) <> coalesce(i.initprivs, p.usual)
    UNION ALL
    SELECT p.grants, p.kind, p.what, p.owner, false, a.grantee, NULL, false
    FROM guarded AS p
    JOIN held AS h ON h.classid = p.class AND h.objid = p.id
    LEFT JOIN pg_init_privs AS i ON i.classoid = p.class AND i.objoid = p.id AND i.objsubid = 0
    CROSS JOIN LATERAL aclexplode(coalesce(i.initprivs, p.usual)) AS a
    WHERE coalesce(p.acl, p.usual) <> coalesce(i.initprivs, p.usual)
    UNION ALL
    SELECT
        'grant', 'c', 'column ' || r.identity || '.' || quote_ident(c.attname), r.relowner, false,
        a.grantee, a.privilege_type, a.is_grantable
    FROM relation AS r
    JOIN pg_attribute AS c ON c.attrelid = r.oid AND c.attnum > 0 AND NOT c.attisdropped
    CROSS JOIN LATERAL aclexplode(c.attacl) AS a
    WHERE c.attacl IS NOT NULL
    UNION ALL
    SELECT
        'grant', 'L', 'large objects of ' || coalesce(o.name, l.lomowner::text), l.lomowner, false,
        a.grantee, a.privilege_type, a.is_grantable
    FROM pg_largeobject_metadata AS l
    LEFT JOIN role AS o ON o.oid = l.lomowner
    CROSS JOIN LATERAL aclexplode(l.lomacl) AS a
    WHERE l.lomacl IS NOT NULL
),
granted (grants, kind, what, owner, installed, grantee, rights, grantable) AS (
    SELECT
        g.grants, g.kind, g.what, g.owner, g.installed, g.grantee,
        array_agg(DISTINCT g.privilege ORDER BY g.privilege) FILTER (WHERE g.privilege IS NOT NULL),
        array_agg(DISTINCT g.privilege ORDER BY g.privilege) FILTER (WHERE g.grantable)
    FROM "right" AS g
    GROUP BY 1, 2, 3, 4, 5, 6
),
-- PostgreSQL 17 has one privilege more: all of them mean the same on every version.
everything (kind, rights) AS (
    SELECT k, array_agg(a.privilege_type ORDER BY a.privilege_type)
    FROM unnest('{r,S,s,f,n,T,l,F,d,L}'::"char"[]) AS k
    CROSS JOIN LATERAL aclexplode(acldefault(k, 10)) AS a
    WHERE a.grantee = 10
    GROUP BY k
)
SELECT
    g.grants,
    g.what || ' to ' || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE coalesce(o.name, g.grantee::text) END,
    CASE
        WHEN g.kind = 'r' AND g.rights = e.rights THEN 'ALL'
        ELSE coalesce(array_to_string(g.rights, ', '), 'nothing')
    END
    || CASE
        WHEN g.grantable IS NULL THEN ''
        WHEN g.grantable = g.rights THEN ' WITH GRANT OPTION'
        ELSE '; WITH GRANT OPTION: ' || array_to_string(g.grantable, ', ')
    END
    || CASE WHEN g.installed THEN ' (as installed)' ELSE '' END
FROM granted AS g
LEFT JOIN everything AS e ON e.kind = g.kind
LEFT JOIN role AS o ON o.oid = g.grantee
WHERE NOT coalesce(o.ours, false)
    -- The owner of a thing may do everything with it unless somebody has taken that away.
    AND (g.grantee <> g.owner OR g.rights IS DISTINCT FROM e.rights OR g.grantable IS NOT NULL)

UNION ALL
SELECT
    'default privileges',
    'of ' || coalesce(r.name, d.defaclrole::text) || ' in ' || coalesce(s.name, 'every schema') || ' on '
    || CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
        WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects'
        ELSE d.defaclobjtype::text
    END
    || ' to ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE coalesce(o.name, a.grantee::text) END,
    CASE
        WHEN d.defaclobjtype = 'r' AND count(DISTINCT a.privilege_type) = (
            SELECT cardinality(e.rights) FROM everything AS e WHERE e.kind = 'r'
        ) THEN 'ALL'
        ELSE string_agg(DISTINCT a.privilege_type, ', ')
    END
    || coalesce(
        '; WITH GRANT OPTION: '
        || string_agg(DISTINCT a.privilege_type, ', ') FILTER (WHERE a.is_grantable),
        ''
    )
FROM pg_default_acl AS d
LEFT JOIN space AS s ON s.oid = d.defaclnamespace
LEFT JOIN role AS r ON r.oid = d.defaclrole
CROSS JOIN LATERAL aclexplode(d.defaclacl) AS a
LEFT JOIN role AS o ON o.oid = a.grantee
WHERE (d.defaclnamespace = 0 OR s.oid IS NOT NULL)
    AND NOT coalesce(r.ours, false) AND NOT coalesce(o.ours, false)
GROUP BY 2, d.defaclobjtype
