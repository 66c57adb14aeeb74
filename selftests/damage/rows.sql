-- Rows lost, doubled, altered, encoded anew and shuffled; sequences; large objects.

-- one row lost
--   how: a replica that skipped one
--   noticed by: test_contents_match
--   without a reference: nothing
DELETE FROM public.visits WHERE room = 3 AND patient_id = 33;

-- one row in a hundred lost
--   how: a filter in the export
--   noticed by: test_contents_match
--   without a reference: nothing
DELETE FROM public.visits WHERE patient_id % 100 = 7;

-- most rows lost
--   how: only the last days were copied
--   noticed by: test_contents_match
--   without a reference: test_row_counts_reasonable
DELETE FROM public.visits WHERE patient_id > 100;

-- table emptied
--   how: TRUNCATE on the wrong connection
--   noticed by: test_contents_match
--   without a reference: test_row_counts_reasonable
TRUNCATE public.visits;

-- table emptied that is not critical
--   how: TRUNCATE on the wrong connection
--   noticed by: test_contents_match
--   without a reference: nothing
TRUNCATE audit.changes;

-- a tenant's rows lost
--   how: a customer deleted by mistake
--   noticed by: test_contents_match
--   without a reference: nothing
DELETE FROM public.visits WHERE tenant_id = 3;

-- a partition's rows lost
--   how: an old partition archived by mistake
--   noticed by: test_contents_match
--   without a reference: test_row_counts_reasonable
DELETE FROM ONLY public.events_2025;

-- rows doubled
--   how: an import run twice
--   noticed by: test_contents_match
--   without a reference: nothing
INSERT INTO audit.changes SELECT * FROM audit.changes;

-- one row doubled
--   how: a message delivered twice
--   noticed by: test_contents_match
--   without a reference: nothing
INSERT INTO audit.changes SELECT * FROM audit.changes LIMIT 1;

-- one lost and another doubled
--   how: a page split while copying
--   noticed by: test_contents_match
--   without a reference: nothing
INSERT INTO audit.changes SELECT * FROM audit.changes WHERE what = 'change 1';
ALTER TABLE audit.changes DISABLE RULE no_deletion;
DELETE FROM audit.changes WHERE what = 'change 2';
ALTER TABLE audit.changes ENABLE RULE no_deletion;

-- extra row
--   how: a test in production
--   noticed by: test_contents_match
--   without a reference: nothing
INSERT INTO clinic.base VALUES (77, 'test');

-- too many rows
--   how: a loop
--   noticed by: test_contents_match
--   without a reference: test_row_counts_reasonable
INSERT INTO public.tenants (name) VALUES ('one more');

-- two rows swapped a value
--   how: an UPDATE joined wrongly
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET name = CASE id WHEN 9 THEN (SELECT name FROM public.patients WHERE id = 17) ELSE (SELECT name FROM public.patients WHERE id = 9) END WHERE id IN (9, 17);

-- a column shuffled between rows
--   how: an UPDATE joined wrongly
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients AS p SET balance = o.balance FROM public.patients AS o WHERE o.id = 241 - p.id;

-- a row moved to another tenant
--   how: an UPDATE joined wrongly
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET tenant_id = 5 WHERE id = 9;

-- two rows swapped their tenants
--   how: an UPDATE joined wrongly
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET tenant_id = CASE patient_id WHEN 10 THEN (SELECT tenant_id FROM public.visits WHERE patient_id = 11) ELSE (SELECT tenant_id FROM public.visits WHERE patient_id = 10) END WHERE patient_id IN (10, 11);

-- one byte of a text changed
--   how: a bit flip in memory
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET name = overlay(name placing 'X' from 3 for 1) WHERE id = 5;

-- one byte of a bytea changed
--   how: a bit flip in memory
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET photo = set_byte(photo, 7, 0) WHERE id = 5;

-- one bit of a uuid changed
--   how: a bit flip in memory
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET id = (overlay(id::text placing 'f' from 36 for 1))::uuid WHERE patient_id = 18 AND right(id::text, 1) <> 'f' OR patient_id = 19 AND right(id::text, 1) <> 'f';

-- one cent less
--   how: rounding
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET balance = balance - 0.01 WHERE id = 5;

-- a sign lost
--   how: a parser
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET balance = -balance WHERE id = 5;

