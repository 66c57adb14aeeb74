"""Damage that no dump carries: it is done to a copy of a restored database, and the check looks at that.

The copy has been in no memory of the server: what its files hold is what a disk, or a copy of files,
would have left.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from database import Access, Reach
from restoring.facts import RestoredFacts
from selftests.runbook.alone import kinds_found
from selftests.runbook.situation import Told

_PAGE = 8192
_NAME = "spoilt"
_PROBES = """
SELECT n.nspname FROM pg_namespace AS n JOIN pg_proc AS p ON p.pronamespace = n.oid
WHERE p.proname = 'storage_state'
"""
_MOVED = """
CREATE COLLATION public.moving (provider = builtin, locale = 'C.UTF-8');
CREATE INDEX contacts_by_name ON public.contacts (full_name COLLATE public.moving);
UPDATE pg_collation SET collversion = '0' WHERE collname = 'moving';
"""
_INVALID = """
UPDATE pg_index SET indisvalid = false
WHERE indexrelid = 'public.contacts_organization_id_phone_key'::regclass;
"""
_NOT_VALID = "UPDATE pg_constraint SET convalidated = false WHERE conname = 'call_logs_contact_id_fkey';"
_SWITCHED_OFF = "ALTER TABLE public.appointments DISABLE TRIGGER ALL;"
_EVERYTHING = "DROP SCHEMA public, auth CASCADE;"


@dataclass(frozen=True)
class Spoilt:
    """`statements` change the database, `files` are tables and indexes with a byte to overwrite."""

    name: str
    kinds: tuple[str, ...]
    check: str
    statements: str
    files: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        return self.name

    def spoil(self, healthy: Told) -> str:
        """Damages a new copy of what a run has kept; where that is."""
        url = str(healthy.restored_url)
        kept = str(conninfo_to_dict(url)["dbname"])
        made, spoilt = (make_conninfo(url, dbname=name) for name in ("made", _NAME))
        _copy(url, kept, "made")
        with psycopg.connect(made, autocommit=True) as admin:
            admin.execute(self.statements.encode())
        _copy(url, "made", _NAME)
        with psycopg.connect(spoilt) as admin:
            data = Path(str(admin.execute("SHOW data_directory").fetchall()[0][0]))
            query = "SELECT pg_relation_filepath(%s::regclass)"
            paths = [(data / admin.execute(query, [name]).fetchall()[0][0], at) for name, at in self.files]
        for path, at in paths:
            with path.open("r+b") as file:
                file.seek(at)
                file.write(b"\x55\xff")
        return spoilt

    def found(self, spoilt: str) -> set[str]:
        """The kinds of what the check finds there."""
        with psycopg.connect(spoilt) as admin:
            probes = str(admin.execute(_PROBES).fetchall()[0][0]) if self.files else ""
        access = Access(Reach(spoilt, restored=True), 10)
        restored = RestoredFacts(1.0, False, (), (), probes, (), (), spoilt)
        with access.limited():
            kinds = kinds_found(self.check, {"database": access.connection, "restored": restored})
        access.close()
        return kinds


def _copy(url: str, template: str, name: str) -> None:
    with psycopg.connect(make_conninfo(url, dbname="template1"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())


CASES = (
    Spoilt(
        "pages spoilt on the disk",
        ("table-corrupt", "index-corrupt", "index-invalid", "collation-changed"),
        "test_storage_sound",
        _MOVED + _INVALID,
        (("public.contacts", 12), ("public.contacts_pkey", _PAGE + 12)),
    ),
    Spoilt(
        "constraints not enforced",
        ("constraint-not-valid", "trigger-disabled"),
        "test_constraints_hold",
        _NOT_VALID + _SWITCHED_OFF,
    ),
    Spoilt("nothing at all", ("shape-empty",), "test_shape_recorded", _EVERYTHING),
)
