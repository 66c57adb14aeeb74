"""Backups of a source that has been changed: they restore, and something is wrong with them."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from restoring.sample import EXPECTATIONS
from selftests.runbook.case import Case
from selftests.runbook.ground import Ground
from selftests.runbook.situation import Situation

HERE = Path(__file__).parent
_ONE_TENANT = "LIMIT 1"
_CALLS = """
[[functions.calls]]
statement = "SELECT public.cleanup_old_webhook_logs(0)"
role = "service_role"
[[functions.calls]]
statement = "SELECT count(*) FROM public.agents"
returns = "47"
role = "postgres"
"""
_TODAY = "\nmax_age_hours = 26\n"


def changes(name: str) -> str:
    """The statements of a file of this folder."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def expecting(*edits: tuple[str, str], more: str = "") -> str:
    """The sample's expectations with these texts in place of others, and more at the end."""
    text = EXPECTATIONS.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return f"{text}\n{more}"


def _table(name: str, line: str) -> tuple[str, str]:
    return f"[tables.{name}]\n", f"[tables.{name}]\n{line}\n"


def dated(archive: bytes, days: float) -> bytes:
    """A custom archive whose header says so many days ago; its integers are a sign and four bytes."""
    then = time.localtime(time.time() - days * 86400)
    numbers = (then.tm_sec, then.tm_min, then.tm_hour, then.tm_mday, then.tm_mon - 1, then.tm_year - 1900)
    made = b"".join(b"\0" + number.to_bytes(4, "little") for number in (*numbers, then.tm_isdst))
    begin = 12  # magic, version, sizes of integer and offset, format, compression
    return archive[:begin] + made + archive[begin + len(made) :]


def _row_security(ground: Ground) -> Situation:
    source = ground.database(changes("row_security"))
    expected = expecting(_table("organizations", "force_row_security = true"))
    return ground.situation(
        ground.dump(source), source=source, reference=ground.reference(), expectations=expected
    )


def _tenants(ground: Ground) -> Situation:
    """Besides: a reference that nobody can read, a clock that is two days ahead."""
    source = ground.database(changes("tenants"))
    backup = ground.dump(source)
    backup.write_bytes(dated(backup.read_bytes(), -2))
    expected = expecting(
        ("[tenancy.tables]\n", '[tenancy.tables]\norganizations = "id"\n'),
        ("min_size_mb = 10 ", "min_size_mb = 1\nmax_size_mb = 10 "),
        ("max_restore_minutes = 5", "max_restore_minutes = 0.001"),
    )
    reference = ground.write("reference.json", "{}")
    return ground.situation(backup, source=source, reference=reference, expectations=expected)


def _contents(ground: Ground) -> Situation:
    """Besides: a job that stopped three days ago, and calls that do not answer as they should."""
    source = ground.database(changes("contents"))
    backup = ground.dump(source)
    backup.write_bytes(dated(backup.read_bytes(), 3))
    expected = expecting(
        _table("call_logs", "max_rows = 2000"),
        _table("appointments", 'newest_column = "created_at"'),
        _table("contacts", 'newest_column = "full_name"'),
        ("organization_id, id\n", f"organization_id, id {_ONE_TENANT}\n"),
        ("min_size_mb = 10 ", "min_size_mb = 500 "),
        ("\nmax_age_hours = 1000000\n", _TODAY),
        more=_CALLS,
    )
    return ground.situation(backup, source=source, reference=ground.reference(), expectations=expected)


def _definitions(ground: Ground) -> Situation:
    source = ground.database(changes("definitions"))
    return ground.situation(ground.dump(source), source=source, reference=ground.reference())


def _dropped(ground: Ground) -> Situation:
    """Besides: a reference of nothing."""
    source = ground.database(changes("dropped"))
    content = json.loads(ground.reference().read_text(encoding="utf-8"))
    content |= {"definitions": [], "tables": {}, "sequences": {}}
    reference = ground.write("reference.json", json.dumps(content))
    return ground.situation(ground.dump(source), source=source, reference=reference)


def _cluster(ground: Ground) -> Situation:
    """A whole server's script, in which tenants may become a role that is above all policies."""
    ground.make_role("reporting")
    source = ground.database("GRANT SELECT ON public.contacts TO reporting")
    reference = ground.reference(source)
    ground.execute(source, "RESET ROLE; ALTER ROLE reporting BYPASSRLS; GRANT reporting TO authenticated")
    return ground.situation(ground.dump_all(source), source=source, reference=reference)


def _lost_on_the_way(ground: Ground) -> Situation:
    """A script out of which an editor, or a filter, has taken statements."""
    backup = ground.dump("sample", "--format=plain", name="nightly.sql")
    text = backup.read_text(encoding="utf-8")
    for pattern in (
        r"CREATE INDEX webhook_logs_received_at_idx [^;]*;",
        r'CREATE POLICY "Members keep their contacts" ON public\.contacts[^;]*;',
    ):
        text, count = re.subn(pattern, "", text)
        assert count == 1, pattern
    backup.write_text(f"{text}\nDROP TABLE public.webhook_logs;\n", encoding="utf-8")
    return ground.situation(backup)


def _orphans(ground: Ground) -> Situation:
    """Rows loaded with triggers off, as the data.sql of the Supabase CLI is."""
    source = ground.database(
        "RESET ROLE; SET session_replication_role = replica; "
        "DELETE FROM public.contacts WHERE phone = (SELECT min(phone) FROM public.contacts)"
    )
    folder = ground.path("nightly")
    folder.mkdir()
    ground.dump(source, "--schema-only", name="schema.sql").rename(folder / "schema.sql")
    rows = ground.dump(source, "--data-only", name="data.sql").read_bytes()
    (folder / "data.sql").write_bytes(
        b"SET session_replication_role = replica;\n" + rows + b"\nRESET ALL;\n"
    )
    return ground.situation(folder, source=source)


CASES = (
    Case(
        "row security undone",
        (
            *("row-security-off", "row-security-changed", "row-security-not-forced", "policy-missing"),
            *("policy-lost", "policy-open", "policy-changed", "function-past-row-security"),
        ),
        _row_security,
    ),
    Case(
        "tenants mixed up",
        (
            *("view-past-row-security", "tenant-sees-others", "tenant-misses-own", "stranger-sees-rows"),
            *("write-accepted", "backup-from-the-future", "reference-unusable", "size-above-most"),
            "restore-too-slow",
        ),
        _tenants,
    ),
    Case(
        "rows of another day",
        (
            *("rows-lost", "rows-gained", "rows-altered", "sequence-set-back", "sequence-behind"),
            *("rows-below-least", "rows-above-most", "newest-data-old", "newest-column-unfit"),
            *("backup-too-old", "size-below-least", "call-failed", "call-answered-otherwise"),
            "isolation-not-proven",
        ),
        _contents,
    ),
    Case(
        "definitions changed",
        (
            *("grant-lost", "grant-changed", "owner-changed", "function-changed", "column-changed"),
            *("constraint-lost", "definition-missing", "definition-changed", "definition-added"),
        ),
        _definitions,
    ),
    Case(
        "objects left out",
        ("table-missing", "table-not-a-table", "function-missing", "nothing-compared"),
        _dropped,
    ),
    Case("a role above policies", ("role-past-row-security", "role-changed"), _cluster),
    Case(
        "statements taken out",
        ("listed-table-missing", "listed-protection-missing", "listed-object-missing"),
        _lost_on_the_way,
    ),
    Case("rows that point nowhere", ("orphaned-rows",), _orphans),
)
