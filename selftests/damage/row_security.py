"""Row security, undone in every way, and grants that were lost or widened."""

from selftests.damage.entry import Entry, changed

_DEFINITIONS = "test_definitions_match"
_RLS = "test_rls_policies_active"
_POLICY = "CREATE POLICY own ON public.visits FOR SELECT TO {} USING ({})"
_AGAIN = "DROP POLICY own ON public.visits; " + _POLICY

_WAYS: tuple[tuple[str, str, str, str | None], ...] = (
    ("row security off", "switched off for an import", "ALTER TABLE public.visits DISABLE ROW LEVEL SECURITY", _RLS),
    ("row security off on a partition", "a partition made by hand", "ALTER TABLE public.events_2026 DISABLE ROW LEVEL SECURITY", None),
    ("row security not forced", "a migration", "ALTER TABLE public.patients NO FORCE ROW LEVEL SECURITY", _RLS),
    ("row security forced anew", "a migration", "ALTER TABLE public.tenants FORCE ROW LEVEL SECURITY", None),
    ("policy dropped", "a migration", "DROP POLICY own_change ON public.visits", None),
    ("every policy dropped", "copied by a tool that knows no policies", "DROP POLICY own ON public.visits; DROP POLICY own_change ON public.visits; DROP POLICY living ON public.visits", _RLS),
    ("restrictive policy dropped", "a migration", "DROP POLICY living ON public.visits", None),
    ("restrictive policy made permissive", "recreated by hand", "DROP POLICY living ON public.visits; CREATE POLICY living ON public.visits FOR SELECT TO authenticated USING (state <> 'cancelled' OR tenant_id = public.tenant())", _RLS),
    ("policy that is true", "a debug session", "ALTER POLICY own ON public.events USING (true)", _RLS),
    ("policy that is 1 = 1", "a debug session", "ALTER POLICY own ON public.events USING (1 = 1)", _RLS),
    ("policy or true", "a debug session", "ALTER POLICY own ON public.events USING (tenant_id = public.tenant() OR true)", _RLS),
    ("policy of a subquery that ignores the row", "a careless policy", "ALTER POLICY own ON public.events USING (EXISTS (SELECT 1 FROM public.tenants WHERE id = public.tenant()))", _RLS),
    ("policy that compares the column with itself", "a name that hides another", "ALTER POLICY own ON public.events USING (tenant_id = tenant_id)", _RLS),
    ("policy of another column", "a careless policy", "ALTER POLICY own ON public.visits USING (room = public.tenant())", "test_tenants_isolated"),
    ("policy inverted", "a careless policy", "ALTER POLICY own ON public.visits USING (tenant_id <> public.tenant())", "test_tenants_isolated"),
    ("policy for nobody", "a careless policy", "ALTER POLICY own ON public.visits USING (false)", "test_tenants_isolated"),
    ("policy to PUBLIC", "a careless policy", "ALTER POLICY own ON public.visits TO PUBLIC", None),
    ("policy to PUBLIC and true", "a debug session", _AGAIN.format("PUBLIC", "true"), _RLS),
    ("policy to anon and true", "a debug session", "CREATE POLICY open ON public.visits TO anon USING (true); GRANT SELECT ON public.visits TO anon", _RLS),
    ("policy to another role", "roles renamed", "ALTER POLICY own ON public.visits TO clinic_report", "test_tenants_isolated"),
    ("policy for every command", "recreated by hand", "DROP POLICY own ON public.visits; CREATE POLICY own ON public.visits TO authenticated USING (tenant_id = public.tenant())", None),
    ("check of a policy is true", "a careless policy", "ALTER POLICY own ON public.patients WITH CHECK (true)", _RLS),
    ("policy's function is true for all", "a stub from a test environment", "CREATE OR REPLACE FUNCTION public.tenant() RETURNS integer LANGUAGE sql STABLE SET search_path = '' AS 'SELECT 1'", "test_tenants_isolated"),
    ("view no longer security_invoker", "CREATE OR REPLACE forgot it", "ALTER VIEW public.open_visits RESET (security_invoker)", _RLS),
    ("materialised view open to tenants", "a report", "GRANT SELECT ON clinic.sums TO authenticated; CREATE MATERIALIZED VIEW public.copied AS SELECT * FROM public.visits; GRANT SELECT ON public.copied TO authenticated", _RLS),
    ("definer function open to anon", "a default of PUBLIC", "CREATE FUNCTION public.leak() RETURNS SETOF public.patients LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT * FROM public.patients'", _RLS),
    ("definer function granted to PUBLIC", "a careless grant", "GRANT EXECUTE ON FUNCTION clinic.sweep(integer) TO PUBLIC", None),
    ("grant lost", "recreated by a tool", "REVOKE SELECT ON public.visits FROM authenticated", None),
    ("grant widened to anon", "GRANT ALL to be quick", "GRANT ALL ON public.patients TO anon", None),
    ("grant widened to PUBLIC", "GRANT ALL to be quick", "GRANT SELECT ON clinic.invoices TO PUBLIC", None),
    ("grant with grant option", "a careless grant", "GRANT SELECT ON public.visits TO authenticated WITH GRANT OPTION", None),
    ("column's grant lost", "recreated by a tool", "REVOKE UPDATE (state) ON public.visits FROM authenticated", None),
    ("column's grant widened", "a careless grant", "GRANT UPDATE (tenant_id) ON public.visits TO authenticated", None),
    ("schema's grant lost", "recreated by a tool", "REVOKE USAGE ON SCHEMA clinic FROM authenticated", None),
    ("sequence's grant lost", "recreated by a tool", "REVOKE ALL ON SEQUENCE public.patients_id_seq FROM authenticated", None),
    ("function's grant lost", "recreated by a tool", "REVOKE EXECUTE ON FUNCTION clinic.sweep(integer) FROM service_role", None),
    ("large object's grant widened", "a careless grant", "GRANT SELECT ON LARGE OBJECT 4243 TO PUBLIC", None),
    ("default privileges lost", "recreated by a tool", "ALTER DEFAULT PRIVILEGES FOR ROLE clinic_owner IN SCHEMA clinic REVOKE SELECT ON TABLES FROM service_role", None),
    ("default privileges widened", "GRANT ALL to be quick", "ALTER DEFAULT PRIVILEGES FOR ROLE clinic_owner IN SCHEMA public GRANT ALL ON TABLES TO anon", None),
    ("all that a role was given is lost", "DROP OWNED BY, before the role was dropped", "DROP OWNED BY authenticated", _RLS),
)  # fmt: skip

ENTRIES = tuple(
    Entry(name, "row security", story, changed(statements), _DEFINITIONS, without)
    for name, story, statements, without in _WAYS
)
