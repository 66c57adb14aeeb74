INSERT INTO public.backup_verification_incident AS incident (
    target, channel, thread, status, failing, opened_at, seen_at, runs, quiet_runs
) VALUES (
    %(target)s, %(channel)s, %(thread)s, %(status)s, %(failing)s,
    %(opened_at)s, %(seen_at)s, %(runs)s, %(quiet_runs)s
) ON CONFLICT (target, channel) DO UPDATE SET
    thread = excluded.thread,
    status = excluded.status,
    failing = excluded.failing,
    opened_at = excluded.opened_at,
    seen_at = excluded.seen_at,
    runs = excluded.runs,
    quiet_runs = excluded.quiet_runs
