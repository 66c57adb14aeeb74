"""A whole dump of the wrong database, moment or place: stale, lagging, half migrated, without its roles."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from selftests.damage.bench import Bench
from selftests.damage.entry import Entry, changed, rewritten, spoilt

_DEFINITIONS = "test_definitions_match"
_CONTENTS = "test_contents_match"
_TABLES = "test_critical_tables_exist"
_NEVER = "test_database_connectivity"
_HEADER_TIME = 7 * 5
_INTEGER = 5
_DAY = 86400

_OTHER_ROWS = (
    "UPDATE public.patients SET name = 'Test ' || id, mail = NULL; DELETE FROM public.events WHERE id % 2 = 0"
)
_LAG = "DELETE FROM public.visits WHERE created_at > now() - interval '13 hours'"


# Wrong database.


def _maintenance(bench: Bench) -> Path:
    return bench.dump("postgres")


def _fresh(bench: Bench) -> Path:
    return bench.dump(bench.empty())


def _other_product(bench: Bench) -> Path:
    return bench.dump(bench.empty("CREATE TABLE public.orders AS SELECT generate_series(1, 5000) AS n"))


def _other_tenant(bench: Bench) -> Path:
    """The same definitions, and another customer's rows."""
    more = "UPDATE public.patients SET name = reverse(name), balance = balance + 1000"
    return bench.dump(bench.source(more))


# Wrong moment.


def _dated(content: bytes, days: float) -> bytes:
    """An archive's header with a time so many days ago; its integers are a sign and four bytes."""
    then = time.localtime(time.time() - days * _DAY)
    year, daylight = then.tm_year - 1900, then.tm_isdst
    numbers = (then.tm_sec, then.tm_min, then.tm_hour, then.tm_mday, then.tm_mon - 1, year, daylight)
    begin = content.index(b"PGDMP") + 12  # magic, version, sizes of integer and offset, format, compression
    made = b"".join(bytes([number < 0]) + abs(number).to_bytes(4, "little") for number in numbers)
    return content[:begin] + made + content[begin + len(made) :]


def _old(days: float) -> Callable[[bytes], bytes]:
    return lambda content: _dated(content, days)


def _latest(bench: Bench) -> Path:
    """A link of the name `latest` that nobody moved on."""
    old = bench.healthy()
    old.write_bytes(_dated(old.read_bytes(), 4))
    link = old.with_name("latest.dump")
    link.symlink_to(old)
    return link


def _file_of_last_week(path: Path) -> None:
    week_ago = time.time() - 7 * _DAY
    os.utime(path, (week_ago, week_ago))


def _old_trailer(bench: Bench) -> Path:
    """A script of pg_dump --verbose, which says when it was made."""
    path = bench.dump(bench.source(), "--verbose", format="plain")
    then = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 9 * _DAY))
    stamp = re.compile(rb"^(-- (?:Started|Completed) on )\d{4}-\d\d-\d\d", re.MULTILINE)
    path.write_bytes(stamp.sub(rb"\g<1>" + then.encode(), path.read_bytes()))
    return path


# Two moments, two places.


def _of_two_moments(bench: Bench) -> Path:
    """The definitions of one dump, and the rows of an older one."""
    path = bench.dump(bench.source(), "--section=pre-data", format="plain")
    older = bench.source("DELETE FROM public.visits WHERE patient_id > 235")
    rows = bench.dump(older, "--section=data", format="plain")
    rest = bench.dump(older, "--section=post-data", format="plain")
    path.write_bytes(path.read_bytes() + rows.read_bytes() + rest.read_bytes())
    return path


def _restored_twice(bench: Bench) -> Path:
    """A dump restored over the older tables that were there, its errors overlooked, and dumped again."""
    script = bench.healthy("plain")
    database = bench.source("DELETE FROM clinic.invoices WHERE number > 1100; UPDATE public.patients SET notes = NULL")
    _psql(bench, database, script)
    return bench.dump(database)


def _restored_beside(bench: Bench) -> Path:
    """Rows restored once more into tables without a key."""
    rows = bench.dump(bench.source(), "--data-only", "--table=audit.changes", format="plain")
    database = bench.source()
    _psql(bench, database, rows)
    return bench.dump(database)