-- trailing zeros of a numeric lost
--   how: copied through a spreadsheet
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE clinic.invoices SET amount = trim_scale(amount) WHERE number = 1045;

-- one microsecond of a time lost
--   how: copied through a tool of milliseconds
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET created_at = date_trunc('milliseconds', created_at) - interval '1 microsecond' WHERE patient_id = 5;

-- times an hour off
--   how: a clock that was put back
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET created_at = created_at - interval '1 hour';

-- one date a day off
--   how: a time zone taken twice
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET born = born - 1 WHERE id = 5;

-- a range's bound made inclusive
--   how: copied through a tool
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET during = tstzrange(lower(during), upper(during), '[]') WHERE patient_id = 5;

-- one state changed
--   how: a late write lost
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET state = 'held' WHERE patient_id = 6 AND state <> 'held' OR patient_id = 5 AND state <> 'held';

-- false made NULL
--   how: copied through a tool
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE clinic.invoices SET paid = NULL WHERE number = 1005;

-- NULL made an empty text
--   how: copied through a spreadsheet
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE clinic.heirs SET extra = '';

-- a trailing space lost
--   how: copied through a tool that trims
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET report = rtrim(report) WHERE patient_id = 5;

-- a tab made a space
--   how: copied through a spreadsheet
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.visits SET report = replace(report, E'\t', ' ') WHERE patient_id = 5;

-- umlauts encoded twice
--   how: a client of the wrong encoding
--   noticed by: test_contents_match
--   without a reference: test_functions_answer
UPDATE public.patients SET name = convert_from(convert_to(name, 'UTF8'), 'LATIN1');

-- umlauts made question marks
--   how: a dump in SQL_ASCII
--   noticed by: test_contents_match
--   without a reference: test_functions_answer
UPDATE public.patients SET name = replace(name, 'ü', '?');

-- umlauts decomposed
--   how: a file system that normalises
--   noticed by: test_contents_match
--   without a reference: test_functions_answer
UPDATE public.patients SET name = normalize(name, NFD);

-- one key of a jsonb lost
--   how: an ORM wrote an older model
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET notes = notes - 'tags' WHERE id = 5;

-- a jsonb array in another order
--   how: a tool that sorts
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET notes = jsonb_set(notes, '{tags}', '["b", "a"]') WHERE id = 5;

-- a field of a composite lost
--   how: copied through a tool
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE public.patients SET home = ROW((home).street, NULL)::public.address WHERE id = 5;

-- a text anonymised
--   how: staging's script ran on production
--   noticed by: test_contents_match
--   without a reference: test_functions_answer
UPDATE public.patients SET name = md5(name);

-- a child's rows moved to its parent
--   how: copied by a tool that knows no inheritance
--   noticed by: test_contents_match
--   without a reference: nothing
INSERT INTO clinic.base SELECT id, note FROM clinic.heirs;
TRUNCATE clinic.heirs;

-- sequence set back
--   how: copied by a tool that knows no sequences
--   noticed by: test_contents_match
--   without a reference: test_sequences_ahead
SELECT setval('public.patients_id_seq', 1, false);

-- identity's sequence set back
--   how: copied by a tool that knows no sequences
--   noticed by: test_contents_match
--   without a reference: test_sequences_ahead
SELECT setval('public.tenants_id_seq', 3);

-- sequence behind by one
--   how: a replica that lags
--   noticed by: test_contents_match
--   without a reference: test_sequences_ahead
SELECT setval('public.invoice_numbers', 1290);

-- free sequence set back
--   how: a replica that lags
--   noticed by: test_contents_match
--   without a reference: test_sequences_ahead
SELECT setval('public.patients_id_seq', 240, false);

-- large object lost
--   how: vacuumlo ran too early
--   noticed by: test_contents_match
--   without a reference: nothing
SELECT lo_unlink(4243);

-- every large object lost
--   how: copied by a tool that knows none
--   noticed by: test_contents_match
--   without a reference: nothing
SELECT lo_unlink(4243), lo_unlink(4242);

-- large object altered
--   how: a bit flip in memory
--   noticed by: test_contents_match
--   without a reference: nothing
SELECT lo_put(4242, 1000, 'x');

-- large object cut short
--   how: a client that died while it wrote
--   noticed by: test_contents_match
--   without a reference: nothing
SELECT lo_truncate(lo_open(4242, 131072), 900);
