-- What a migration by hand, a restore without roles or an export with a filter leave behind.
REVOKE SELECT, UPDATE ON public.organizations FROM authenticated;
GRANT SELECT ON public.profiles TO authenticated WITH GRANT OPTION;
CREATE OR REPLACE FUNCTION public.set_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
    AS 'begin return new; end';
ALTER TABLE public.contacts ALTER COLUMN notes TYPE varchar(500);
ALTER TABLE public.appointments DROP CONSTRAINT appointments_contact_id_fkey;
DROP INDEX public.webhook_logs_received_at_idx;
COMMENT ON TABLE public.contacts IS NULL;
COMMENT ON TABLE public.agents IS 'Somebody else''s words.';
CREATE TABLE public.stray (id integer);
RESET ROLE;
ALTER TABLE public.webhook_logs OWNER TO service_role;
