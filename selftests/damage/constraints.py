"""Constraints dropped, loosened and violated; partitions detached, lost and bounded otherwise."""

from selftests.damage.entry import Entry, changed

_DEFINITIONS = "test_definitions_match"
_ORPHAN = (
    "SET session_replication_role = replica; DELETE FROM public.patients WHERE id = 9; "
    "SET session_replication_role = origin"
)

_CONSTRAINTS: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("primary key dropped", "a bulk load dropped it and died", "ALTER TABLE clinic.base DROP CONSTRAINT base_pkey", _DEFINITIONS, None),
    ("foreign key dropped", "a bulk load dropped it and died", "ALTER TABLE public.visits DROP CONSTRAINT visits_patient_id_fkey", _DEFINITIONS, None),
    ("unique constraint dropped", "a bulk load dropped it and died", "ALTER TABLE public.patients DROP CONSTRAINT one_mail_each", _DEFINITIONS, None),
    ("exclusion constraint dropped", "a bulk load dropped it and died", "ALTER TABLE public.visits DROP CONSTRAINT one_visit_in_a_room", _DEFINITIONS, None),
    ("check dropped", "a quick fix at night", "ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check", _DEFINITIONS, None),
    ("check loosened", "a quick fix at night", "ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check; ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_amount_check CHECK (amount >= 0)", _DEFINITIONS, None),
    ("check not valid", "added in a hurry", "ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check; ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_amount_check CHECK (amount > 0) NOT VALID", _DEFINITIONS, None),
    ("foreign key not valid", "added in a hurry", "ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_tenant_id_fkey; ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) NOT VALID", _DEFINITIONS, None),
    ("foreign key not enforced", "a migration", "ALTER TABLE clinic.invoices ALTER CONSTRAINT invoices_tenant_id_fkey NOT ENFORCED", _DEFINITIONS, None),
    ("foreign key that no longer cascades", "recreated by an ORM", "ALTER TABLE public.patients DROP CONSTRAINT patients_tenant_id_fkey; ALTER TABLE public.patients ADD FOREIGN KEY (tenant_id) REFERENCES public.tenants (id)", _DEFINITIONS, None),
    ("foreign key no longer deferrable", "recreated by an ORM", "ALTER TABLE public.visits ALTER CONSTRAINT visits_patient_id_fkey NOT DEFERRABLE", _DEFINITIONS, None),
    ("foreign key's triggers off", "an import switched them off", "ALTER TABLE public.visits DISABLE TRIGGER ALL", _DEFINITIONS, None),
    ("unique constraint on other columns", "recreated by an ORM", "ALTER TABLE public.patients DROP CONSTRAINT one_mail_each; ALTER TABLE public.patients ADD CONSTRAINT one_mail_each UNIQUE (tenant_id, mail, name)", _DEFINITIONS, None),
    ("constraint renamed", "recreated by an ORM", "ALTER TABLE public.patients RENAME CONSTRAINT one_mail_each TO patients_mail_key", _DEFINITIONS, None),
    ("rows that point nowhere", "rows loaded with session_replication_role = replica", _ORPHAN, "test_restore_complete", "test_restore_complete"),
    ("rows that point nowhere, unvalidated", "rows loaded with session_replication_role = replica, the key added NOT VALID", "ALTER TABLE public.visits DROP CONSTRAINT visits_patient_id_fkey; ALTER TABLE public.visits ADD CONSTRAINT visits_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patients (id) NOT VALID; " + _ORPHAN, "test_constraints_hold", "test_constraints_hold"),
    ("rows that break a check", "catalogue edited by hand", "ALTER TABLE clinic.invoices DROP CONSTRAINT invoices_amount_check; UPDATE clinic.invoices SET amount = -1 WHERE number = 1005; ALTER TABLE clinic.invoices ADD CONSTRAINT invoices_amount_check CHECK (amount > 0) NOT VALID; UPDATE pg_constraint SET convalidated = true WHERE conname = 'invoices_amount_check'", "test_contents_match", "test_restore_complete"),
    ("two rows of one key", "an index that a glibc upgrade had broken", "DROP INDEX public.patients_lower; ALTER TABLE public.patients DROP CONSTRAINT one_mail_each; UPDATE public.patients SET mail = 'p1@example.org' WHERE id = 9; CREATE UNIQUE INDEX patients_lower ON public.patients (lower(mail::text), tenant_id) WHERE id <> 9; ALTER TABLE public.patients ADD CONSTRAINT one_mail_each UNIQUE (tenant_id, mail, id)", "test_contents_match", None),
)  # fmt: skip

_PARTITIONS: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("partition detached", "an archiving job stopped half way", "ALTER TABLE public.events DETACH PARTITION public.events_2025", _DEFINITIONS, "test_row_counts_reasonable"),
    ("partition dropped", "an archiving job of the wrong year", "DROP TABLE public.events_2025", _DEFINITIONS, "test_row_counts_reasonable"),
    ("partition that would come next is lost", "a job that makes partitions died", "CREATE TABLE public.events_2027 PARTITION OF public.events FOR VALUES FROM ('2027-01-01 00:00+00') TO ('2028-01-01 00:00+00')", _DEFINITIONS, None),
    ("partition of other bounds", "a job that makes partitions, in another time zone", "ALTER TABLE public.events DETACH PARTITION public.events_2026; ALTER TABLE public.events ATTACH PARTITION public.events_2026 FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-12-31 00:00+00')", _DEFINITIONS, None),
    ("default partition added", "a job that makes partitions died", "CREATE TABLE public.events_other PARTITION OF public.events DEFAULT", _DEFINITIONS, None),
    ("partitions made one table", "copied by a tool that knows no partitions", "CREATE TABLE public.flat AS SELECT * FROM public.events; DROP TABLE public.events; ALTER TABLE public.flat RENAME TO events; ALTER TABLE public.events ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON public.events FOR SELECT TO authenticated USING (tenant_id = public.tenant()); GRANT SELECT ON public.events TO authenticated", _DEFINITIONS, None),
    ("partition's index lost", "attached by hand", "ALTER TABLE public.events DETACH PARTITION public.events_2025; DROP INDEX public.events_2025_tenant_id_idx; DROP INDEX public.events_by_tenant; CREATE INDEX events_by_tenant ON ONLY public.events (tenant_id); ALTER TABLE public.events ATTACH PARTITION public.events_2025 FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2026-01-01 00:00+00')", _DEFINITIONS, None),
)  # fmt: skip

ENTRIES = tuple(
    Entry(name, family, story, changed(statements), by, without)
    for family, ways in (("constraints", _CONSTRAINTS), ("partitions", _PARTITIONS))
    for name, story, statements, by, without in ways
)
