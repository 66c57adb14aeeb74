-- Rows that went, came or changed between the source and the dump.
DELETE FROM public.appointments WHERE booking_number <= 1005;
INSERT INTO public.webhook_logs (event, payload) VALUES ('call.started', '{}');
UPDATE public.contacts SET notes = 'Never call.' WHERE phone IN (SELECT phone FROM public.contacts ORDER BY phone LIMIT 3);
TRUNCATE public.knowledge_base_chunks;
SELECT setval('public.booking_number_seq', 1001);
