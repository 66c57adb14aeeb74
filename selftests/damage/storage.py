"""Damage on the disk of a restored database: no dump carries it, so the check looks at it by itself.

A copy of the database that no memory of the server holds is spoilt in its files, as a disk or a copy of
files would have left it.
"""

from __future__ import annotations

import importlib.util
import inspect
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from database import Access, Reach
from expectations import read_expectations
from reference.opening import open_reference
from reporting.finding import finding
from restoring.facts import RestoredFacts
from restoring.probes import provide_probes
from selftests.damage.bench import EXPECTATIONS, Bench
from settings import HOME

CHECK = "test_storage_sound"
UNKNOWABLE = (
    "whole pages that are gone leave a smaller table that is as sound: amcheck goes from rows to indexes"
)
_CONTENTS = "test_contents_match"
_PAGE = 8192
_MANY = """
INSERT INTO public.patients (tenant_id, name)
SELECT 1 + n % 8, repeat('x', 70) FROM generate_series(1, 2000) AS n
"""
_LARGE = """
ALTER TABLE public.patients ALTER photo SET STORAGE EXTERNAL;
INSERT INTO public.patients (tenant_id, name, photo)
VALUES (1, 'large', decode(repeat('ab', 9000), 'hex'))
"""
_MOVED = """
CREATE COLLATION public.moving (provider = builtin, locale = 'C.UTF-8');
CREATE INDEX ON public.patients (name COLLATE public.moving);
UPDATE pg_collation SET collversion = '0' WHERE collname = 'moving'
"""
_STEP = (
    "UPDATE pg_index SET indisready = false WHERE indexrelid = '{index}'::regclass; {change}; "
    "UPDATE pg_index SET indisready = true WHERE indexrelid = '{index}'::regclass"
)


@dataclass(frozen=True)
class Disk:
    """The files of a database that nothing holds in memory."""

    bench: Bench
    database: str

    def path(self, relation: str) -> Path:
        """The first file of a table or index."""
        query = f"SELECT pg_relation_filepath('{relation}'::regclass)"
        return self.bench.server.data / str(self.bench.value(self.database, query))

    def write(self, relation: str, position: int, content: bytes) -> None:
        with self.path(relation).open("r+b") as file:
            file.seek(position)
            file.write(content)

    def empty(self, relation: str) -> None:
        self.path(relation).write_bytes(b"")

    def halve(self, relation: str) -> None:
        path = self.path(relation)
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // _PAGE // 2 * _PAGE)


@dataclass(frozen=True)
class OnDisk:
    """Damage to a restored database: SQL that a disk's state stands for, and what is done to the files.

    Where `noticed_by` is the check of contents, only a reference lets anybody know.
    """

    name: str
    story: str
    statements: str = ""
    spoil: Callable[[Disk], None] | None = None
    noticed_by: str = CHECK

    def __str__(self) -> str:
        return f"on disk: {self.name}"


def _write(relation: str, position: int, content: bytes) -> Callable[[Disk], None]:
    return lambda disk: disk.write(relation, position, content)


def _swap_pages(relation: str) -> Callable[[Disk], None]:
    def spoil(disk: Disk) -> None:
        content = disk.path(relation).read_bytes()
        disk.write(relation, 0, content[_PAGE : 2 * _PAGE] + content[:_PAGE])

    return spoil


def _toast_of(table: str) -> Callable[[Disk], None]:
    query = f"SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = '{table}'::regclass"
    return lambda disk: disk.write(disk.bench.value(disk.database, query), 4000, b"\xff" * 8)


def _index_of(other: str, index: str) -> Callable[[Disk], None]:
    """An index's file in the place of another's."""

    def spoil(disk: Disk) -> None:
        shutil.copyfile(disk.path(other), disk.path(index))

    return spoil


