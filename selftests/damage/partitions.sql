-- Partitions detached, lost and bounded otherwise.

-- partition detached
--   how: an archiving job stopped half way
--   noticed by: test_definitions_match
--   without a reference: test_row_counts_reasonable
ALTER TABLE public.events DETACH PARTITION public.events_2025;

-- partition dropped
--   how: an archiving job of the wrong year
--   noticed by: test_definitions_match
--   without a reference: test_row_counts_reasonable
DROP TABLE public.events_2025;

-- partition that would come next is lost
--   how: a job that makes partitions died
--   noticed by: test_definitions_match
--   without a reference: nothing
CREATE TABLE public.events_2027 PARTITION OF public.events FOR VALUES FROM ('2027-01-01 00:00+00') TO ('2028-01-01 00:00+00');

-- partition of other bounds
--   how: a job that makes partitions, in another time zone
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.events DETACH PARTITION public.events_2026;
ALTER TABLE public.events ATTACH PARTITION public.events_2026 FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-12-31 00:00+00');

-- default partition added
--   how: a job that makes partitions died
--   noticed by: test_definitions_match
--   without a reference: nothing
CREATE TABLE public.events_other PARTITION OF public.events DEFAULT;

-- partitions made one table
--   how: copied by a tool that knows no partitions
--   noticed by: test_definitions_match
--   without a reference: nothing
CREATE TABLE public.flat AS SELECT * FROM public.events;
DROP TABLE public.events;
ALTER TABLE public.flat RENAME TO events;
ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.events FOR SELECT TO authenticated USING (tenant_id = public.tenant());
GRANT SELECT ON public.events TO authenticated;

-- partition's index lost
--   how: attached by hand
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.events DETACH PARTITION public.events_2025;
DROP INDEX public.events_2025_tenant_id_idx;
DROP INDEX public.events_by_tenant;
CREATE INDEX events_by_tenant ON ONLY public.events (tenant_id);
ALTER TABLE public.events ATTACH PARTITION public.events_2025 FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2026-01-01 00:00+00');
