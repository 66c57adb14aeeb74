SELECT
    (SELECT coalesce(sum(pg_catalog.pg_database_size(oid)), 0)::bigint FROM pg_catalog.pg_database),
    (
        SELECT count(*) FROM pg_catalog.pg_class
        WHERE relkind = 'r' AND oid >= 16384 AND pg_catalog.pg_stat_get_tuples_inserted(oid) > 0
    ),
    ARRAY(
        SELECT left(query, 300) FROM pg_catalog.pg_stat_activity
        WHERE state = 'active' AND backend_type = 'client backend' AND datname = current_database()
            AND pid <> pg_catalog.pg_backend_pid()
        ORDER BY query_start
    )
