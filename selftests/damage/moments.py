"""A whole dump of the wrong database or moment: stale, of two moments, restored over others before."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from selftests.damage.bench import Bench
from selftests.damage.by_hand import environment
from selftests.damage.entry import Entry, changed, rewritten, spoilt

_DEFINITIONS = "test_definitions_match"
_CONTENTS = "test_contents_match"
_TABLES = "test_critical_tables_exist"
_COUNTS = "test_row_counts_reasonable"
_NEVER = "test_database_connectivity"
_AGE = "test_backup_recent"
_OVERLOOKED = "errors overlooked, then dumped again"
_DAY = 86400
_STAGING = """
UPDATE public.patients SET name = 'Test ' || id, mail = NULL;
DELETE FROM public.events WHERE id % 2 = 0;
"""
_OTHER_CUSTOMER = "UPDATE public.patients SET name = reverse(name), balance = balance + 1000"
_ORDERS = "CREATE TABLE public.orders AS SELECT generate_series(1, 5000) AS n"


def _maintenance(bench: Bench) -> Path:
    return bench.dump("postgres")


def _fresh(bench: Bench) -> Path:
    return bench.dump(bench.empty())


def _other_product(bench: Bench) -> Path:
    return bench.dump(bench.empty(_ORDERS))


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


def _folder_of_last_month(folder: Path) -> None:
    toc = folder / "toc.dat"
    toc.write_bytes(_dated(toc.read_bytes(), 30))


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
    database = bench.source(
        "DELETE FROM clinic.invoices WHERE number > 1100; UPDATE public.patients SET notes = NULL"
    )
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
    command: list[str | Path] = [bench.bin / "psql", "-X", "-q", "-d", database, "-f", script]
    subprocess.run(command, env=environment(bench.server), check=True, capture_output=True)


def _stale(name: str, damage: Callable[[Bench], Path], story: str = "the job no longer runs") -> Entry:
    return Entry(name, "stale", story, damage, _AGE, _AGE)


def _twice(name: str, damage: Callable[[Bench], Path], by: str, without: str | None) -> Entry:
    return Entry(name, "restored twice", _OVERLOOKED, damage, by, without)


def _wrong(name: str, story: str, damage: Callable[[Bench], Path], by: str, without: str | None) -> Entry:
    return Entry(name, "wrong database", story, damage, by, without)


ENTRIES = (
    _wrong("the maintenance database", "the name was left out", _maintenance, _NEVER, _NEVER),
    _wrong("a fresh, empty database", "the service moved, the job did not", _fresh, _NEVER, _NEVER),
    _wrong("another product's", "two jobs mixed up", _other_product, _TABLES, _TABLES),
    _wrong(
        "another customer's",
        "two jobs mixed up",
        changed(_OTHER_CUSTOMER),
        _CONTENTS,
        "test_functions_answer",
    ),
    _wrong("staging", "a variable of the wrong environment", changed(_STAGING), _CONTENTS, _COUNTS),
    _stale("an archive of two days ago", rewritten("custom", _old(2))),
    _stale("a tar archive of a week ago", rewritten("tar", _old(7))),
    _stale("a folder of a month ago", spoilt("directory", _folder_of_last_month)),
    _stale("an archive of the year before", rewritten("custom", _old(365)), "the wrong file was picked"),
    _stale("an archive from the future", rewritten("custom", _old(-2)), "a clock that is wrong"),
    _stale("latest points to an old one", _latest, "the link was not moved on"),
    _stale("a script of last week", spoilt("plain", _file_of_last_week)),
    _stale("a verbose script of last week", _old_trailer, "the copy has today's time"),
    _twice("over older tables", _restored_twice, _CONTENTS, None),
    _twice("rows twice where there is no key", _restored_beside, _CONTENTS, None),
    _twice("into a database that was not empty", _restored_with_errors, _DEFINITIONS, _COUNTS),
    Entry(
        "definitions of one moment, rows of another",
        "two moments",
        "two dumps put together",
        _of_two_moments,
        _CONTENTS,
        None,
    ),
)
