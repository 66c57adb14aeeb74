-- Constraints dropped, loosened and violated.

-- primary key dropped
--   how: a bulk load dropped it and died
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE clinic.base DROP CONSTRAINT base_pkey;

-- foreign key dropped
--   how: a bulk load dropped it and died
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.visits DROP CONSTRAINT visits_patient_id_fkey;

-- unique constraint dropped
--   how: a bulk load dropped it and died
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.patients DROP CONSTRAINT one_mail_each;

-- exclusion constraint dropped
--   how: a bulk load dropped it and died
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.visits DROP CONSTRAINT one_visit_in_a_room;

-- check dropped
--   how: a quick fix at night
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check;

-- check loosened
--   how: a quick fix at night
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check;
ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_amount_check CHECK (amount >= 0);

-- check not valid
--   how: added in a hurry
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check;
ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_amount_check CHECK (amount > 0) NOT VALID;

-- foreign key not valid
--   how: added in a hurry
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_tenant_id_fkey;
ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) NOT VALID;

-- foreign key not enforced
--   how: a migration
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE clinic.invoices ALTER CONSTRAINT invoices_tenant_id_fkey NOT ENFORCED;

-- foreign key that no longer cascades
--   how: recreated by an ORM
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.patients DROP CONSTRAINT patients_tenant_id_fkey;
ALTER TABLE public.patients ADD FOREIGN KEY (tenant_id) REFERENCES public.tenants (id);

-- foreign key no longer deferrable
--   how: recreated by an ORM
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.visits ALTER CONSTRAINT visits_patient_id_fkey NOT DEFERRABLE;

-- unique constraint on other columns
--   how: recreated by an ORM
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.patients DROP CONSTRAINT one_mail_each;
ALTER TABLE public.patients ADD CONSTRAINT one_mail_each UNIQUE (tenant_id, mail, name);

-- constraint renamed
--   how: recreated by an ORM
--   noticed by: test_definitions_match
--   without a reference: nothing
ALTER TABLE public.patients RENAME CONSTRAINT one_mail_each TO patients_mail_key;

-- rows that point nowhere
--   how: rows loaded with session_replication_role = replica
--   noticed by: test_restore_complete
--   without a reference: test_restore_complete
SET session_replication_role = replica;
DELETE FROM public.patients WHERE id = 9;
SET session_replication_role = origin;

-- rows that point nowhere, unvalidated
--   how: rows loaded with session_replication_role = replica, the key added NOT VALID
--   noticed by: test_contents_match
--   without a reference: nothing
ALTER TABLE public.visits DROP CONSTRAINT visits_patient_id_fkey;
ALTER TABLE public.visits ADD CONSTRAINT visits_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patients (id) NOT VALID;
SET session_replication_role = replica;
DELETE FROM public.patients WHERE id = 9;
SET session_replication_role = origin;

-- rows that break a check
--   how: catalogue edited by hand
--   noticed by: test_contents_match
--   without a reference: test_database_connectivity
ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check;
UPDATE clinic.invoices SET amount = -1 WHERE number = 1005;
ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_amount_check CHECK (amount > 0) NOT VALID;
UPDATE pg_constraint SET convalidated = true WHERE conname = 'invoices_amount_check';

-- two rows of one key
--   how: an index that a glibc upgrade had broken
--   noticed by: test_contents_match
--   without a reference: nothing
DROP INDEX public.patients_lower;
ALTER TABLE public.patients DROP CONSTRAINT one_mail_each;
UPDATE public.patients SET mail = 'p1@example.org' WHERE id = 9;
CREATE UNIQUE INDEX patients_lower ON public.patients (lower(mail::text), tenant_id) WHERE id <> 9;
ALTER TABLE public.patients ADD CONSTRAINT one_mail_each UNIQUE (tenant_id, mail, id);
