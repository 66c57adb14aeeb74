-- The latest verification of each target, and how old it is by this database's own clock. Rows from before
-- targets had names have none.
SELECT DISTINCT ON (name)
    log.verification_details -> 'target' ->> 'name' AS name,
    log.verification_details -> 'target' ->> 'database' AS database,
    log.id::text AS id,
    log.verified_at,
    log.status,
    log.checks_passed,
    log.checks_failed,
    log.backup_id,
    extract(epoch FROM pg_catalog.now() - log.verified_at)::double precision AS age_seconds
FROM public.backup_verification_log AS log
ORDER BY name, log.verified_at DESC, log.created_at DESC
