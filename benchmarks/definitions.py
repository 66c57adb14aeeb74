"""How long the definitions of a large catalogue take: python -m benchmarks.definitions [--tables 10000].

Each table has six columns, a key, an index, a policy, a trigger, a comment and a grant.
"""

import argparse
import statistics
import time
from pathlib import Path

import psycopg

from benchmarks.clients import programs_for
from benchmarks.measuring import print_table, spread, verdict
from reference.definitions import Definition, Ours, read_definitions
from reference.differences import differences
from restoring.server import Server, serving

GOAL = 10.0

_BATCH = 500
_BEGIN = """
CREATE ROLE tenant;
CREATE SCHEMA app;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'
"""
_TABLE = """
CREATE TABLE app.t{n} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant uuid NOT NULL,
    name varchar(80) DEFAULT 'none',
    amount numeric(10, 2) CHECK (amount >= 0),
    created timestamptz NOT NULL DEFAULT now(), data jsonb
);
CREATE INDEX ON app.t{n} (tenant, created);
ALTER TABLE app.t{n} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.t{n} TO tenant USING (tenant = current_setting('app.tenant', true)::uuid);
CREATE TRIGGER touched BEFORE UPDATE ON app.t{n} FOR EACH ROW EXECUTE FUNCTION app.touch();
COMMENT ON TABLE app.t{n} IS 'table {n}';
GRANT SELECT, INSERT ON app.t{n} TO tenant;
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.definitions", description=__doc__)
    parser.add_argument("--tables", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pg-bin", type=Path, help="a folder of server programs")
    options = parser.parse_args()
    with serving(programs_for(options.pg_bin)) as server:
        build(server, options.tables)
        report(options.tables, [measure(server) for _ in range(options.rounds)])


def build(server: Server, tables: int) -> None:
    with server.connect("postgres") as admin:
        admin.execute(_BEGIN)
        for first in range(0, tables, _BATCH):
            numbers = range(first, min(first + _BATCH, tables))
            admin.execute("".join(_TABLE.format(n=n) for n in numbers).encode())


def measure(server: Server) -> tuple[int, float, float]:
    """How many definitions there are, and the seconds to take and to compare them."""
    before = _taken(server)
    started = time.monotonic()
    after = _taken(server)
    taken = time.monotonic()
    if differences(before, after):
        raise SystemExit("one database differs from itself")
    return len(after), taken - started, time.monotonic() - taken


def _taken(server: Server) -> list[Definition]:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        return read_definitions(connection, Ours())


def report(tables: int, runs: list[tuple[int, float, float]]) -> None:
    counts, taken, compared = zip(*runs, strict=True)
    both = [sum(times) for times in zip(taken, compared, strict=True)]
    print(f"{counts[0]:,} definitions of {tables:,} tables, {len(runs)} times. Median, and the range.\n")
    rows = [
        ("", "seconds", ""),
        ("taken", spread(list(taken)), ""),
        ("compared", spread(list(compared)), ""),
    ]
    print_table([*rows, ("both", spread(both), verdict(statistics.median(both), GOAL))])


if __name__ == "__main__":
    main()