def _restored_with_errors(bench: Bench) -> Path:
    """Restored where a table of another shape stood in the way, and dumped again from there."""
    database = bench.empty(
        "CREATE SCHEMA audit; CREATE TABLE audit.changes (id integer); "
        "CREATE TYPE public.visit_state AS ENUM ('booked', 'held')"
    )
    _psql(bench, database, bench.healthy("plain"))
    return bench.dump(database)


def _psql(bench: Bench, database: str, script: Path) -> None:
    command = [bench.bin / "psql", "-X", "-q", "-d", database, "-f", script]
    environment = bench.environment(bench.server)
    subprocess.run(command, env=environment, check=True, capture_output=True)


# Roles.


def _roles(rewrite: Callable[[bytes], bytes]) -> Callable[[Bench], Path]:
    """A damage: all of the server's roles in a cluster dump, changed, beside the right reference."""
    return rewritten("cluster", rewrite)


def _without_role(content: bytes) -> bytes:
    return re.sub(rb"^(CREATE|ALTER) ROLE authenticated\b.*\n", b"", content, flags=re.MULTILINE)


def _without_roles(content: bytes) -> bytes:
    return re.sub(rb"^(CREATE|ALTER) ROLE .*\n", b"", content, flags=re.MULTILINE)


def _with_attribute(role: bytes, attribute: bytes) -> Callable[[bytes], bytes]:
    words = rb"^(ALTER ROLE %s WITH .*)\bNO%s\b" % (role, attribute)
    return lambda content: re.sub(words, rb"\g<1>" + attribute, content, flags=re.MULTILINE)


def _after_roles(statement: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"\\connect", statement + b"\n\\connect", 1)


def _without_membership(content: bytes) -> bytes:
    return re.sub(rb"^GRANT clinic_report TO .*\n", b"", content, flags=re.MULTILINE)


# Versions.


def _newer(content: bytes) -> bytes:
    """An archive of a version that does not exist yet."""
    return content[:6] + bytes([content[6] + 9]) + content[7:]


def _of_the_future(content: bytes) -> bytes:
    """A script of a server that knows a clause that ours does not."""
    return content.replace(b"ENABLE ROW LEVEL SECURITY", b"ENABLE COLUMN LEVEL SECURITY")


def _without_extension(content: bytes) -> bytes:
    """A script whose extension no server here has."""
    return content.replace(b"pg_trgm", b"pg_nowhere")


_INVALID = (
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.patients_lower'::regclass"
)

