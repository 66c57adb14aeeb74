"""A live run against a bare pytest run of the same six queries: python -m benchmarks.live [--quick].

Both are whole processes on the bundled sample's database, and neither loads the plugins that happen
to be installed besides: what ours needs, it names itself.
"""

import argparse
import contextlib
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import migrations
from benchmarks.clients import programs_for
from benchmarks.measuring import HOME, Measured, measured, print_table, ratios, spread, verdict
from restoring.backup import find_backup
from restoring.programs import Choice
from restoring.restore import restore
from restoring.sample import SAMPLE, expectations_of_the_six
from restoring.server import serving

GOAL = 1.5

_NO_OTHER_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--pairs", type=int, default=20, help="how often each way is run")
    parser.add_argument("--quick", action="store_true", help="one pair, to see that it works")
    options = parser.parse_args()
    with sample_database() as dsn, tempfile.TemporaryDirectory() as folder:
        compare(dsn, Path(folder), 1 if options.quick else options.pairs)


@contextlib.contextmanager
def sample_database() -> Iterator[str]:
    """The DSN of the sample's database, the table of the log in it, as a user has them."""
    programs = programs_for(None)
    with serving(programs) as server:
        choice = Choice(programs, "for the benchmark", frozenset())
        restored = restore(find_backup(SAMPLE), server, choice, 600, lambda dsn: 0)
        dsn = server.dsn(restored.database)
        migrations.migrate(dsn)
        yield dsn


def compare(dsn: str, folder: Path, pairs: int) -> None:
    ours, bare = folder / "ours", folder / "bare"
    ours.mkdir()
    shutil.copytree(HOME / "benchmarks" / "bare", bare, ignore=shutil.ignore_patterns("__pycache__"))
    turns = [
        (bare_run(dsn, bare), live_run(dsn, ours, "--no-delivery"), live_run(dsn, ours))
        for _ in range(pairs + 1)
    ]
    report(*map(list, zip(*turns[1:], strict=True)))  # the first filled the caches


def bare_run(dsn: str, folder: Path) -> Measured:
    command = [sys.executable, "-m", "pytest", "test_bare.py"]
    return measured(command, folder, _NO_OTHER_PLUGINS | {"BARE_DSN": dsn})


def live_run(dsn: str, folder: Path, *options: str) -> Measured:
    command = [sys.executable, "-m", "pytest", "checks/", "--database-url", dsn, *options]
    expectations = folder / "six.toml"
    expectations.write_text(expectations_of_the_six())
    command += ["--expectations", str(expectations), "--spool", str(folder / "spool")]
    command += [f"--json-report-file={folder / 'report.json'}"]
    return measured(command, environment=_NO_OTHER_PLUGINS)


def report(bare: list[Measured], judged: list[Measured], logged: list[Measured]) -> None:
    print(f"A live run and a bare pytest run of the same six queries, in turn, {len(bare)} times each.")
    print("Each figure is the median, and the range in parentheses.\n")
    rows = [("", "seconds", "times bare", "", "processor seconds", "times bare")]
    theirs, their_processor = [run.seconds for run in bare], [run.processor for run in bare]
    rows.append(("bare pytest", spread(theirs), "", "", spread(their_processor), ""))
    for name, runs in (("ours, --no-delivery", judged), ("ours, row logged", logged)):
        seconds, processor = [run.seconds for run in runs], [run.processor for run in runs]
        each = ratios(seconds, theirs)
        judgement = verdict(statistics.median(each), GOAL)
        more = (spread(processor), spread(ratios(processor, their_processor)))
        rows.append((name, spread(seconds), spread(each), judgement, *more))
    print_table(rows)


if __name__ == "__main__":
    main()
