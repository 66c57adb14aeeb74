"""Backups of other servers: another major version, a whole cluster, a Supabase project."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from reference.reference import document, write_document
from reference.taking import Wanted, take
from restoring.programs import EMBEDDED, Programs, candidates
from restoring.server import Server, serving
from selftests.damage.bench import HERE, TEMPLATE, Bench, Format
from selftests.damage.by_hand import environment
from selftests.damage.healthy_variant import OF_NOTES, Variant, text_of
from selftests.restoring import supabase_project
from settings import HOME

OLDER = 15
_ODD = """Praxis 'Müller' & "Co" %s"""
SUPABASE = """
[database]
min_size_mb = 1
[tables.organizations]
min_rows = 1
[tables.profiles]
min_rows = 1
[tables.call_logs]
min_rows = 1
[[row_security.allowed]]
object = "public.calls_per_day"
reason = "numbers alone, which everybody may know"
[[row_security.allowed]]
object = "public.tell_the_crm()"
reason = "it answers nothing"
"""


@cache
def older() -> Programs | None:
    """The programs of the older major version, where this machine has them."""
    found = [programs for programs in candidates(None) if programs.major == OLDER]
    return found[0] if found else None


@contextmanager
def _bench_of(programs: Programs | None, bench: Bench) -> Iterator[Bench]:
    """Another server with the roles, whose backups go where the bench's own go."""
    if programs is None:
        pytest.skip(f"this machine has no PostgreSQL {OLDER}")
    folder = bench.path("elsewhere")
    folder.mkdir(mode=0o755)
    with serving(programs) as server:
        with server.connect("postgres") as admin:
            admin.execute((HERE / "roles.sql").read_bytes())
        yield Bench(server, bench.naive, folder)


def _older(name: str, story: str, source: str = "", *, format: Format = "custom") -> Variant:
    """A dump of an older server by its own pg_dump; without a source, of the rich database."""
    statements = text_of(source) if source else (HERE / "rich.sql").read_text(encoding="utf-8")

    def make(bench: Bench) -> Path:
        with _bench_of(older(), bench) as other:
            made = other.empty(statements)
            return other.place(other.dump(made, format=format), other.reference(made))

    variant = Variant(name, story, make)
    return replace(variant, expectations=OF_NOTES) if source else variant


def _by_the_newest(variant: Variant) -> Variant:
    """The same backup, restored by the programs that every machine has."""
    newest = next(programs for programs in candidates(None) if programs.origin == EMBEDDED)
    name = variant.name.replace("older", "older-by-newest")
    return replace(variant, name=name, options=(f"--pg-bin={newest.bin}",))


def _cluster(bench: Bench) -> Path:
    backup = bench.dump(TEMPLATE, format="cluster")
    return bench.place(backup, bench.reference())


def _cluster_with_odd_roles(bench: Bench) -> Path:
    made = bench.empty(text_of("grants"))
    return bench.place(bench.dump(made, format="cluster"), bench.reference(made))


def _by_the_command(bench: Bench) -> Path:
    """As a backup job does it: the reference and the dump of one snapshot."""
    backup = bench.path("nightly.dump")
    dump = [str(bench.bin / "pg_dump"), "-Fc", f"--file={backup}", TEMPLATE]
    variables = environment(bench.server) | {"DATABASE_URL": bench.server.dsn(TEMPLATE)}
    command = [sys.executable, "-m", "reference", "--", *dump]
    subprocess.run(command, cwd=HOME, env=variables, check=True, stderr=subprocess.PIPE)
    return backup


def _of_an_odd_database(bench: Bench) -> Path:
    """Its name goes into `\\connect`, and its settings would act on every check."""
    made, path = bench.source(), bench.path("odd.sql")
    with bench.server.connect("postgres") as admin:
        for change in ("SET search_path = clinic", "SET default_transaction_read_only = on"):
            admin.execute(f"ALTER DATABASE {made} {change}".encode())
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        admin.execute(rename.format(sql.Identifier(made), sql.Identifier(_ODD)))
        try:
            bench.run("pg_dump", "--create", f"--file={path}", make_conninfo(dbname=_ODD))
        finally:
            admin.execute(rename.format(sql.Identifier(_ODD), sql.Identifier(made)))
    return bench.place(path, bench.reference())


def _of_supabase(dump: Callable[[Server, Path], Path]) -> Callable[[Bench], Path]:
    def make(bench: Bench) -> Path:
        with supabase_project.project(bench.server.programs) as server:
            folder = bench.path("supabase")
            backup = dump(server, folder)
            reference = folder.with_suffix(".json")
            write_document(document(take(Wanted(server.dsn("postgres")), lambda line: None)), reference)
        return bench.place(backup, reference)

    return make


def _downloaded(server: Server, folder: Path) -> Path:
    folder.mkdir()
    return supabase_project.dump_cluster(server, folder)


OF_OLDER = (
    _older("older-custom", "PostgreSQL 15, by its own pg_dump"),
    _older("older-plain", "PostgreSQL 15, as text", format="plain"),
    _older("older-xml", "XML, which not every server is built with", "xml"),
)
OF_OLDER_BY_NEWEST = (
    *OF_OLDER[:2],
    _older("older-types", "types of PostgreSQL 15", "types"),
    _older("older-extremes", "values of PostgreSQL 15", "extremes", format="directory"),
    _older("older-functions", "functions of PostgreSQL 15", "functions"),
    _older("older-grants", "grants of PostgreSQL 15, which knows no MAINTAIN", "grants", format="tar"),
    _older("older-cryptography", "pgcrypto and uuid-ossp, which have stand-ins", "cryptography"),
)
ORIGINS = (
    *OF_OLDER,
    *map(_by_the_newest, OF_OLDER_BY_NEWEST),
    Variant("by-the-command", "python -m reference -- pg_dump", _by_the_command),
    Variant("odd-database", "an odd name, and settings of its own", _of_an_odd_database),
    Variant("cluster", "pg_dumpall", _cluster),
    Variant("cluster-odd-roles", "pg_dumpall of grants to odd roles", _cluster_with_odd_roles, OF_NOTES),
    Variant("supabase-set", "by the CLI", _of_supabase(supabase_project.dump_set), SUPABASE),
    Variant("supabase-whole", "pg_dump of a project", _of_supabase(supabase_project.dump_whole), SUPABASE),
    Variant("supabase-download", "the cluster to download", _of_supabase(_downloaded), SUPABASE),
)
