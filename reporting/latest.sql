-- The latest verification of each target, and how old it is by this database's own clock. Rows from before
-- targets had names go by their locations.
SELECT DISTINCT ON (name, location)
    coalesce(log.verification_details -> 'target' ->> 'name', '') AS name,
    CASE
        WHEN coalesce(log.verification_details -> 'target' ->> 'name', '') = ''
        THEN log.verification_details -> 'target' ->> 'location'
    END AS location,
    log.id::text AS id,
    log.verified_at,
    log.status,
    log.checks_passed,
    log.checks_failed,
    log.backup_id,
    (
        SELECT count(*)::integer FROM jsonb_path_query(
            log.verification_details,
            '$.checks[*] ? (exists(@.exempted ? (@ != null)) || exists(@.findings[*].exempted ? (@ != null)))'
        )
    ) AS exempted,
    extract(epoch FROM pg_catalog.now() - log.verified_at)::double precision AS age_seconds
FROM public.backup_verification_log AS log
ORDER BY name, location, log.verified_at DESC, log.created_at DESC
