-- Row security undone in every way, and grants lost or widened, each in a copy of the rich database.

-- row security off
--   how: switched off for an import
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER TABLE public.visits DISABLE ROW LEVEL SECURITY;

-- row security off on a partition
--   how: a partition made by hand
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.events_2026 DISABLE ROW LEVEL SECURITY;

-- row security not forced
--   how: a migration
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER TABLE public.patients NO FORCE ROW LEVEL SECURITY;

-- row security forced anew
--   how: a migration
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.tenants FORCE ROW LEVEL SECURITY;

-- policy dropped
--   how: a migration
--   noticed by: test_definitions_match
--   without a reference: nothing
DROP POLICY own_change ON public.visits;

-- every policy dropped
--   how: copied by a tool that knows no policies
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
DROP POLICY own ON public.visits;
DROP POLICY own_change ON public.visits;
DROP POLICY living ON public.visits;

-- restrictive policy dropped
--   how: a migration
--   noticed by: test_definitions_match
--   without a reference: nothing
DROP POLICY living ON public.visits;

-- restrictive policy made permissive
--   how: recreated by hand
--   noticed by: test_definitions_match
--   without a reference: test_tenants_isolated
DROP POLICY living ON public.visits;
CREATE POLICY living ON public.visits FOR SELECT TO authenticated USING (state <> 'cancelled' OR tenant_id = public.tenant());

-- policy that is true
--   how: a debug session
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER POLICY own ON public.events USING (true);

-- policy that is 1 = 1
--   how: a debug session
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER POLICY own ON public.events USING (1 = 1);

-- policy or true
--   how: a debug session
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER POLICY own ON public.events USING (tenant_id = public.tenant() OR true);

-- policy of a subquery that ignores the row
--   how: a careless policy
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER POLICY own ON public.events USING (EXISTS (SELECT 1 FROM public.tenants WHERE id = public.tenant()));

-- policy that compares the column with itself
--   how: a name that hides another
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER POLICY own ON public.events USING (tenant_id = tenant_id);

-- policy of another column
--   how: a careless policy
--   noticed by: test_definitions_match
--   without a reference: test_tenants_isolated
ALTER POLICY own ON public.visits USING (room = public.tenant());

-- policy inverted
--   how: a careless policy
--   noticed by: test_definitions_match
--   without a reference: test_tenants_isolated
ALTER POLICY own ON public.visits USING (tenant_id <> public.tenant());

-- policy for nobody
--   how: a careless policy
--   noticed by: test_definitions_match
--   without a reference: test_tenants_isolated
ALTER POLICY own ON public.visits USING (false);

-- policy to PUBLIC
--   how: a careless policy
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER POLICY own ON public.visits TO PUBLIC;

-- policy to PUBLIC and true
--   how: a debug session
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
DROP POLICY own ON public.visits;
CREATE POLICY own ON public.visits FOR SELECT TO PUBLIC USING (true);

-- policy to anon and true
--   how: a debug session
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
CREATE POLICY open ON public.visits TO anon USING (true);
GRANT SELECT ON public.visits TO anon;

-- policy to another role
--   how: roles renamed
--   noticed by: test_definitions_match
--   without a reference: test_tenants_isolated
ALTER POLICY own ON public.visits TO clinic_report;

-- policy for every command
--   how: recreated by hand
--   noticed by: test_definitions_match
--   without a reference: nothing
DROP POLICY own ON public.visits;
CREATE POLICY own ON public.visits TO authenticated USING (tenant_id = public.tenant());

-- check of a policy is true
--   how: a careless policy
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER POLICY own ON public.patients WITH CHECK (true);

-- policy's function is true for all
--   how: a stub from a test environment
--   noticed by: test_definitions_match
--   without a reference: test_tenants_isolated
CREATE OR REPLACE FUNCTION public.tenant() RETURNS integer LANGUAGE sql STABLE SET search_path = '' AS 'SELECT 1';

-- view no longer security_invoker
--   how: CREATE OR REPLACE forgot it
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
ALTER VIEW public.open_visits RESET (security_invoker);

-- materialised view open to tenants
--   how: a report
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
GRANT SELECT ON clinic.sums TO authenticated;
CREATE MATERIALIZED VIEW public.copied AS SELECT * FROM public.visits;
GRANT SELECT ON public.copied TO authenticated;

-- definer function open to anon
--   how: a default of PUBLIC
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
CREATE FUNCTION public.leak() RETURNS SETOF public.patients LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT * FROM public.patients';

-- definer function granted to PUBLIC
--   how: a careless grant
--   noticed by: test_definitions_match
--   without a reference: nothing
GRANT EXECUTE ON FUNCTION clinic.sweep(integer) TO PUBLIC;

-- grant lost
--   how: recreated by a tool
--   noticed by: test_definitions_match
--   without a reference: nothing
REVOKE SELECT ON public.visits FROM authenticated;

-- grant widened to anon
--   how: GRANT ALL to be quick
--   noticed by: test_definitions_match
--   without a reference: nothing
GRANT ALL ON public.patients TO anon;

-- grant widened to PUBLIC
--   how: GRANT ALL to be quick
--   noticed by: test_definitions_match
--   without a reference: nothing
GRANT SELECT ON clinic.invoices TO PUBLIC;

-- grant with grant option
--   how: a careless grant
--   noticed by: test_definitions_match
--   without a reference: nothing
GRANT SELECT ON public.visits TO authenticated WITH GRANT OPTION;

-- column's grant lost
--   how: recreated by a tool
--   noticed by: test_definitions_match
--   without a reference: nothing
REVOKE UPDATE (state) ON public.visits FROM authenticated;

-- column's grant widened
--   how: a careless grant
--   noticed by: test_definitions_match
--   without a reference: nothing
GRANT UPDATE (tenant_id) ON public.visits TO authenticated;

-- schema's grant lost
--   how: recreated by a tool
--   noticed by: test_definitions_match
--   without a reference: nothing
REVOKE USAGE ON SCHEMA clinic FROM authenticated;

-- sequence's grant lost
--   how: recreated by a tool
--   noticed by: test_definitions_match
--   without a reference: nothing
REVOKE ALL ON SEQUENCE public.patients_id_seq FROM authenticated;

-- function's grant lost
--   how: recreated by a tool
--   noticed by: test_definitions_match
--   without a reference: nothing
REVOKE EXECUTE ON FUNCTION clinic.sweep(integer) FROM service_role;

-- large object's grant widened
--   how: a careless grant
--   noticed by: test_definitions_match
--   without a reference: nothing
GRANT SELECT ON LARGE OBJECT 4243 TO PUBLIC;

-- default privileges lost
--   how: recreated by a tool
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER DEFAULT PRIVILEGES FOR ROLE clinic_owner IN SCHEMA clinic REVOKE SELECT ON TABLES FROM service_role;

-- default privileges widened
--   how: GRANT ALL to be quick
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER DEFAULT PRIVILEGES FOR ROLE clinic_owner IN SCHEMA public GRANT ALL ON TABLES TO anon;

-- all that a role was given is lost
--   how: DROP OWNED BY, before the role was dropped
--   noticed by: test_definitions_match
--   without a reference: test_rls_policies_active
DROP OWNED BY authenticated;
