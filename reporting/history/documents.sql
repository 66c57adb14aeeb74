SELECT jsonb_build_object('id', v.id, 'verified_at', v.verified_at, 'status', v.status)
    || CASE WHEN
        jsonb_typeof(v.verification_details -> 'checks') = 'array'
        AND jsonb_typeof(v.verification_details -> 'target') = 'object'
    THEN v.verification_details || jsonb_build_object(
        'id', v.id,
        'checks', (
            SELECT coalesce(jsonb_agg(
                c.value || jsonb_build_object('details', CASE
                    WHEN jsonb_typeof(c.value -> 'details') = 'object' THEN (
                        SELECT coalesce(jsonb_object_agg(d.key, d.value), '{}')
                        FROM jsonb_each(c.value -> 'details') AS d
                        WHERE d.key = ANY (%(kept)s)
                    )
                    ELSE '{}'
                END)
                ORDER BY c.ordinality
            ), '[]')
            FROM jsonb_array_elements(v.verification_details -> 'checks') WITH ORDINALITY AS c
            WHERE jsonb_typeof(c.value) = 'object'
        )
    )
    ELSE '{}'
    END
FROM public.backup_verification_log AS v
WHERE (%(days)s::integer IS NULL OR v.verified_at > now() - make_interval(days => %(days)s))
    AND (
        %(target)s::text IS NULL
        OR coalesce(v.verification_details -> 'target' ->> 'name', '') IN ('', %(target)s)
    )
ORDER BY v.verified_at, v.created_at