ENTRIES = (
    OnDisk("a bit of a table's page", "a disk", spoil=_write("public.visits", 5000, b"\x55")),
    OnDisk("a table's page header", "a disk", spoil=_write("public.visits", 12, b"\xff\xff")),
    OnDisk("a sector of zeros in a table", "a disk", spoil=_write("public.patients", 2 * 4096, bytes(512))),
    OnDisk(
        "a table cut short at a page",
        "a copy of files",
        _MANY,
        lambda disk: disk.halve("public.patients"),
        _CONTENTS,
    ),
    OnDisk(
        "a table's file emptied",
        "a copy of files",
        "",
        lambda disk: disk.empty("public.tenants"),
        _CONTENTS,
    ),
    OnDisk("a bit of an index", "a disk", spoil=_write("public.visits_pkey", _PAGE + 5000, b"\x55")),
    OnDisk("an index's first page", "a disk", spoil=_write("public.visits_by_patient", 0, bytes(64))),
    OnDisk(
        "an index's file emptied", "a copy of files", spoil=lambda disk: disk.empty("public.visits_pkey")
    ),
    OnDisk("two pages of an index swapped", "a controller", spoil=_swap_pages("public.visits_pkey")),
    OnDisk(
        "an index of another table's rows",
        "a copy of files",
        spoil=_index_of("clinic.invoices_pkey", "clinic.base_pkey"),
    ),
    OnDisk(
        "a bit of a TOAST table",
        "a disk",
        _LARGE,
        _toast_of("public.patients"),
    ),
    OnDisk(
        "an index that misses a row",
        "a crash without fsync",
        _STEP.format(
            index="clinic.base_pkey", change="INSERT INTO clinic.base VALUES (700, 'not in the index')"
        ),
    ),
    OnDisk(
        "a unique index with a key twice",
        "a crash without fsync",
        _STEP.format(index="clinic.base_pkey", change="INSERT INTO clinic.base VALUES (1, 'twice')"),
    ),
    OnDisk(
        "an index that is invalid",
        "REINDEX CONCURRENTLY failed",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.visits_by_patient'::regclass",
    ),
    OnDisk(
        "an index that was never ready",
        "CREATE INDEX CONCURRENTLY was killed",
        "UPDATE pg_index SET indisready = false WHERE indexrelid = 'public.visits_by_patient'::regclass",
    ),
    OnDisk(
        "a collation that changed under an index",
        "glibc was upgraded",
        _MOVED,
    ),
)


def looked_at(entry: OnDisk | None, bench: Bench, check: str = CHECK) -> str | None:
    """What a check says of a database with this damage; None where it passes."""
    stage = bench.stage
    made = bench.source(entry.statements if entry else "")
    name = bench.source(options=f"TEMPLATE {made} STRATEGY file_copy")
    stage.admit_reader(name)
    provide_probes(stage, name)
    if entry and entry.spoil:
        entry.spoil(Disk(bench, name))
    access = Access(Reach(stage.server.dsn(name, stage.reader), restored=True), 10)
    try:
        return _said(check, access, _given(bench, name, bench.reference(made)))
    finally:
        access.close()


def _given(bench: Bench, database: str, reference: Path) -> dict[str, Any]:
    """What the checks ask for besides the connection."""
    stage, expected = bench.stage, bench.path("expectations.toml")
    roles = (stage.server.admin, stage.loader, stage.reader, stage.actor)
    acting = stage.server.dsn(database, stage.actor)
    expected.write_text(EXPECTATIONS, encoding="utf-8")
    return {
        "restored": RestoredFacts(1.0, False, (), roles, stage.probes, (), (), acting),
        "reference": open_reference(reference, None),
        "expectations": read_expectations(expected),
        "details": {},
        "unverified": lambda what, why: None,
        "what_counts": list,
    }


def _said(name: str, access: Access, given: Mapping[str, Any]) -> str | None:
    assert access.problem is None, access.problem
    check = _check(name)
    asked = inspect.signature(check).parameters
    with access.limited():
        everything = {**given, "database": access.connection}
        try:
            check(**{argument: everything[argument] for argument in asked})
        except AssertionError as error:
            return finding(error)
    return None


def _check(name: str) -> Callable[..., Any]:
    """The check itself, from its file."""
    spec = importlib.util.spec_from_file_location(name, HOME / "checks" / "restored" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., Any] = getattr(module, name)
    return found
