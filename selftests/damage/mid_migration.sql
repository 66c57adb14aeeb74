-- A dump taken between two steps of a migration.

-- column added and not filled
--   how: taken between two steps
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.patients ADD COLUMN phone text;

-- old table beside the new
--   how: taken between two steps
--   noticed by: test_definitions_match
--   without a reference: nothing
CREATE TABLE public.visits_new (LIKE public.visits INCLUDING ALL);

-- rows moved half way
--   how: taken between two steps
--   noticed by: test_contents_match
--   without a reference: test_row_counts_reasonable
CREATE TABLE public.visits_old AS SELECT * FROM public.visits WHERE patient_id < 60;
DELETE FROM public.visits WHERE patient_id < 60;

-- unique index half built
--   how: CREATE INDEX CONCURRENTLY failed
--   noticed by: test_definitions_match
--   without a reference: nothing
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.patients_lower'::regclass;
