"""Rows lost, doubled, altered, encoded anew and shuffled; sequences; large objects."""

from selftests.damage.entry import Entry, changed

_CONTENTS = "test_contents_match"

_LOSSES: tuple[tuple[str, str, str, str | None], ...] = (
    ("one row lost", "a replica that skipped one", "DELETE FROM public.visits WHERE room = 3 AND patient_id = 33", None),
    ("one row in a hundred lost", "a filter in the export", "DELETE FROM public.visits WHERE patient_id % 100 = 7", None),
    ("most rows lost", "only the last days were copied", "DELETE FROM public.visits WHERE patient_id > 100", "test_row_counts_reasonable"),
    ("table emptied", "TRUNCATE on the wrong connection", "TRUNCATE public.visits", "test_row_counts_reasonable"),
    ("table emptied that is not critical", "TRUNCATE on the wrong connection", "TRUNCATE audit.changes", None),
    ("a tenant's rows lost", "a customer deleted by mistake", "DELETE FROM public.visits WHERE tenant_id = 3", None),
    ("a partition's rows lost", "an old partition archived by mistake", "DELETE FROM ONLY public.events_2025", "test_row_counts_reasonable"),
    ("rows doubled", "an import run twice", "INSERT INTO audit.changes SELECT * FROM audit.changes", None),
    ("one row doubled", "a message delivered twice", "INSERT INTO audit.changes SELECT * FROM audit.changes LIMIT 1", None),
    ("one lost and another doubled", "a page split while copying", "INSERT INTO audit.changes SELECT * FROM audit.changes WHERE what = 'change 1'; ALTER TABLE audit.changes DISABLE RULE no_deletion; DELETE FROM audit.changes WHERE what = 'change 2'; ALTER TABLE audit.changes ENABLE RULE no_deletion", None),
    ("extra row", "a test in production", "INSERT INTO clinic.base VALUES (77, 'test')", None),
    ("too many rows", "a loop", "INSERT INTO public.tenants (name) VALUES ('one more')", "test_row_counts_reasonable"),
    ("two rows swapped a value", "an UPDATE joined wrongly", "UPDATE public.patients SET name = CASE id WHEN 9 THEN (SELECT name FROM public.patients WHERE id = 17) ELSE (SELECT name FROM public.patients WHERE id = 9) END WHERE id IN (9, 17)", None),
    ("a column shuffled between rows", "an UPDATE joined wrongly", "UPDATE public.patients AS p SET balance = o.balance FROM public.patients AS o WHERE o.id = 241 - p.id", None),
    ("a row moved to another tenant", "an UPDATE joined wrongly", "UPDATE public.patients SET tenant_id = 5 WHERE id = 9", None),
    ("two rows swapped their tenants", "an UPDATE joined wrongly", "UPDATE public.visits SET tenant_id = CASE patient_id WHEN 10 THEN (SELECT tenant_id FROM public.visits WHERE patient_id = 11) ELSE (SELECT tenant_id FROM public.visits WHERE patient_id = 10) END WHERE patient_id IN (10, 11)", None),
    ("one byte of a text changed", "a bit flip in memory", "UPDATE public.patients SET name = overlay(name placing 'X' from 3 for 1) WHERE id = 5", None),
    ("one byte of a bytea changed", "a bit flip in memory", "UPDATE public.patients SET photo = set_byte(photo, 7, 0) WHERE id = 5", None),
    ("one bit of a uuid changed", "a bit flip in memory", "UPDATE public.visits SET id = (overlay(id::text placing 'f' from 36 for 1))::uuid WHERE patient_id = 18 AND right(id::text, 1) <> 'f' OR patient_id = 19 AND right(id::text, 1) <> 'f'", None),
    ("one cent less", "rounding", "UPDATE public.patients SET balance = balance - 0.01 WHERE id = 5", None),
    ("a sign lost", "a parser", "UPDATE public.patients SET balance = -balance WHERE id = 5", None),
    ("trailing zeros of a numeric lost", "copied through a spreadsheet", "UPDATE clinic.invoices SET amount = trim_scale(amount) WHERE number = 1045", None),
    ("one microsecond of a time lost", "copied through a tool of milliseconds", "UPDATE public.visits SET created_at = date_trunc('milliseconds', created_at) - interval '1 microsecond' WHERE patient_id = 5", None),
    ("times an hour off", "a clock that was put back", "UPDATE public.visits SET created_at = created_at - interval '1 hour'", None),
    ("one date a day off", "a time zone taken twice", "UPDATE public.patients SET born = born - 1 WHERE id = 5", None),
    ("a range's bound made inclusive", "copied through a tool", "UPDATE public.visits SET during = tstzrange(lower(during), upper(during), '[]') WHERE patient_id = 5", None),
    ("one state changed", "a late write lost", "UPDATE public.visits SET state = 'held' WHERE patient_id = 6 AND state <> 'held' OR patient_id = 5 AND state <> 'held'", None),
    ("false made NULL", "copied through a tool", "UPDATE clinic.invoices SET paid = NULL WHERE number = 1005", None),
    ("NULL made an empty text", "copied through a spreadsheet", "UPDATE clinic.heirs SET extra = ''", None),
    ("a trailing space lost", "copied through a tool that trims", "UPDATE public.visits SET report = rtrim(report) WHERE patient_id = 5", None),
    ("a tab made a space", "copied through a spreadsheet", r"UPDATE public.visits SET report = replace(report, E'\t', ' ') WHERE patient_id = 5", None),
    ("umlauts encoded twice", "a client of the wrong encoding", "UPDATE public.patients SET name = convert_from(convert_to(name, 'UTF8'), 'LATIN1')", None),
    ("umlauts made question marks", "a dump in SQL_ASCII", "UPDATE public.patients SET name = replace(name, 'ü', '?')", None),
    ("umlauts decomposed", "a file system that normalises", "UPDATE public.patients SET name = normalize(name, NFD)", None),
    ("one key of a jsonb lost", "an ORM wrote an older model", "UPDATE public.patients SET notes = notes - 'tags' WHERE id = 5", None),
    ("a jsonb array in another order", "a tool that sorts", "UPDATE public.patients SET notes = jsonb_set(notes, '{tags}', '[\"b\", \"a\"]') WHERE id = 5", None),
    ("a field of a composite lost", "copied through a tool", "UPDATE public.patients SET home = ROW((home).street, NULL)::public.address WHERE id = 5", None),
    ("a text anonymised", "staging's script ran on production", "UPDATE public.patients SET name = md5(name)", None),
    ("a child's rows moved to its parent", "copied by a tool that knows no inheritance", "INSERT INTO clinic.base SELECT id, note FROM clinic.heirs; TRUNCATE clinic.heirs", None),
    ("sequence set back", "copied by a tool that knows no sequences", "SELECT setval('public.patients_id_seq', 1, false)", "test_sequences_ahead"),
    ("identity's sequence set back", "copied by a tool that knows no sequences", "SELECT setval('public.tenants_id_seq', 3)", "test_sequences_ahead"),
    ("sequence behind by one", "a replica that lags", "SELECT setval('public.invoice_numbers', 1290)", "test_sequences_ahead"),
    ("free sequence set back", "a replica that lags", "SELECT setval('public.patients_id_seq', 240, false)", "test_sequences_ahead"),
    ("large object lost", "vacuumlo ran too early", "SELECT lo_unlink(4243)", None),
    ("every large object lost", "copied by a tool that knows none", "SELECT lo_unlink(4243), lo_unlink(4242)", None),
    ("large object altered", "a bit flip in memory", "SELECT lo_put(4242, 1000, 'x')", None),
    ("large object cut short", "a client that died while it wrote", "SELECT lo_truncate(lo_open(4242, 131072), 900)", None),
)  # fmt: skip

ENTRIES = tuple(
    Entry(name, "rows", story, changed(statements), _CONTENTS, without)
    for name, story, statements, without in _LOSSES
)
