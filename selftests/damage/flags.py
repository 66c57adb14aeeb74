"""Dumps taken with flags that leave something out: pg_dump succeeds, and so does pg_restore."""

from __future__ import annotations

from pathlib import Path

from selftests.damage.bench import Bench, Format
from selftests.damage.entry import Entry, changed

_DEFINITIONS = "test_definitions_match"
_CONTENTS = "test_contents_match"
_NEVER = "test_database_connectivity"
_FLAG = "the flag leaves no trace in a dump: only what the source had can tell"

_FLAGS: tuple[tuple[str, str, str | None], ...] = (
    ("--schema-only", _CONTENTS, "test_row_counts_reasonable"),
    ("--data-only", _NEVER, _NEVER),
    ("--section=pre-data", _DEFINITIONS, "test_rls_policies_active"),
    ("--section=data", _NEVER, _NEVER),
    ("--section=pre-data --section=data", _DEFINITIONS, "test_rls_policies_active"),
    ("--exclude-table-data=public.visits", _CONTENTS, "test_row_counts_reasonable"),
    ("--exclude-table-data=audit.*", _CONTENTS, None),
    ("--exclude-table-data-and-children=public.events", _CONTENTS, "test_row_counts_reasonable"),
    ("--exclude-table=public.visits", _DEFINITIONS, "test_critical_tables_exist"),
    ("--exclude-table=audit.changes", _DEFINITIONS, None),
    ("--exclude-table=public.events_2025", _DEFINITIONS, "test_row_counts_reasonable"),
    ("--exclude-schema=clinic", _DEFINITIONS, None),
    ("--exclude-schema=audit", _DEFINITIONS, None),
    ("--exclude-extension=pg_trgm", _DEFINITIONS, "test_restore_complete"),
    ("--table=public.patients", _NEVER, _NEVER),
    ("--table=public.*", _DEFINITIONS, "test_database_functions_exist"),
    ("--schema=public", _DEFINITIONS, _NEVER),
    ("--schema=clinic", _DEFINITIONS, "test_critical_tables_exist"),
    ("--no-privileges", _DEFINITIONS, "test_tenants_isolated"),
    ("--no-policies", _DEFINITIONS, "test_rls_policies_active"),
    ("--no-comments", _DEFINITIONS, None),
    ("--no-publications", _DEFINITIONS, None),
    ("--no-large-objects", _CONTENTS, None),
    ("--no-statistics --no-data", _CONTENTS, "test_row_counts_reasonable"),
)


def _with_flags(flags: str, by: str, without: str | None, format: Format = "custom") -> Entry:
    damage = changed("", *flags.split(), format=format)
    name = flags if format == "custom" else f"{flags} ({format})"
    return Entry(name, "flags", "a flag too many in the backup script", damage, by, without, _FLAG)


_READER = """
GRANT USAGE ON SCHEMA public, clinic, audit TO clinic_report;
GRANT SELECT ON ALL TABLES IN SCHEMA public, clinic, audit TO clinic_report;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO clinic_report;
"""


def _row_security_on(bench: Bench) -> Path:
    source = bench.source(_READER)
    options = ("--role=clinic_report", "--enable-row-security", "--no-large-objects")
    return bench.place(bench.dump(source, *options), bench.reference(source))


def _unlogged_left_out(bench: Bench) -> Path:
    source = bench.source("ALTER TABLE audit.changes SET UNLOGGED")
    return bench.place(bench.dump(source, "--no-unlogged-table-data"), bench.reference(source))


def _labels_left_out(bench: Bench) -> Path:
    return bench.dump(bench.source(), "--no-security-labels", "--no-policies", "--no-comments")


ENTRIES = (
    *(_with_flags(*each) for each in _FLAGS),
    _with_flags("--schema-only", _CONTENTS, "test_row_counts_reasonable", "plain"),
    _with_flags("--no-privileges", _DEFINITIONS, "test_tenants_isolated", "plain"),
    _with_flags("--no-owner", _DEFINITIONS, None, "plain"),
    Entry(
        "--enable-row-security as a role with policies",
        "flags",
        "pg_dump failed for want of BYPASSRLS, and the flag that it named was added",
        _row_security_on,
        _CONTENTS,
        "test_row_counts_reasonable",
    ),
    Entry(
        "--no-unlogged-table-data",
        "flags",
        "a flag too many in the backup script",
        _unlogged_left_out,
        _CONTENTS,
        None,
        _FLAG,
    ),
    Entry(
        "--no-security-labels among others",
        "flags",
        "a command copied from a managed service's manual",
        _labels_left_out,
        _DEFINITIONS,
        "test_rls_policies_active",
    ),
)
