"""The ground on which the runbook's commands are tried: sources, their backups, runs of the product.

What a run leaves up by `--keep-restored` is looked at by the runbook's commands, and is gone with the test.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from reference.finding import beside
from restoring.programs import Programs
from restoring.sample import EXPECTATIONS, make
from restoring.server import serving
from selftests.runbook.situation import Situation, Told
from selftests.runbook.sources import Sources
from settings import HOME

RUNBOOK = HOME / "RUNBOOK.md"
SECONDS = 180
"""How long the commands of an entry, or a run of the product, may take."""

# What only selftests install: a user's run does not load it either, and starts sooner.
_NOT_LOADED = ("no:cacheprovider", "no:pytest_postgresql", "no:pytest_httpserver", "no:xdist")
_OUTER = ("COVERAGE_", "PYTHONPATH", "LD_LIBRARY_PATH")


@dataclass
class Ground(Sources):
    """Sources, and the product that is run on what was made of them."""

    _kept: list[Told] = field(default_factory=list)
    _logged: str | None = None

    def log_of_a_success(self) -> str:
        """The DSN of a new log that holds the row of one success, of the target nightly."""
        if self._logged is None:
            log = self.log()
            sound = self.situation(
                self.dump("sample"), VERIFICATION_LOG_URL=log, VERIFICATION_TARGET="nightly"
            )
            told = self.verify(replace(sound, options=sound.options[:1]))
            assert told.code == 0, told.output
            self._logged = str(conninfo_to_dict(log)["dbname"])
            self._databases.remove(self._logged)
        return self.host.dsn(self.database(template=self._logged))

    def situation(
        self,
        backup: Path,
        *,
        source: str = "sample",
        reference: Path | None = None,
        expectations: str | None = None,
        **variables: str,
    ) -> Situation:
        """A backup with the reference beside it, as a nightly job leaves them."""
        if reference is not None:
            shutil.copy2(reference, beside(backup))
            variables["BACKUP_REFERENCE"] = str(beside(backup))
        text = EXPECTATIONS.read_text(encoding="utf-8") if expectations is None else expectations
        ours = {
            "BACKUP_LOCATION": str(backup),
            "VERIFICATION_EXPECTATIONS": str(self.write("expectations.toml", text)),
            "DATABASE_URL": self.host.dsn(source),
        }
        return Situation(ours | variables, (f"--backup={backup}", "--keep-restored", "--no-delivery"))

    def verify(self, situation: Situation) -> Told:
        """Runs the product in a process of its own."""
        report = self.path("report.json")
        command = [sys.executable, "-m", "pytest", *(part for name in _NOT_LOADED for part in ("-p", name))]
        command += ["checks/", f"--json-report-file={report}", *situation.options]
        code, output = self._run(command, situation)
        content = json.loads(report.read_text()) if report.exists() else {}
        self._kept.append(Told(code, output, content.get("verification") or {}))
        return self._kept[-1]

    def admits(self, situation: Situation) -> bool:
        """Whether this account may bring about what is around the situation, such as a disk of its own."""
        if not situation.within:
            return True
        there = shutil.which(situation.within[0]) is not None
        return there and self._run(["true"], situation)[0] == 0

    def shell(self, commands: str, situation: Situation) -> str:
        """What commands of the runbook print, as written; a variable that is not set is an error."""
        return self._run(["bash", "-u", "-c", commands], situation)[1]

    def _run(self, command: Sequence[str], situation: Situation) -> tuple[int, str]:
        process = subprocess.Popen(
            [*situation.within, *command],
            cwd=situation.home,
            env=self._environment(situation.variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output, end = process.communicate(timeout=SECONDS)[0], ""
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, end = process.communicate()[0], f"\nno end within {SECONDS} s"
        return process.returncode, output.decode(errors="replace") + end

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Nothing of ours but where programs are, and what measures the coverage of the tests."""
        outer = {name: value for name, value in os.environ.items() if name.startswith(_OUTER)}
        ours = {"PG_BIN": str(self.bin), "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        ours |= {"LC_ALL": "C.UTF-8", "VERIFICATION_SPOOL": str(self.folder / "spool")}
        ours |= variables
        path = f"{ours['PG_BIN']}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {**outer, "PATH": path, **ours}

    def keep(self) -> None:
        super().keep()
        self._kept.clear()

    def clear(self) -> None:
        """Takes away what a test made, and the servers that its runs have kept."""
        for told in self._kept:
            told.remove()
        super().clear()


@contextlib.contextmanager
def set_up(programs: Programs) -> Iterator[Ground]:
    """The ground of a session."""
    with tempfile.TemporaryDirectory(prefix="g-") as name, serving(programs) as host:
        folder = Path(name)
        folder.chmod(0o755)
        make.build(host, "sample")
        yield Ground(host, folder)
