SELECT n.nspname::text, c.relname::text, c.relrowsecurity, (
    SELECT count(*) FROM pg_catalog.pg_constraint AS k WHERE k.confrelid = c.oid AND k.conrelid <> c.oid
), greatest(c.reltuples, 0)::bigint, coalesce((
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'command', p.polcmd, 'permissive', p.polpermissive,
        'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'roles', array(
            SELECT pg_catalog.pg_get_userbyid(role) FROM unnest(p.polroles) AS role WHERE role <> 0
        )
    ) ORDER BY p.polname) FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid
), '[]'), array(
    SELECT r.rolname::text FROM pg_catalog.pg_roles AS r
    WHERE r.oid IN (SELECT a.grantee FROM pg_catalog.aclexplode(c.relacl) AS a WHERE a.privilege_type = 'SELECT')
    AND r.oid <> c.relowner AND NOT (r.rolsuper OR r.rolbypassrls)
    AND r.rolname NOT IN ('anon', 'service_role', 'postgres')
    AND pg_catalog.pg_has_role(r.oid, 'MEMBER') ORDER BY r.rolname <> 'authenticated', r.rolname
)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
AND n.nspname <> ALL (%s) AND n.nspname NOT LIKE 'pg\_%%'
AND strpos(n.nspname, '.') + strpos(c.relname, '.') = 0
AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
)
ORDER BY 1, 2
