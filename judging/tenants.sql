SELECT wanted.name, wanted.schema_name, wanted.table_name, wanted.column_name,
    pg_catalog.format_type(att.atttypid, att.atttypmod),
    pg_catalog.pg_get_userbyid(c.relowner)::text,
    coalesce(pg_catalog.has_schema_privilege(member.oid, n.oid, 'USAGE')
        AND pg_catalog.has_column_privilege(member.oid, c.oid, att.attnum, 'SELECT'), false),
    coalesce(pg_catalog.has_schema_privilege(stranger.oid, n.oid, 'USAGE')
        AND pg_catalog.has_column_privilege(stranger.oid, c.oid, att.attnum, 'SELECT'), false),
    array(
        SELECT command FROM (VALUES
            ('INSERT', pg_catalog.has_table_privilege(member.oid, c.oid, 'INSERT')),
            ('UPDATE', pg_catalog.has_column_privilege(member.oid, c.oid, att.attnum, 'UPDATE')),
            ('DELETE', pg_catalog.has_table_privilege(member.oid, c.oid, 'DELETE'))
        ) AS has (command, granted)
        WHERE granted AND pg_catalog.has_schema_privilege(member.oid, n.oid, 'USAGE')
    ),
    EXISTS (
        -- FOR EACH ROW and BEFORE: it may have set right what would have been written.
        SELECT FROM pg_catalog.pg_trigger AS t
        WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    ),
    coalesce((
        -- What fills itself and has to be unique is left to fill itself.
        SELECT pg_catalog.jsonb_object_agg(
            other.attname, pg_catalog.format_type(other.atttypid, other.atttypmod)
        ) FROM pg_catalog.pg_attribute AS other
        WHERE other.attrelid = c.oid AND other.attnum > 0 AND NOT other.attisdropped
        AND other.attgenerated = '' AND (other.attnum = att.attnum OR other.attidentity <> 'a' AND NOT (
            (other.atthasdef OR other.attidentity <> '') AND EXISTS (
                SELECT FROM pg_catalog.pg_index AS i
                WHERE i.indrelid = c.oid AND i.indisunique AND other.attnum = ANY (i.indkey)
            )
        ))
    ), '{}')
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
    AS wanted (name, schema_name, table_name, column_name)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = wanted.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
JOIN pg_catalog.pg_attribute AS att ON att.attrelid = c.oid AND att.attname = wanted.column_name
    AND att.attnum > 0 AND NOT att.attisdropped
LEFT JOIN pg_catalog.pg_roles AS member ON member.rolname = %s
LEFT JOIN pg_catalog.pg_roles AS stranger ON stranger.rolname = %s
ORDER BY wanted.name