_WAYS: tuple[tuple[str, str, str, Callable[[Bench], Path], str, str | None], ...] = (
    ("wrong database", "the maintenance database", "the name was left out", _maintenance, _TABLES, _TABLES),
    ("wrong database", "a fresh, empty database", "the service moved, the job did not", _fresh, _TABLES, _TABLES),
    ("wrong database", "another product's", "two jobs mixed up", _other_product, _TABLES, _TABLES),
    ("wrong database", "another customer's", "two jobs mixed up", _other_tenant, _CONTENTS, None),
    ("wrong database", "staging", "a variable of the wrong environment", changed(_OTHER_ROWS), _CONTENTS, "test_row_counts_reasonable"),
    ("stale", "an archive of two days ago", "the job no longer runs", rewritten("custom", _old(2)), "test_backup_recent", "test_backup_recent"),
    ("stale", "a tar archive of a week ago", "the job no longer runs", rewritten("tar", _old(7)), "test_backup_recent", "test_backup_recent"),
    ("stale", "a folder of a month ago", "the job no longer runs", spoilt("directory", lambda folder: (folder / "toc.dat").write_bytes(_dated((folder / "toc.dat").read_bytes(), 30)) and None), "test_backup_recent", "test_backup_recent"),
    ("stale", "an archive of the year before", "the wrong file was picked", rewritten("custom", _old(365)), "test_backup_recent", "test_backup_recent"),
    ("stale", "an archive from the future", "a clock that is wrong", rewritten("custom", _old(-2)), "test_backup_recent", "test_backup_recent"),
    ("stale", "latest points to an old one", "the link was not moved on", _latest, "test_backup_recent", "test_backup_recent"),
    ("stale", "a script of last week", "the job no longer runs", spoilt("plain", _file_of_last_week), "test_backup_recent", "test_backup_recent"),
    ("stale", "a verbose script of last week", "the copy has today's time", _old_trailer, "test_backup_recent", "test_backup_recent"),
    ("replica lag", "newest rows missing", "taken from a replica that lags", changed(_LAG), "test_newest_data_recent", "test_newest_data_recent"),
    ("replica lag", "the last rows missing", "taken from a replica that lags a little", changed("DELETE FROM public.visits WHERE created_at > now() - interval '3 hours'"), _CONTENTS, None),
    ("replica lag", "an old state of one row", "taken from a replica that lags", changed("UPDATE clinic.invoices SET paid = true WHERE number = 1295"), _CONTENTS, None),
    ("mid-migration", "column added and not filled", "taken between two steps", changed("ALTER TABLE public.patients ADD COLUMN phone text"), _DEFINITIONS, None),
    ("mid-migration", "old table beside the new", "taken between two steps", changed("CREATE TABLE public.visits_new (LIKE public.visits INCLUDING ALL)"), _DEFINITIONS, None),
    ("mid-migration", "rows moved half way", "taken between two steps", changed("CREATE TABLE public.visits_old AS SELECT * FROM public.visits WHERE patient_id < 60; DELETE FROM public.visits WHERE patient_id < 60"), _CONTENTS, "test_row_counts_reasonable"),
    ("mid-migration", "unique index half built", "CREATE INDEX CONCURRENTLY failed", changed(_INVALID), _DEFINITIONS, None),
    ("mid-migration", "definitions of one moment, rows of another", "two dumps put together", _of_two_moments, _CONTENTS, None),
    ("restored twice", "over older tables", "errors overlooked, then dumped again", _restored_twice, _CONTENTS, None),
    ("restored twice", "rows twice where there is no key", "errors overlooked, then dumped again", _restored_beside, _CONTENTS, None),
    ("restored twice", "into a database that was not empty", "errors overlooked, then dumped again", _restored_with_errors, _DEFINITIONS, "test_rls_policies_active"),
    ("roles", "one role lost", "roles cleaned up", _roles(_without_role), _DEFINITIONS, None),
    ("roles", "every role lost", "pg_dumpall --no-roles", _roles(_without_roles), _DEFINITIONS, None),
    ("roles", "BYPASSRLS given to authenticated", "a debug session", _roles(_with_attribute(b"authenticated", b"BYPASSRLS")), _DEFINITIONS, "test_rls_policies_active"),
    ("roles", "SUPERUSER given to anon", "a debug session", _roles(_with_attribute(b"anon", b"SUPERUSER")), _DEFINITIONS, "test_rls_policies_active"),
    ("roles", "LOGIN given to service_role", "a debug session", _roles(_with_attribute(b"service_role", b"LOGIN")), _DEFINITIONS, None),
    ("roles", "authenticated made a member of service_role", "a careless grant", _roles(_after_roles(b"GRANT service_role TO authenticated;")), _DEFINITIONS, "test_rls_policies_active"),
    ("roles", "a membership lost", "roles recreated by hand", _roles(_without_membership), _DEFINITIONS, None),
    ("roles", "a setting of a role", "a debug session", _roles(_after_roles(b"ALTER ROLE authenticated SET row_security = off;")), _DEFINITIONS, None),
    ("versions", "an archive of a newer pg_dump", "the server was upgraded, the verifier not", rewritten("custom", _newer), _NEVER, _NEVER),
    ("versions", "a script with clauses of a newer server", "the server was upgraded, the verifier not", rewritten("plain", _of_the_future), "test_rls_policies_active", "test_rls_policies_active"),
    ("versions", "an extension that no server here has", "another image of the server", rewritten("plain", _without_extension), _DEFINITIONS, "test_restore_complete"),
)  # fmt: skip

ENTRIES = tuple(
    Entry(name, family, story, damage, by, without) for family, name, story, damage, by, without in _WAYS
)
