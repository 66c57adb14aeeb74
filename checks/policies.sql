WITH RECURSIVE critical AS (
    SELECT wanted.name, c.oid, c.relowner AS owner, c.relacl AS acl,
        c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted (name, schema_name, table_name)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
), trusted AS (
    -- The platform's own roles and ours: a dump of one database tells no role's attributes.
    SELECT r.oid, r.rolname FROM pg_catalog.pg_roles AS r
    WHERE r.rolname = ANY (%s::text[]) OR r.rolname LIKE 'pg\_%%'
), relation_grants AS (
    SELECT critical.name, critical.oid, a.grantee, a.privilege_type AS command
    FROM critical, pg_catalog.aclexplode(critical.acl) AS a WHERE a.grantee <> critical.owner
    UNION
    SELECT critical.name, critical.oid, a.grantee, a.privilege_type
    FROM critical
    JOIN pg_catalog.pg_attribute AS att ON att.attrelid = critical.oid,
        pg_catalog.aclexplode(att.attacl) AS a WHERE a.grantee <> critical.owner
), policies AS (
    SELECT critical.name AS table_name, p.oid, p.polname, p.polcmd, p.polpermissive, p.polroles,
        p.polqual::text AS using_tree, p.polwithcheck::text AS check_tree
    FROM critical JOIN pg_catalog.pg_policy AS p ON p.polrelid = critical.oid
), named AS (
    SELECT DISTINCT role FROM policies, unnest(policies.polroles) AS role
    UNION SELECT grantee FROM relation_grants
), subjects AS (
    SELECT r.oid, r.rolname FROM pg_catalog.pg_roles AS r
    WHERE r.rolname IN ('anon', 'authenticated')
    OR (r.oid IN (SELECT role FROM named) AND NOT (r.rolsuper OR r.rolbypassrls)
        AND r.oid NOT IN (SELECT oid FROM trusted) AND r.oid NOT IN (SELECT owner FROM critical)
        AND (NOT EXISTS (
            SELECT FROM named JOIN pg_catalog.pg_roles AS web ON web.oid = named.role
            WHERE web.rolname IN ('anon', 'authenticated')
        ) OR EXISTS (
            SELECT FROM pg_catalog.pg_auth_members AS m JOIN pg_catalog.pg_roles AS web ON web.oid = m.member
            WHERE m.roleid = r.oid AND web.rolname IN ('anon', 'authenticated', 'authenticator')
        )))
), exposed AS (
    SELECT 0::oid AS oid, 'PUBLIC' AS rolname UNION ALL SELECT oid, rolname::text FROM subjects
), bypassing AS (
    SELECT r.oid, r.rolname, r.rolcanlogin FROM pg_catalog.pg_roles AS r
    WHERE r.rolsuper OR r.rolbypassrls
    OR r.rolname IN ('postgres', 'service_role', 'supabase_admin')
    OR r.rolname = ANY (%s::text[])
), readable AS (
    -- Whoever acts as `owner` is not held by the row security of this table.
    SELECT critical.oid, critical.name, r.oid AS owner
    FROM critical, pg_catalog.pg_roles AS r
    WHERE critical.enabled AND (
        r.oid IN (SELECT oid FROM bypassing)
        OR NOT critical.forced AND pg_catalog.pg_has_role(r.oid, critical.owner, 'USAGE')
    )
), relations AS (
    SELECT c.oid, c.relkind, c.relowner, c.relnamespace, pg_catalog.concat(n.nspname, '.', c.relname) AS name,
        c.relkind = 'v' AND coalesce((
            SELECT bool_or(option.option_value::boolean)
            FROM pg_catalog.pg_options_to_table(c.reloptions) AS option
            WHERE option.option_name = 'security_invoker'
        ), false) AS invoker
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
), view_reads AS (
    SELECT DISTINCT r.ev_class AS reader, d.refobjid AS relation
    FROM pg_catalog.pg_rewrite AS r
    JOIN relations ON relations.oid = r.ev_class
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
), reaches AS (
    SELECT relations.oid AS reader, view_reads.relation, relations.relowner AS acts_as
    FROM relations JOIN view_reads ON view_reads.reader = relations.oid WHERE NOT relations.invoker
    UNION
    SELECT reaches.reader, view_reads.relation,
        CASE WHEN inner_one.invoker THEN reaches.acts_as ELSE inner_one.relowner END
    FROM reaches
    JOIN relations AS inner_one ON inner_one.oid = reaches.relation
    JOIN view_reads ON view_reads.reader = inner_one.oid
), views AS (
    SELECT relations.name, relations.relkind, array_agg(DISTINCT readable.name ORDER BY readable.name) AS tables,
        array(
            SELECT e.rolname FROM exposed AS e
            WHERE pg_catalog.has_schema_privilege(e.oid, relations.relnamespace, 'USAGE') AND (
                pg_catalog.has_any_column_privilege(e.oid, relations.oid, 'SELECT, INSERT, UPDATE')
                OR pg_catalog.has_table_privilege(e.oid, relations.oid, 'DELETE')
            ) ORDER BY 1
        ) AS roles
    FROM reaches
    JOIN relations ON relations.oid = reaches.reader
    JOIN readable ON readable.oid = reaches.relation AND readable.owner = reaches.acts_as
    WHERE NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d WHERE d.objid = relations.oid AND d.deptype = 'e'
    )
    GROUP BY relations.oid, relations.name, relations.relkind, relations.relnamespace
), children AS (
    SELECT critical.oid AS parent, i.inhrelid AS oid
    FROM critical JOIN pg_catalog.pg_inherits AS i ON i.inhparent = critical.oid WHERE critical.enabled
    UNION
    SELECT children.parent, i.inhrelid
    FROM children JOIN pg_catalog.pg_inherits AS i ON i.inhparent = children.oid
), partitions AS (
    SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, critical.name AS parent, array(
        SELECT e.rolname FROM exposed AS e
        WHERE pg_catalog.has_schema_privilege(e.oid, n.oid, 'USAGE') AND (
            pg_catalog.has_any_column_privilege(e.oid, c.oid, 'SELECT, INSERT, UPDATE')
            OR pg_catalog.has_table_privilege(e.oid, c.oid, 'DELETE')
        ) ORDER BY 1
    ) AS roles
    FROM children
    JOIN critical ON critical.oid = children.parent
    JOIN pg_catalog.pg_class AS c ON c.oid = children.oid AND NOT c.relrowsecurity
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
), functions AS (
    SELECT pg_catalog.concat(n.nspname, '.', p.proname) AS name,
        pg_catalog.oidvectortypes(p.proargtypes) AS arguments, array(
            SELECT e.rolname FROM exposed AS e
            WHERE e.rolname IN ('PUBLIC', 'anon')
            AND pg_catalog.has_schema_privilege(e.oid, n.oid, 'USAGE')
            AND pg_catalog.has_function_privilege(e.oid, p.oid, 'EXECUTE')
            -- What a policy asks, all that the policy is for have to be able to ask.
            AND NOT ((p.pronargs = 0 OR p.prorettype = 'boolean'::regtype) AND EXISTS (
                SELECT FROM pg_catalog.pg_depend AS d
                JOIN pg_catalog.pg_policy AS asking ON asking.oid = d.objid
                JOIN unnest(asking.polroles) AS role ON true
                WHERE d.classid = 'pg_catalog.pg_policy'::regclass
                AND d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = p.oid
                AND (role = 0 OR e.oid <> 0 AND pg_catalog.pg_has_role(e.oid, role, 'USAGE'))
            )) ORDER BY 1
        ) AS roles
    FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
    AND n.nspname <> ALL (%s::text[]) AND n.nspname NOT LIKE 'pg\_%%'
    AND p.proowner IN (SELECT owner FROM readable)
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
), roles AS (
    SELECT s.rolname AS name, r.rolname AS above
    FROM subjects AS s
    JOIN pg_catalog.pg_roles AS r ON r.oid IN (
        SELECT oid FROM bypassing UNION SELECT owner FROM critical WHERE NOT forced
    ) AND pg_catalog.pg_has_role(s.oid, r.oid, 'MEMBER')
    WHERE (r.oid = s.oid OR s.oid NOT IN (SELECT oid FROM bypassing))
    AND (s.rolname IN ('anon', 'authenticated') OR s.oid IN (SELECT unnest(polroles) FROM policies))
    UNION
    SELECT r.rolname, r.rolname
    FROM bypassing AS r
    WHERE r.rolcanlogin AND r.oid <> 10 AND r.oid IN (SELECT grantee FROM relation_grants)
    AND r.oid NOT IN (SELECT oid FROM trusted) AND r.oid NOT IN (SELECT owner FROM critical)
    AND r.rolname <> current_user
    AND r.oid <> (SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
)
SELECT pg_catalog.jsonb_build_object(
    'tables', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'name', name, 'enabled', enabled, 'forced', forced, 'not_null', array(
            SELECT att.attnum FROM pg_catalog.pg_attribute AS att
            WHERE att.attrelid = critical.oid AND (att.attnotnull OR att.attnum < 0)
        )
    )) FROM critical),
    'policies', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'table', table_name, 'name', polname, 'command', polcmd, 'permissive', polpermissive,
        'using', using_tree, 'check', check_tree, 'roles', array(
            SELECT e.rolname FROM exposed AS e WHERE 0 = ANY (polroles) OR e.oid <> 0 AND EXISTS (
                SELECT FROM unnest(polroles) AS role WHERE pg_catalog.pg_has_role(e.oid, role, 'USAGE')
            ) ORDER BY e.oid
        )
    ) ORDER BY table_name, polname) FROM policies),
    'operators', (SELECT pg_catalog.jsonb_object_agg(o.oid, o.oprname) FROM pg_catalog.pg_operator AS o
        WHERE o.oid IN (
            SELECT match[1]::oid FROM policies, LATERAL pg_catalog.regexp_matches(
                pg_catalog.concat(using_tree, check_tree), ':opno (\d+)', 'g'
            ) AS match
        )),
    'functions', (SELECT pg_catalog.jsonb_object_agg(p.oid, pg_catalog.concat(n.nspname, '.', p.proname))
        FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
        WHERE p.oid IN (
            SELECT match[1]::oid FROM policies, LATERAL pg_catalog.regexp_matches(
                pg_catalog.concat(using_tree, check_tree), ':funcid (\d+)', 'g'
            ) AS match
        )),
    'grants', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'table', g.name, 'role', e.rolname, 'command', g.command
    ) ORDER BY g.name, e.rolname, g.command)
        FROM relation_grants AS g JOIN exposed AS e ON e.oid = g.grantee
        WHERE g.command IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
    'views', (SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(views) ORDER BY views.name) FROM views),
    'partitions', (SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(partitions) ORDER BY partitions.name)
        FROM partitions),
    'definers', (SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(functions)
        ORDER BY functions.name, functions.arguments) FROM functions),
    'bypassing', (SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(roles) ORDER BY roles.name, roles.above)
        FROM roles)
)
