, here AS (
    SELECT d.* FROM pg_database AS d WHERE d.datname = current_database()
),
member (role, member, admin, inherits, may_set) AS (
    SELECT
        m.roleid, m.member, bool_or(m.admin_option),
        bool_or(coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit)),
        bool_or(coalesce((to_jsonb(m) ->> 'set_option')::boolean, true))
    FROM pg_auth_members AS m
    JOIN pg_roles AS r ON r.oid = m.member
    GROUP BY 1, 2
),
-- The roles that anything here names, and whoever is tied to them by membership.
concerned (oid) AS (
    SELECT d.refobjid
    FROM pg_shdepend AS d
    JOIN here
        ON d.dbid = here.oid OR d.dbid = 0 AND d.classid = 'pg_database'::regclass AND d.objid = here.oid
    WHERE d.refclassid = 'pg_authid'::regclass
    UNION
    SELECT x.oid
    FROM concerned AS k
    JOIN role AS g ON g.oid = k.oid AND NOT g.ours AND k.oid >= 16384
    JOIN member AS m ON k.oid IN (m.role, m.member)
    CROSS JOIN LATERAL (VALUES (m.role), (m.member)) AS x (oid)
)
SELECT
    'role',
    g.name,
    concat_ws(
        ' ',
        CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
        CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
        CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
        CASE WHEN r.rolreplication THEN 'REPLICATION' END,
        CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
        CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
        'CONNECTION LIMIT ' || nullif(r.rolconnlimit, -1),
        'VALID UNTIL ' || quote_literal(nullif(r.rolvaliduntil, 'infinity'))
    )
FROM concerned AS k
JOIN role AS g ON g.oid = k.oid AND NOT g.ours
JOIN pg_roles AS r ON r.oid = k.oid
WHERE k.oid >= 16384

UNION ALL
SELECT
    'membership',
    b.name || ' in ' || a.name,
    concat_ws(
        ', ',
        CASE WHEN m.inherits THEN 'INHERIT' ELSE 'NOINHERIT' END,
        CASE WHEN m.admin THEN 'ADMIN' END,
        CASE WHEN NOT m.may_set THEN 'NO SET' END
    )
FROM member AS m
JOIN role AS a ON a.oid = m.role AND NOT a.ours
JOIN role AS b ON b.oid = m.member AND NOT b.ours
WHERE m.member IN (SELECT k.oid FROM concerned AS k WHERE k.oid >= 16384)

UNION ALL
SELECT
    CASE WHEN s.setdatabase = 0 THEN 'role setting' ELSE 'database setting' END,
    split_part(x.setting, '=', 1) || coalesce(' for ' || g.name, ''),
    CASE
        WHEN split_part(x.setting, '=', 1) ~* %(secrets)s::text THEN 'value not shown'
        ELSE substr(x.setting, strpos(x.setting, '=') + 1)
    END
FROM pg_db_role_setting AS s
JOIN here ON s.setdatabase IN (0, here.oid)
LEFT JOIN role AS g ON g.oid = s.setrole
CROSS JOIN LATERAL unnest(s.setconfig) AS x (setting)
WHERE NOT coalesce(g.ours, false)
    AND (s.setdatabase <> 0 OR s.setrole IN (SELECT k.oid FROM concerned AS k WHERE k.oid >= 16384))

UNION ALL
SELECT 'database', 'encoding', pg_encoding_to_char(here.encoding) FROM here
UNION ALL
SELECT 'database', 'locale', here.datcollate || ' ' || here.datctype FROM here
UNION ALL
SELECT 'database', 'connection limit', here.datconnlimit::text FROM here WHERE here.datconnlimit <> -1
UNION ALL
SELECT 'database', 'owner', coalesce(g.name, here.datdba::text)
FROM here LEFT JOIN role AS g ON g.oid = here.datdba

UNION ALL
SELECT 'database', 'comment', d.description
FROM here
JOIN pg_shdescription AS d ON d.classoid = 'pg_database'::regclass AND d.objoid = here.oid
WHERE here.datname NOT IN ('postgres', 'template1')

UNION ALL
SELECT 'role', g.name || ': comment', d.description
FROM concerned AS k
JOIN role AS g ON g.oid = k.oid AND NOT g.ours
JOIN pg_shdescription AS d ON d.classoid = 'pg_authid'::regclass AND d.objoid = k.oid

UNION ALL
SELECT 'server', 'major version', current_setting('server_version_num')::int / 10000 || ''
